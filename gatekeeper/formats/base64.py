"""Base64 (RFC 4648, section 4) in its one canonical spelling."""

from __future__ import annotations

import base64
import binascii


def encode(data: bytes) -> str:
    """With padding."""
    return base64.b64encode(data).decode("ascii")


def decode(text: str) -> bytes:
    """The bytes.

    Raises:
        ValueError: foreign characters, missing padding, or pad bits that are not zero.
    """
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError):
        raise ValueError("not base64") from None
    if encode(data) != text:
        raise ValueError("not canonical base64")
    return data
