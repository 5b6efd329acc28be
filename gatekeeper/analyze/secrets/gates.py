"""Which lines a detector has to look at.

A detector costs a few microseconds a line, a search for a literal costs nothing. A gate names what every finding of
its detector must contain; lines without it are never handed to the detector. A gate may let lines pass in vain, but
must never hold one back that its detector would find something in.
"""

from __future__ import annotations

import re
import sys
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

# Patterns of text match more than ASCII: ``re.IGNORECASE`` takes dotted and dotless i, long s and the Kelvin sign for
# letters, and ``\d`` any decimal digit. Gates are patterns of bytes; they see these characters as what they pass for.
FOLDED = {0x130: "i", 0x131: "i", 0x17F: "s", 0x212A: "k"} | {
    code: "0" for code in range(0x80, sys.maxunicode + 1) if chr(code).isdecimal()
}


@dataclass(frozen=True, slots=True)
class Gate:
    """What a line must contain, any of it. An empty gate lets every line pass."""

    literals: tuple[bytes, ...] = ()  # in lower case: any case will do
    exact: tuple[bytes, ...] = ()
    patterns: tuple[re.Pattern[bytes], ...] = ()  # simple and linear, starting with a literal
    lower_patterns: tuple[re.Pattern[bytes], ...] = ()  # the same for text in lower case
    runs: tuple[tuple[bytes, int], ...] = ()  # characters of which so many must stand in a row


class Haystack:
    """A text as bytes, with the views of it that gates search."""

    def __init__(self, text: str) -> None:
        self.raw = (text if text.isascii() else text.translate(FOLDED)).encode("utf-8", "surrogatepass")
        self._masks: dict[bytes, bytes] = {}

    @cached_property
    def lower(self) -> bytes:
        """ASCII letters in lower case."""
        return self.raw.lower()

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(match.end() for match in re.finditer(b"\n", self.raw))]

    def lines(self, gate: Gate) -> set[int]:
        """Ordinals of the lines that pass, from 0."""
        if gate == Gate():
            return set(range(len(self._starts)))
        found: set[int] = set()
        for needle in gate.literals:
            found.update(self._with_literal(self.lower, needle))
        for needle in gate.exact:
            found.update(self._with_literal(self.raw, needle))
        for pattern in gate.patterns:
            found.update(self._line_of(match.start()) for match in pattern.finditer(self.raw))
        for pattern in gate.lower_patterns:
            found.update(self._line_of(match.start()) for match in pattern.finditer(self.lower))
        for alphabet, length in gate.runs:
            found.update(self._with_literal(self._masked(alphabet), b"x" * length))
        return found

    def _with_literal(self, data: bytes, needle: bytes) -> Iterator[int]:
        position = data.find(needle)
        while position >= 0:
            yield self._line_of(position)
            end = data.find(b"\n", position)
            position = data.find(needle, end) if end >= 0 else -1

    def _line_of(self, position: int) -> int:
        return bisect_right(self._starts, position) - 1

    def _masked(self, alphabet: bytes) -> bytes:
        """An x for each character of the alphabet, a space for each other one, lines kept."""
        if alphabet not in self._masks:
            table = bytes(120 if byte in alphabet else 10 if byte == 10 else 32 for byte in range(256))
            self._masks[alphabet] = self.raw.translate(table)
        return self._masks[alphabet]
