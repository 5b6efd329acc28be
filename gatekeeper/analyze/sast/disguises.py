"""Bytes that a language reads as other code than the scanner does: what would hide in a comment or a string."""

from __future__ import annotations

import re

_BOM = b"\xef\xbb\xbf"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_LONE_CR = re.compile(rb"\r(?!\n)")
_LINE_END = re.compile(rb"\r\n|\r|\n")
# PEP 263, and the encodings in which bytes below 128 are always the ASCII characters that they seem to be.
_DECLARATION = re.compile(rb"[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_TRANSPARENT = re.compile(
    r"utf[-_]?8([-_](sig|unix|dos|mac))?|(us[-_]?)?ascii|latin[-_]?1|iso[-_]?8859[-_]?\d+"
    r"|(cp|windows[-_]?)125\d|koi8[-_][ru]"
)


def foreign_encoding(data: bytes, *, python: bool) -> str:
    """Why the scanner, which reads UTF-8, would see other code than the language does; "" where it would not."""
    if data.startswith(_UTF16):
        return "is encoded in UTF-16"
    if not python:
        return ""
    for line in _LINE_END.split(data.removeprefix(_BOM)[:4096])[:2]:
        if declared := _DECLARATION.match(line):
            name = declared[1].decode("ascii", "replace")
            return "" if _TRANSPARENT.fullmatch(name.lower()) else f"declares the encoding {name}"
    return ""


def with_known_line_ends(data: bytes) -> bytes:
    """The same code, each byte at its offset, with LF for a lone CR: that ends a comment, but not for the scanner."""
    return _LONE_CR.sub(b"\n", data)
