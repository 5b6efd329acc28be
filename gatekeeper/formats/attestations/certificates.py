"""Chains of certificates as older formats carry them: in PEM, with their root."""

from __future__ import annotations

from collections.abc import Sequence

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from gatekeeper.formats.sigstore.bundle import MAX_CERTIFICATES


def from_pem(text: str) -> tuple[bytes, ...]:
    """The certificates of a text in PEM, as DER.

    Raises:
        ValueError: there is none, one is malformed, or there are too many.
    """
    if text.count("-----BEGIN") > MAX_CERTIFICATES:
        raise ValueError(f"more than {MAX_CERTIFICATES} certificates")
    try:
        loaded = x509.load_pem_x509_certificates(text.encode("ascii"))
        return tuple(one.public_bytes(Encoding.DER) for one in loaded)
    except (ValueError, TypeError):
        raise ValueError("no certificate in PEM") from None


def without_root(chain: Sequence[bytes]) -> tuple[bytes, ...]:
    """The chain (DER) without a self-issued certificate at its end: a root that is sent along anchors nothing."""
    if len(chain) > 1 and _is_self_issued(chain[-1]):
        return tuple(chain[:-1])
    return tuple(chain)


def _is_self_issued(der: bytes) -> bool:
    try:
        certificate = x509.load_der_x509_certificate(der)
        return certificate.issuer == certificate.subject
    except (ValueError, TypeError):
        # What cannot be read stays, and the verifier refuses it.
        return False
