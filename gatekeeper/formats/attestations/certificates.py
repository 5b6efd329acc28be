"""Chains of certificates as older formats carry them: in PEM (RFC 7468)."""

from __future__ import annotations

import re

from gatekeeper.formats import base64
from gatekeeper.formats.sigstore.bundle import MAX_CERTIFICATES

_BLOCK = re.compile(r"-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----", re.ASCII)
_SEQUENCE = b"\x30"  # what a certificate in DER begins with


def from_pem(text: str) -> tuple[bytes, ...]:
    """The certificates of a text in PEM, as DER; whether they are well-formed is not looked at.

    Raises:
        ValueError: there is none, one is malformed, or there are too many.
    """
    if text.count("-----BEGIN") > MAX_CERTIFICATES:
        raise ValueError(f"more than {MAX_CERTIFICATES} certificates")
    try:
        found = tuple(base64.decode("".join(block.split())) for block in _BLOCK.findall(text))
    except ValueError:
        found = ()
    if not found or not all(one.startswith(_SEQUENCE) for one in found):
        raise ValueError("no certificate in PEM")
    return found
