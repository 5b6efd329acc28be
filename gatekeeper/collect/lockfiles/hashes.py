"""Hashes as lockfiles write them, to ``algorithm:hex``."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable

_HEX_DIGITS = {"md5": 32, "sha1": 40, "sha224": 56, "sha256": 64, "sha384": 96, "sha512": 128}
_HEX = re.compile(r"[0-9a-f]+\Z")


def from_hex(text: str) -> str | None:
    """``sha256:hex`` in lower case; None for what no file can ever match: another length, another algorithm."""
    algorithm, _, digest = text.strip().lower().partition(":")
    if len(digest) != _HEX_DIGITS.get(algorithm) or not _HEX.match(digest):
        return None
    return f"{algorithm}:{digest}"


def from_integrity(text: str) -> tuple[str, ...]:
    """The hashes of a Subresource Integrity string: ``sha512-base64``, several with white space between them."""
    return collect(_from_base64(item) for item in text.split())


def collect(hashes: Iterable[str | None]) -> tuple[str, ...]:
    """Those that are hashes, sorted."""
    return tuple(sorted({item for item in hashes if item}))


def _from_base64(item: str) -> str | None:
    algorithm, _, encoded = item.partition("?")[0].partition("-")
    try:
        return from_hex(f"{algorithm}:{base64.b64decode(encoded, validate=True).hex()}")
    except (binascii.Error, ValueError):
        return None
