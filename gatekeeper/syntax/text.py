"""What all parsers share: bytes to text, and places in text.

Lines end at LF or CRLF only, whatever a parser's library thinks; columns count code points from 1.
"""

from __future__ import annotations

import codecs
import gc
import re
from bisect import bisect_right
from collections.abc import Iterator
from contextlib import contextmanager

from gatekeeper.errors import UnreadableInput
from gatekeeper.model.place import Span

MAX_DEPTH = 200  # levels of nesting; orjson writes no more than 254, and evidence wraps values in a few of its own
_LINE_FEED = re.compile("\n")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def decode(data: bytes) -> str:
    """The text of a file in UTF-8, or in UTF-16 with a byte order mark, which is dropped.

    Raises:
        UnreadableInput: it is neither, or holds a NUL character.
    """
    bom, encoding = next(((bom, name) for bom, name in _BOMS if data.startswith(bom)), (b"", "utf-8"))
    body = data[len(bom) :]
    try:
        text = body.decode(encoding)
    except UnicodeDecodeError as error:
        before = body[: error.start].decode(encoding, "replace")
        line, column = Lines(before).position(len(before))
        name = encoding[:6].upper()
        raise UnreadableInput(
            f"is not valid {name}: {error.reason}", line=line, column=column, hint="save the file as UTF-8"
        ) from None
    if (index := text.find("\0")) >= 0:
        line, column = Lines(text[:index]).position(index)
        raise UnreadableInput("holds a NUL character", line=line, column=column, hint="is it a binary file?")
    return text


class Lines:
    """Lines and columns of the characters of a text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts = [0, *(match.end() for match in _LINE_FEED.finditer(text))]

    def position(self, index: int) -> tuple[int, int]:
        """Line and column of the character at ``index``, both from 1."""
        line = bisect_right(self._starts, index)
        return line, index - self._starts[line - 1] + 1

    def span(self, start: int, end: int) -> Span:
        """The span of the characters from ``start`` up to, not including, ``end``."""
        return Span(*self.position(start), *self.position(max(start, end)))

    def first_line(self, start: int, end: int) -> Span:
        """The same, but for what stands on later lines and for white space at the end."""
        end = min(end, self.end_of_line(start))
        return self.span(start, start + len(self._text[start:end].rstrip()))

    def end_of_line(self, index: int) -> int:
        """Index of the LF or CRLF that ends the line of ``index``, or of the end of the text."""
        line = bisect_right(self._starts, index)
        if line == len(self._starts):
            return len(self._text)
        end = self._starts[line] - 1
        return end - 1 if end > index and self._text[end - 1] == "\r" else end

    def same_line(self, start: int, end: int) -> bool:
        """Whether no line ends between two indexes."""
        return end <= self.end_of_line(start)


def finite(value: int | float, text: str) -> int | float | str:
    """A number as JSON can hold it: integers beyond 64 bits become floats, what is no finite float stays ``text``."""
    if isinstance(value, int):
        if -(1 << 63) <= value < 1 << 64:
            return value
        try:
            value = float(value)
        except OverflowError:
            return text
    return value if abs(value) < float("inf") else text


@contextmanager
def collector_paused() -> Iterator[None]:
    """Hold the garbage collector off while millions of objects are made, none of them garbage."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
