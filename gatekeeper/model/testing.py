"""What tests of policies gave."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated


class Kind(StrEnum):
    """What was tested with."""

    REGO = "rego"  # a rule whose name starts with test_
    SNIPPET = "snippet"  # source files that a rule must, or must not, flag


class Status(StrEnum):
    """What became of a test."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"
    ERROR = "error"  # could not be evaluated, or not faithfully: neither passed nor failed


@dataclass(frozen=True, slots=True)
class Case:
    """One case of a test that is a partial object."""

    name: Annotated[str, "Its keys, joined by /"]
    passed: Annotated[bool, "Whether its value is true"]


@dataclass(frozen=True, slots=True)
class Result:
    """One test."""

    kind: Annotated[Kind, "rego or snippet"]
    group: Annotated[str, "The package (data.a.b) of a Rego test, the id of the rule of a snippet"]
    name: Annotated[str, "e.g. test_ok, test_ok#01 for the second of that name, flag/main.tf"]
    path: Annotated[str, "File"]
    line: Annotated[int, "Line, 0 where it is about the whole file"]
    status: Annotated[Status, "What became of it"]
    message: Annotated[str, "Why, unless it passed"] = ""
    hint: Annotated[str, "What to do about it"] = ""
    cases: Annotated[tuple[Case, ...], "Cases of a partial object, by name"] = ()
    prints: Annotated[tuple[str, ...], "What it printed, line by line"] = ()
    engine: Annotated[str, "Name of the engine that evaluated it, empty where none did"] = ""


@dataclass(frozen=True, slots=True)
class BodyCoverage:
    """One body of a rule: what stands behind `if` or `else`."""

    path: Annotated[str, "File"]
    line: Annotated[int, "Line at which the body starts"]
    rule: Annotated[str, "Name of the rule that it belongs to"]
    covered: Annotated[bool, "Whether a test made it succeed"]


@dataclass(frozen=True, slots=True)
class LineCoverage:
    """Lines of one file, as an engine counts them."""

    path: Annotated[str, "File"]
    covered: Annotated[int, "Lines that were evaluated, which is not yet to say that they held"]
    lines: Annotated[int, "Lines that can be evaluated"]


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the tests reached. Tests themselves do not count."""

    bodies: Annotated[tuple[BodyCoverage, ...], "All bodies of the tested folder, by place"]
    lines: Annotated[tuple[LineCoverage, ...], "Lines by file; empty where the engine did not tell"] = ()
    lines_engine: Annotated[str, "The engine that counted the lines"] = ""
    minimum: Annotated[float, "Least part of the bodies in per cent, 0 for none"] = 0.0

    @property
    def percent(self) -> float:
        """Covered bodies in per cent; 0 where there are none, for nothing was shown about them."""
        return 100 * sum(body.covered for body in self.bodies) / len(self.bodies) if self.bodies else 0.0

    @property
    def enough(self) -> bool:
        """Whether the least part was reached."""
        return self.percent >= self.minimum


@dataclass(frozen=True, slots=True)
class Run:
    """All tests of a folder, and which engines ran them."""

    results: Annotated[tuple[Result, ...], "Rego tests by place, then snippets"]
    engines: Annotated[tuple[str, ...], "Names and versions of the engines"] = ()
    coverage: Annotated[Coverage | None, "null where it was not asked for"] = None

    def count(self, status: Status) -> int:
        """How many tests ended so."""
        return sum(result.status is status for result in self.results)

    @property
    def exit_code(self) -> int:
        """0 all passed, 1 a test failed or coverage is too low, 3 nothing was run, 4 a test could not be evaluated."""
        if self.count(Status.SKIPPED) == len(self.results):
            return 3
        if self.count(Status.ERROR):
            return 4
        short = self.coverage is not None and not self.coverage.enough
        return 1 if self.count(Status.FAILED) or short else 0
