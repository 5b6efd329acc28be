"""The lines of a Dockerfile: parser directives, comments, continuation lines, and where each character stands."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from gatekeeper.errors import UnreadableInput
from gatekeeper.model.place import Span

# White space as Go sees it, in which BuildKit is written; Python's own strip() takes four separators more.
SPACE = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))

_DIRECTIVE = re.compile(r"#[ \t\f\r]*([A-Za-z][A-Za-z0-9]*)[ \t\f\r]*=(.*)", re.DOTALL)
_DIRECTIVES = frozenset(("syntax", "escape", "check"))
_FIRST_WORD = re.compile(r"[^\t\v\f\r ]*")


@dataclass(frozen=True, slots=True)
class LogicalLine:
    """One instruction's text, continuation lines joined without their ends; comments inside are dropped."""

    text: str
    offsets: list[int]  # where in ``text`` each joined piece starts
    pieces: list[tuple[int, int]]  # line and column of each piece's first character
    first_line: int
    last_line: int

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of ``text[offset]``."""
        number = bisect_right(self.offsets, offset) - 1
        line, column = self.pieces[number]
        return line, column + offset - self.offsets[number]

    def span(self, start: int, end: int) -> Span:
        """The range of ``text[start:end]``, which must not be empty."""
        end_line, end_column = self.position(end - 1)
        return Span(*self.position(start), end_line, end_column + 1)


class Lines:
    """Reads a Dockerfile's lines from top to bottom: logical lines, and verbatim ones for here-documents."""

    def __init__(self, text: str) -> None:
        lines = text.removeprefix("\ufeff").split("\n")
        self._ends = ["\n"] * (len(lines) - 1) + [""]
        if not lines[-1]:
            lines.pop()
        self._lines = lines
        self._next = 0
        self.escape = "\\"
        self._directives: set[str] | None = set()

    @property
    def number(self) -> int:
        """Number of the line that was read last."""
        return self._next

    def verbatim(self) -> str | None:
        """The next line with its end, None behind the last one."""
        if self._next == len(self._lines):
            return None
        self._next += 1
        return self._lines[self._next - 1] + self._ends[self._next - 1]

    def end_column(self) -> int:
        """The column behind the last character of the line that was read last."""
        return len(self._lines[self._next - 1].rstrip("\r")) + 1

    def logical(self) -> Iterator[LogicalLine]:
        """The instructions' lines; the consumer may take verbatim lines in between.

        Raises:
            UnreadableInput: a parser directive is wrong.
        """
        while self._next < len(self._lines):
            line = self._lines[self._next].rstrip("\r")
            self._next += 1
            text = line.lstrip(SPACE)
            if self._directives is not None:
                self._directive(text)
            if not text or text.startswith("#"):
                continue
            yield self._joined(text, len(line) - len(text) + 1)

    def _joined(self, text: str, column: int) -> LogicalLine:
        first = self._next
        text, continued = self._cut(text)
        texts, offsets, pieces, length = [text], [0], [(first, column)], len(text)
        while continued and self._next < len(self._lines):
            line = self._lines[self._next].rstrip("\r")
            self._next += 1
            stripped = line.lstrip(SPACE)
            if not stripped or stripped.startswith("#"):
                continue
            text, continued = self._cut(line)
            texts.append(text)
            offsets.append(length)
            pieces.append((self._next, 1))
            length += len(text)
        return LogicalLine("".join(texts), offsets, pieces, first, self._next)

    def _cut(self, line: str) -> tuple[str, bool]:
        """The line without its continuation mark, and whether there was one: a single escape at the very end."""
        bare = line.rstrip(" \t")
        if bare.endswith(self.escape) and not bare.endswith(self.escape * 2):
            return bare[:-1], True
        return line, False

    def _directive(self, line: str) -> None:
        match = _DIRECTIVE.match(line)
        name = match[1].lower() if match else ""
        value = match[2].strip(" \t\f\r") if match else ""
        if self._directives is None or name not in _DIRECTIVES or not value:
            self._directives = None
            return
        if name in self._directives:
            raise UnreadableInput(f"the parser directive {name} is given twice", line=self._next, column=1)
        self._directives.add(name)
        if name == "escape":
            if value not in ("\\", "`"):
                raise UnreadableInput(
                    f"escape={value:.20} is no escape character: only \\ and ` are", line=self._next, column=1
                )
            self.escape = value


def first_word(text: str) -> str:
    """The first instruction's name in capitals, however it is spread over lines; empty where there is none."""
    try:
        line = next(Lines(text).logical(), None)
    except UnreadableInput:
        return ""
    match = _FIRST_WORD.match(line.text.lstrip(SPACE)) if line else None
    return match[0].upper() if match else ""
