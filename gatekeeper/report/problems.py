"""An error that ends a command, for a person."""

from __future__ import annotations

import re

from gatekeeper.errors import EngineFailure, GatekeeperError, UnreadableInput, VerificationFailure
from gatekeeper.report.printable import printable


def as_text(error: GatekeeperError) -> str:
    """What is wrong and where, what was expected and found, what to do: a line each."""
    place = ""
    if isinstance(error, UnreadableInput | EngineFailure) and error.path and not _names(error.message, error.path):
        place = f"{error.path}:{error.line}: " if error.line else f"{error.path}: "
    lines = [f"gatekeeper: error: {printable(place + error.message)}"]
    if isinstance(error, VerificationFailure):
        lines += [f"    expected: {printable(error.expected)}"] if error.expected else []
        lines += [f"    found:    {printable(error.found)}"] if error.found else []
    lines += [f"    do: {printable(error.hint)}"] if error.hint else []
    return "\n".join(lines)


def _names(message: str, path: str) -> bool:
    """Whether a message names a path, rather than holding its letters somewhere."""
    return re.search(rf"(?<![\w./-]){re.escape(path)}(?![\w/-])", message) is not None
