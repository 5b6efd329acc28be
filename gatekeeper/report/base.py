"""What an output format is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from gatekeeper.model.decision import Decision, Inputs
from gatekeeper.model.finding import Rule
from gatekeeper.model.json import Json


@dataclass(frozen=True, slots=True)
class Report:
    """What an output may show: the decision, the rules by id, whether colours are welcome, what it rests on.

    ``evidence`` is what policies saw as ``input``, None where it was not kept.
    """

    decision: Decision
    rules: Mapping[str, Rule]
    colour: bool = False
    inputs: Inputs | None = None
    evidence: Json = None


class Output(Protocol):
    """One output format."""

    @property
    def name(self) -> str:
        """Name behind ``--output``."""
        ...

    def render(self, report: Report) -> str:
        """The whole text, ending in a newline."""
        ...
