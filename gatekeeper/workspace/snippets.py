"""The line that people see beside a finding, with secrets masked."""

from __future__ import annotations

from collections.abc import Sequence

from gatekeeper.model.place import Span
from gatekeeper.workspace.masking import mask_text

MAX_SNIPPET = 200
_WINDOW = 4096  # characters that are looked at, so that what the cut halves is still recognised as a secret


class Snippets:
    """Cuts lines out of a text."""

    def __init__(self, text: str, hidden: Sequence[Span] = ()) -> None:
        """``hidden`` are the spans of known secrets."""
        self._lines = text.split("\n")
        self._hidden: dict[int, list[tuple[int, int]]] = {}
        for span in hidden:
            self.hide(span)

    def hide(self, span: Span) -> None:
        """Let nothing of a span be seen."""
        last = min(span.end_line, len(self._lines))
        for line in range(span.line, last + 1):
            first = span.column if line == span.line else 1
            behind = span.end_column if line == span.end_line else len(self._lines[line - 1]) + 1
            self._hidden.setdefault(line, []).append((first, behind))

    def line(self, number: int) -> str:
        """A line as it stands, empty where there is none."""
        return self._lines[number - 1].removesuffix("\r") if 1 <= number <= len(self._lines) else ""

    def cut(self, span: Span) -> str:
        """The first line of a span: masked, at most ``MAX_SNIPPET`` characters, without control characters but tabs.

        Of a line that is too long, what begins at the span is shown.
        """
        line = self.line(span.line)
        skipped = span.column - 1 if len(line) > MAX_SNIPPET else 0
        window = line[skipped : skipped + _WINDOW]
        hidden = [(first - skipped, behind - skipped) for first, behind in self._hidden.get(span.line, ())]
        shown = mask_text(window, hidden)
        if len(shown) > MAX_SNIPPET or skipped + len(window) < len(line):
            shown = shown[: MAX_SNIPPET - 1] + "…"
        return "".join(c if c == "\t" or c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in shown)
