"""Distinguished encoding (X.690, section 10), as far as libraries do not give out what stands in it."""

from __future__ import annotations

from collections.abc import Iterator


def elements(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The tag (one byte) and content of each element, one behind the other.

    Raises:
        ValueError: a length is not as DER writes it, or there is less than it says.
    """
    start = 0
    while start < len(data):
        tag, length, start = data[start], *_length(data, start + 1)
        if tag & 0x1F == 0x1F or start + length > len(data):
            raise ValueError("no DER: an element is cut off, or has a tag of several bytes")
        yield tag, data[start : start + length]
        start += length


def inside(data: bytes, *path: tuple[int, int]) -> bytes:
    """The content at the end of a path; each step is the number of an element and its tag.

    Raises:
        ValueError: there is no such element.
    """
    for number, tag in path:
        found = list(elements(data))
        if number >= len(found) or found[number][0] != tag:
            raise ValueError(f"no DER as expected: element {number} has not the tag {tag:#04x}")
        data = found[number][1]
    return data


def _length(data: bytes, start: int) -> tuple[int, int]:
    """The length that is written at ``start``, and where what it measures begins."""
    first = data[start : start + 1]
    if first and first[0] < 0x80:
        return first[0], start + 1
    count = first[0] & 0x7F if first else 0
    written = data[start + 1 : start + 1 + count]
    length = int.from_bytes(written, "big")
    if not 1 <= count <= 4 or len(written) < count or length < 0x80 or written[0] == 0:
        raise ValueError("no DER: a length in another form than the shortest")
    return length, start + 1 + count
