"""Colours of a terminal (ECMA-48), where they are welcome."""

from __future__ import annotations

from gatekeeper.model.finding import Severity


class Paint:
    """Wraps text in colours, or leaves it alone."""

    def __init__(self, colour: bool) -> None:
        self._colour = colour

    def red(self, text: str) -> str:
        """Bad news."""
        return self._wrap(text, "1;31")

    def yellow(self, text: str) -> str:
        """Mixed news."""
        return self._wrap(text, "1;33")

    def green(self, text: str) -> str:
        """Good news."""
        return self._wrap(text, "1;32")

    def bold(self, text: str) -> str:
        """What the eye should find first."""
        return self._wrap(text, "1")

    def dim(self, text: str) -> str:
        """Context."""
        return self._wrap(text, "2")

    def severity(self, text: str, severity: Severity) -> str:
        """A severity in its colour."""
        return self.red(text) if severity.rank <= Severity.HIGH.rank else self.yellow(text)

    def _wrap(self, text: str, code: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self._colour else text
