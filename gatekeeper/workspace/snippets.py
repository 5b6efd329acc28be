"""The line that people see beside a finding, with secrets masked."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from operator import itemgetter

from gatekeeper.model.place import Span
from gatekeeper.workspace.masking import MASK, secret_ranges

MAX_SNIPPET = 200


class Snippets:
    """Cuts lines out of a text."""

    def __init__(self, text: str, hidden: Sequence[Span] = ()) -> None:
        """``hidden`` are the spans of known secrets."""
        self._lines = text.split("\n")
        self._hidden: dict[int, list[tuple[int, int]]] = {}
        self._secrets: dict[int, list[tuple[int, int]]] = {}
        for span in hidden:
            self.hide(span)

    def hide(self, span: Span) -> None:
        """Let nothing of a span be seen."""
        last = min(span.end_line, len(self._lines))
        for line in range(span.line, last + 1):
            first = span.column if line == span.line else 1
            behind = span.end_column if line == span.end_line else len(self._lines[line - 1]) + 1
            self._hidden.setdefault(line, []).append((first - 1, behind - 1))
            self._secrets.pop(line, None)

    def line(self, number: int) -> str:
        """A line as it stands, empty where there is none."""
        return self._lines[number - 1].removesuffix("\r") if 1 <= number <= len(self._lines) else ""

    def cut(self, span: Span) -> str:
        """The first line of a span: masked, at most ``MAX_SNIPPET`` characters, without control characters but tabs.

        Of a line that is too long, what begins at the span is shown.
        """
        line = self.line(span.line)
        # Secrets are looked for in the whole line: the part that is shown may begin or end in the middle of one.
        secrets = self._secrets_of(span.line)
        start = span.column - 1 if len(line) > MAX_SNIPPET else 0
        parts: list[str] = []
        length = 0
        for first, behind in secrets[bisect_right(secrets, start, key=itemgetter(1)) :]:
            if length > MAX_SNIPPET:
                break
            parts += [line[start : min(first, start + MAX_SNIPPET + 1)], MASK]
            length += max(first - start, 0) + len(MASK)
            start = behind
        shown = "".join([*parts, line[start : start + MAX_SNIPPET + 1]])
        if len(shown) > MAX_SNIPPET:
            shown = shown[: MAX_SNIPPET - 1] + "…"
        return "".join(c if c == "\t" or c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in shown)

    def _secrets_of(self, number: int) -> list[tuple[int, int]]:
        if number not in self._secrets:
            self._secrets[number] = secret_ranges(self.line(number), self._hidden.get(number, ()))
        return self._secrets[number]
