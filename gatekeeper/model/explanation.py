"""How a rule came to what it gave."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from gatekeeper.model.json import Json


@dataclass(frozen=True, slots=True)
class Step:
    """An expression of a body."""

    line: Annotated[int, "Its line in the file of the rule"]
    text: Annotated[str, "The expression"]
    left: Annotated[int | None, "Number of candidates behind it, null where it or one before it aborts"]
    error: Annotated[str, "Why it aborts, else empty"] = ""


@dataclass(frozen=True, slots=True)
class BodyTrace:
    """How far a body of the rule got."""

    line: Annotated[int, "Line of its head"]
    steps: Annotated[tuple[Step, ...], "Its expressions, in an order in which each can be evaluated"]
    nearest: Annotated[tuple[dict[str, Json], ...], "Variables of the first candidates that came furthest"] = ()

    @property
    def stopped(self) -> Step | None:
        """The expression behind which no candidate is left, None where the body holds."""
        return next((step for step in self.steps if not step.left), None)


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a rule gave, and how each of its bodies came to it."""

    rule: Annotated[str, "Id of the rule"]
    path: Annotated[str, "File of the rule within its bundle"]
    engine: Annotated[str, "Name and version of the engine"]
    findings: Annotated[tuple[Json, ...], "What the rule gave, as it gave it"]
    error: Annotated[str, "Why it gave nothing, else empty"] = ""
    prints: Annotated[tuple[str, ...], "What it printed"] = ()
    bodies: Annotated[tuple[BodyTrace, ...], "How far each body got; empty where that was not asked for"] = ()
