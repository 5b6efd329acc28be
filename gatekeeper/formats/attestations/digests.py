"""The digests by which an attestation is named, e.g. in a revocation or by a statement that rests on it.

A file can be written in many ways that verify alike: another order of keys, a line more, a wrapper around it. So
besides the digest of its bytes there is one of what nobody can alter without the signer's key.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from gatekeeper.formats.attestations.base import Attestation
from gatekeeper.formats.dsse import Envelope
from gatekeeper.formats.sigstore.bundle import Bundle

_LARGE = 64 << 10  # bytes


def digests(attestation: Attestation) -> tuple[str, str]:
    """sha256 in hex of its own bytes, and of what is signed (see ``signed_digest``)."""
    return attestation.sha256, signed_digest(attestation)


def signed_digest(attestation: Attestation) -> str:
    """sha256 in hex of the statement that is signed; of the signature, where it is over the subject itself.

    Without the signer's key nobody can make another signature of the same: of one with ECDSA (r, s), where anybody can
    make (r, -s), r alone is taken.
    """
    content = attestation.content
    signed = content if isinstance(content, Envelope) else content.content
    return _digest(signed.payload if isinstance(signed, Envelope) else _lasting(signed.signature))


def _digest(data: bytes) -> str:
    return sha256(data).hexdigest() if len(data) < _LARGE else _digest_of_large(data)


@lru_cache(maxsize=64)
def _digest_of_large(data: bytes) -> str:
    # One statement may be about thousands of files, and is told with each of them.
    return sha256(data).hexdigest()


def written_digest(attestation: Attestation) -> str:
    """sha256 in hex of the file as gatekeeper writes it; "" for what it does not write.

    So who knows the digest of such a file only knows it again when it is written otherwise.
    """
    content = attestation.content
    try:
        return sha256(content.encode()).hexdigest() if isinstance(content, Bundle) else ""
    except ValueError:
        return ""


def _lasting(signature: bytes) -> bytes:
    try:
        r, _ = decode_dss_signature(signature)
    except ValueError:
        return signature
    return r.to_bytes((r.bit_length() + 7) // 8)
