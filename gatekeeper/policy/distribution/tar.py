"""Tar files (POSIX.1-2001 pax, ustar, GNU long names), read strictly and in linear time.

Python's own reader believes what a header says of sizes to come, and searches headers with expressions that explode:
an archive of a few bytes could take all memory, or for ever.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

_BLOCK = 512
_MAX_EXTENSION = 64 << 10
_FILE, _FOLDER, _PAX, _LONG_NAME = (b"0", b"\0"), b"5", b"x", b"L"
_POSIX, _GNU = b"ustar\x0000", b"ustar  \x00"


@dataclass(frozen=True, slots=True)
class Member:
    """A file; a folder has no content."""

    name: str
    content: bytes | None


def members(data: bytes) -> Iterator[Member]:
    """Files and folders, in their order.

    Raises:
        ValueError: it is no tar file or cut off, holds something else, or says of a member what readers understand in
            several ways.
    """
    name, start = "", 0
    while header := data[start : start + _BLOCK]:
        if not header.strip(b"\0"):
            return
        kind, size = _checked(header)
        content = data[start + _BLOCK : start + _BLOCK + size]
        if len(header) < _BLOCK or len(content) < size:
            raise ValueError("it is cut off")
        start += _BLOCK + -(-size // _BLOCK) * _BLOCK
        if kind in (_PAX, _LONG_NAME):
            if name or size > _MAX_EXTENSION:
                raise ValueError("a header goes on in more than one other, or is too long")
            name = _pax_name(content) if kind == _PAX else _text(content.rstrip(b"\0"))
            continue
        shown = name or _name(header)
        name = ""
        if kind == _FOLDER or (kind in _FILE and shown.endswith("/")):
            yield Member(shown, None)
        elif kind in _FILE:
            yield Member(shown, content)
        else:
            raise ValueError(f"{shown!r:.80} is neither a file nor a folder")
    raise ValueError("it is cut off")


def _checked(header: bytes) -> tuple[bytes, int]:
    """Kind and size of a member."""
    total = sum(header) - sum(header[148:156]) + 8 * ord(" ")
    if len(header) < _BLOCK or _octal(header[148:156]) != total:
        raise ValueError("a header is damaged")
    return header[156:157], _octal(header[124:136])


def _octal(field: bytes) -> int:
    digits = field.strip(b" \0") or b"0"
    if not digits.isdigit():
        raise ValueError("a header holds no number where one belongs")
    return int(digits, 8)


def _name(header: bytes) -> str:
    name = header[:100].partition(b"\0")[0]
    if header[257:265] == _POSIX and (prefix := header[345:500].partition(b"\0")[0]):
        name = prefix + b"/" + name
    elif header[257:265] not in (_POSIX, _GNU, bytes(8)):
        raise ValueError("a header is of an unknown form")
    return _text(name)


def _pax_name(content: bytes) -> str:
    """The path in a pax header, "" where it has none."""
    name, at = "", 0
    while at < len(content):
        digits = content[at : at + 6].partition(b" ")[0]
        end = at + (int(digits) if digits.isdigit() else 0)
        record = content[at + len(digits) + 1 : end]
        key, equals, value = record.partition(b"=")
        if not equals or not record.endswith(b"\n") or end > len(content):
            raise ValueError("a pax header is damaged")
        if key == b"size" or key.startswith(b"GNU."):
            raise ValueError(f"a pax header says {_text(key)!r:.40}, which is for sparse and huge files only")
        name = _text(value[:-1]) if key == b"path" else name
        at = end
    return name


def _text(name: bytes) -> str:
    try:
        return name.decode("utf-8")
    except UnicodeDecodeError:
        raise ValueError(f"the name {name!r:.80} is no UTF-8") from None
