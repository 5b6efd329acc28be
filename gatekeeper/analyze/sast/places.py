"""Offsets of the scanner as spans, and comments that ask it to look away."""

from __future__ import annotations

import re
from bisect import bisect_right

from gatekeeper.model.place import Span

COMMENT = re.compile(r"(?:#|//|/\*).*", re.DOTALL)
SUPPRESSION = re.compile(r"\bnosem(?:grep)?\b|#\s*nosec\b|\beslint-disable(?:-(?:next-)?line)?\b")
LONGEST = 200


class Source:
    """One file as the scanner saw it."""

    def __init__(self, text: str) -> None:
        self._data = text.encode()
        self._lines = self._data.split(b"\n")
        self._starts = [0]
        for line in self._lines:
            self._starts.append(self._starts[-1] + len(line) + 1)

    def span(self, start: int, end: int) -> Span:
        """The span between two offsets in bytes."""
        line, column = self._position(start)
        end_line, end_column = self._position(end)
        return Span(line, column, end_line, end_column)

    def suppression(self, line: int, end_line: int) -> str:
        """The comment on these lines, or on the one above them, that asks to suppress a finding; "" for none."""
        for number in range(max(line - 1, 1), min(end_line, line + 20) + 1):
            text = self._lines[number - 1].decode("utf-8", "replace").strip()
            is_comment_alone = text.startswith(("#", "//", "/*", "*"))
            if number < line and not is_comment_alone:
                continue
            comment = COMMENT.search(text)
            if comment and SUPPRESSION.search(comment[0]):
                return comment[0][:LONGEST]
        return ""

    def _position(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self._starts, offset)
        before = self._data[self._starts[line - 1] : offset]
        return line, len(before.decode("utf-8", "replace")) + 1
