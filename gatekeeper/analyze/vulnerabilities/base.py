"""What a source of advisories is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Protocol

from gatekeeper.model.coverage import Gap
from gatekeeper.model.packages import AdvisoryData


@dataclass(frozen=True, slots=True)
class Pin:
    """A package that is asked about."""

    ecosystem: Annotated[str, "As OSV spells it"]
    name: Annotated[str, "Name, normalised as the ecosystem does"]
    version: Annotated[str, "Exact version"]


@dataclass(frozen=True, slots=True)
class Match:
    """An advisory that names a pin."""

    pin: Annotated[Pin, "The package"]
    id: Annotated[str, "Id of the advisory"]
    aliases: Annotated[tuple[str, ...], "Other ids of the same flaw"]
    summary: Annotated[str, "One line, may be empty"]
    severity: Annotated[str, "critical, high, medium, low or unknown"]
    fixed: Annotated[tuple[str, ...], "Versions above the pin's that mend it, in order"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a source knows about pins."""

    data: Annotated[tuple[AdvisoryData, ...], "What was asked; an ecosystem that is absent was not checked"] = ()
    matches: Annotated[tuple[Match, ...], "Advisories that name a pin"] = ()
    gaps: Annotated[tuple[Gap, ...], "Pins that could not be checked"] = ()


class AdvisorySource(Protocol):
    """Somebody who knows which versions are vulnerable."""

    def ask(self, pins: Sequence[Pin]) -> Answer:
        """All that is known about the pins.

        Raises:
            Undecidable: the source could not be read or reached.
        """
        ...
