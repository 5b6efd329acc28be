"""What the roads are asked; light, so that the command line can build it without loading them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

# Told the name of a stage and, where they are known, how many of its items are done and how many there are.
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Scanning:
    """What the analyzers are told: where advisories lie, and whether the network may be used."""

    advisories: Path | None = None
    online: bool = False
    osv_url: str = ""
