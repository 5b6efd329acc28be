"""What an output is given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from gatekeeper.conftest.options import Options
from gatekeeper.conftest.running import Run

Render: TypeAlias = Callable[[Run, Options], str]

_CONTROLS = {code: f"\\x{code:02x}" for code in (*range(9), *range(11, 32), *range(127, 160))}


@dataclass(frozen=True, slots=True)
class Output:
    """One output format."""

    name: str
    render: Render


def shown(text: str) -> str:
    """Text without characters that would steer a terminal: messages hold what inspected files hold."""
    return text.translate(_CONTROLS)
