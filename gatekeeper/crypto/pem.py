"""What a file is that is not the one that was wanted, for messages."""

from __future__ import annotations

import re

_BEGIN = re.compile(rb"-----BEGIN ([A-Z0-9 ]{1,40})-----")
_NAMES = {
    "PUBLIC KEY": "a public key",
    "CERTIFICATE": "a certificate",
    "PRIVATE KEY": "a private key",
    "ENCRYPTED PRIVATE KEY": "an encrypted private key",
    "CERTIFICATE REQUEST": "a request for a certificate",
}


def what_it_is(data: bytes) -> str:
    """In words, e.g. ``a certificate``."""
    if not data.strip():
        return "an empty file"
    match = _BEGIN.search(data)
    if match is None:
        return "a file without PEM"
    kind = match[1].decode("ascii")
    return _NAMES.get(kind, "a private key" if kind.endswith("PRIVATE KEY") else f"PEM of the kind {kind}")
