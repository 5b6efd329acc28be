"""The bytes of one file: checked once, with positions in code points."""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property

from gatekeeper.errors import UnreadableInput
from gatekeeper.model.place import Span

MAX_BYTES = 1 << 20  # the grammar's parser takes some 170 bytes of memory for a byte of text
MAX_DEPTH = 100  # nested expressions, templates and blocks
SOURCE_LENGTH = 200  # code points of an expression that are kept to quote it
_BOM = b"\xef\xbb\xbf"


class Source:
    """A text that is UTF-8, without NUL, and not too large."""

    def __init__(self, data: bytes) -> None:
        """Check the bytes.

        Raises:
            UnreadableInput: they are no text, or too many.
        """
        if len(data) > MAX_BYTES:
            raise UnreadableInput(f"larger than {MAX_BYTES >> 20} MiB", hint="split the file, or exclude it")
        # The grammar does not know the mark: blanks keep the offsets, and no column counts them.
        self._marked = len(_BOM) if data.startswith(_BOM) else 0
        self.data = data.replace(_BOM, b"   ", 1) if self._marked else data
        try:
            self.data.decode()
        except UnicodeDecodeError as error:
            raise self.error(error.start, "this byte is not UTF-8", "store the file as UTF-8") from None
        if (place := self.data.find(b"\0")) >= 0:
            raise self.error(place, "NUL byte", "store the file as UTF-8 text")

    @cached_property
    def _line_starts(self) -> list[int]:
        starts, place = [0], -1
        while (place := self.data.find(b"\n", place + 1)) >= 0:
            starts.append(place + 1)
        return starts

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of a byte, both from 1, the column in code points."""
        line = bisect_right(self._line_starts, offset)
        start = min(self._line_starts[line - 1] or self._marked, offset)
        return line, len(self.data[start:offset].decode("utf-8", "replace")) + 1

    def span(self, start: int, end: int) -> Span:
        """The span of the bytes from ``start`` to before ``end``."""
        return Span(*self.position(start), *self.position(end))

    def line_end(self, offset: int) -> int:
        """Offset of the end of the line that holds ``offset``, before LF or CRLF."""
        end = self.data.find(b"\n", offset)
        if end < 0:
            return len(self.data)
        return end - 1 if end > offset and self.data[end - 1 : end] == b"\r" else end

    def error(self, offset: int, message: str, hint: str = "") -> UnreadableInput:
        """An error at a byte, to be raised."""
        line, column = self.position(offset)
        return UnreadableInput(message, line=line, column=column, hint=hint)

    def quote(self, start: int, end: int) -> str:
        """The text of an expression on one line, shortened to ``SOURCE_LENGTH``."""
        text = self.data[start : min(end, start + 8 * SOURCE_LENGTH)].decode("utf-8", "ignore")
        if "\n" in text:
            text = " ".join(text.split())
        return text if len(text) <= SOURCE_LENGTH else text[: SOURCE_LENGTH - 1] + "…"
