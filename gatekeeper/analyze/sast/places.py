"""Byte offsets to spans, and comments that ask to look away."""

from __future__ import annotations

import re
from bisect import bisect_right

from gatekeeper.model.place import Span

MAX_COMMENT = 100

_SUPPRESSION = re.compile(r"(?:#|//|/\*)[^\n]*?\b(?:nosem|nosemgrep|nosec|eslint-disable(?:-next-line|-line)?)\b[^\n]*")


class Source:
    """The bytes of one file that has findings."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._starts = [0, *(match.end() for match in re.finditer(b"\n", data))]

    def span(self, start: int, end: int) -> Span:
        """Where the bytes from ``start`` up to, not including, ``end`` stand, in code points."""
        return Span(*self._position(start), *self._position(max(start, end)))

    def suppression(self, span: Span) -> str:
        """The comment on one of the span's lines, or on the line above, that asks a scanner to look away."""
        for number in range(max(1, span.line - 1), span.end_line + 1):
            if found := _SUPPRESSION.search(self._line(number)):
                return found[0].strip()[:MAX_COMMENT]
        return ""

    def _position(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self._starts, offset)
        before = self._data[self._starts[line - 1] : offset]
        return line, len(before.decode("utf-8", "replace")) + 1

    def _line(self, number: int) -> str:
        start = self._starts[number - 1]
        end = self._starts[number] if number < len(self._starts) else len(self._data)
        return self._data[start:end].decode("utf-8", "replace")
