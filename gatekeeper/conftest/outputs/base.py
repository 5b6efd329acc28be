"""What an output is given, and how it shows text from elsewhere: messages hold what inspected files hold."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from gatekeeper.conftest.options import Options
from gatekeeper.conftest.running import Run

Render: TypeAlias = Callable[[Run, Options], str]

_CONTROLS = {code: f"\\x{code:02x}" for code in (*range(9), *range(11, 32), *range(127, 160))}
# Line separators, and what turns the direction of writing.
_UNSEEN = {
    code: f"\\u{code:04x}" for code in (0x61C, 0x200E, 0x200F, *range(0x2028, 0x202F), *range(0x2066, 0x206A), 0xFEFF)
}
# Characters that steer a terminal, but for tabs and line ends, as escapes: a table for ``str.translate``.
STEERING = _CONTROLS | _UNSEEN
# GitHub obeys ``::error::`` at the start of a line, Azure ``##vso[`` and others their like wherever it stands.
MARKED_COMMAND = re.compile(r"##(?=\w*\[)")
_COMMAND = re.compile(r"(\n[^\S\n]*)::")


@dataclass(frozen=True, slots=True)
class Output:
    """One output format."""

    name: str
    render: Render


def shown(text: str) -> str:
    """Text of any number of lines that neither steers a terminal nor commands a CI runner."""
    return _COMMAND.sub(r"\1\\::", MARKED_COMMAND.sub(r"#\\#", text.translate(STEERING)))


def on_one_line(text: str) -> str:
    """The same, with line ends as ``\\n``."""
    return shown(text.replace("\n", "\\n"))
