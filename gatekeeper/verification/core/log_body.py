"""Spec "Transparency Log Entry": what the log recorded is what the bundle holds."""

from __future__ import annotations

import hmac
from hashlib import sha256

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from gatekeeper.crypto import public_keys
from gatekeeper.crypto.public_keys import Message
from gatekeeper.errors import VerificationFailure
from gatekeeper.formats import base64
from gatekeeper.formats.dsse import Envelope
from gatekeeper.formats.sigstore.bundle import Bundle
from gatekeeper.formats.sigstore.hashes import HASHLIB_NAMES
from gatekeeper.formats.sigstore.log_body import Part, Verifier, recorded
from gatekeeper.formats.sigstore.log_entry import LogEntry
from gatekeeper.verification.core.hints import COPY_ANEW
from gatekeeper.verification.core.messages import InMemory


def check_body(entry: LogEntry, bundle: Bundle, message: Message, signature: bytes, material: bytes) -> None:
    """See that the log recorded this signature of this message, by the signer whose certificate or key is ``material``.

    ``material`` is in DER.

    Raises:
        VerificationFailure: it recorded something else, or what cannot be read or compared.
    """
    try:
        record = recorded(entry)
        if record.algorithm not in HASHLIB_NAMES.values():
            raise ValueError(f"an unknown digest {record.algorithm!r:.40}")
        signatures = [(one, _der(verifier)) for one, verifier in record.signatures]
    except (ValueError, RecursionError) as error:
        raise VerificationFailure(f"the log entry cannot be read: {error}", step="log entry") from None
    about = _recorded_part(record.part, bundle, message, entry)
    if not hmac.compare_digest(about.digest(record.algorithm), record.digest):
        raise VerificationFailure(
            "the log recorded other content",
            expected=about.digest(record.algorithm).hex(),
            found=record.digest.hex(),
            hint=COPY_ANEW,
            step="log entry",
        )
    own = b"" if record.part is Part.ENVELOPE else signature
    if (own, material) in signatures:
        return
    others = [other for one, other in signatures if one == own]
    if others and not bundle.certificates:
        raise VerificationFailure(
            "signed with another key, says the log",
            expected=base64.encode(sha256(material).digest()),
            found=", ".join(base64.encode(sha256(other).digest()) for other in others),
            hint="verify with the signer's public key",
            step="log entry",
        )
    raise VerificationFailure(
        "the log recorded another certificate" if others else "the log recorded another signature",
        expected="the signature and the certificate or key of the bundle",
        hint=COPY_ANEW,
        step="log entry",
    )


def _recorded_part(part: Part, bundle: Bundle, message: Message, entry: LogEntry) -> Message:
    """What the log's digest must be over."""
    if part is Part.MESSAGE:
        return message
    if not isinstance(bundle.content, Envelope):
        raise VerificationFailure("the log recorded an envelope, the bundle signs a file", step="log entry")
    if part is Part.PAYLOAD:
        return InMemory(bundle.content.payload)
    if not bundle.envelope_bytes:
        raise VerificationFailure(
            f"a log entry of the kind {entry.kind} {entry.kind_version} cannot be compared with a bundle",
            expected="the envelope byte by byte as it was uploaded: the entry holds a digest of nothing less",
            found="a bundle, which keeps the envelope's fields only",
            hint="verify the layer that cosign attached to the image, or have it signed again",
            step="log entry",
        )
    return InMemory(bundle.envelope_bytes)


def _der(verifier: Verifier) -> bytes:
    if not verifier.in_pem:
        return verifier.data
    if verifier.data.startswith(b"-----BEGIN CERTIFICATE-----"):
        return x509.load_pem_x509_certificate(verifier.data).public_bytes(Encoding.DER)
    return public_keys.der(public_keys.load(verifier.data))
