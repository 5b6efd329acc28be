"""What a run found, as conftest counts it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from gatekeeper.conftest.evaluation import Answer, Document, Query, is_failure
from gatekeeper.conftest.golang import Literal
from gatekeeper.errors import EngineFailure
from gatekeeper.model.json import Json, JsonObject
from gatekeeper.report.printable import counted


@dataclass(frozen=True, slots=True)
class Location:
    """The ``_loc`` of a result: what the policy says of its place. Either part may be "" (``line`` is a number)."""

    file: str = ""
    line: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """One failure, warning or exception. ``line`` is that of ``_loc`` or else of the document, 0 where unknown."""

    message: str
    metadata: JsonObject = field(default_factory=dict)
    location: Location | None = None
    line: int = 0


@dataclass(slots=True)
class CheckResult:
    """What one namespace says about one file."""

    file: str
    namespace: str
    successes: int = 0
    warnings: list[Result] = field(default_factory=list)
    failures: list[Result] = field(default_factory=list)
    exceptions: list[Result] = field(default_factory=list)

    @property
    def tests(self) -> int:
        """The number of results."""
        return self.successes + len(self.warnings) + len(self.failures) + len(self.exceptions)


@dataclass(frozen=True, slots=True)
class Totals:
    """Results of a run by kind."""

    passed: int
    warnings: int
    failures: int
    exceptions: int

    def __str__(self) -> str:
        """The sentence that ends most outputs."""
        tests = self.passed + self.warnings + self.failures + self.exceptions
        parts = [counted(tests, "test"), f"{self.passed} passed", counted(self.warnings, "warning")]
        return ", ".join([*parts, counted(self.failures, "failure"), counted(self.exceptions, "exception")])


def totals(results: Iterable[CheckResult]) -> Totals:
    """The sums over all results."""
    sums: Counter[str] = Counter()
    for result in results:
        sums["passed"] += result.successes
        sums["warnings"] += len(result.warnings)
        sums["failures"] += len(result.failures)
        sums["exceptions"] += len(result.exceptions)
    return Totals(**{name: sums[name] for name in ("passed", "warnings", "failures", "exceptions")})


def exit_code(results: Sequence[CheckResult], *, fail_on_warn: bool) -> int:
    """0, or 1 where something failed; where warnings count, 2 where something failed and 1 where there are warnings."""
    failed = any(result.failures for result in results)
    if fail_on_warn:
        return 2 if failed else int(any(result.warnings for result in results))
    return int(failed)


def add(check: CheckResult, document: Document, definitions: int, answers: Iterable[tuple[Query, Answer]]) -> None:
    """Count what the rules of a namespace say about a document. ``definitions`` is the number of their bodies.

    Raises:
        EngineFailure: a result is an object without a message.
    """
    before, successes = check.tests, 0
    for query, answer in answers:
        results = _results(query, answer, document)
        check.exceptions += [Result(query.exception, line=document.line)] * answer.exceptions
        if answer.exceptions:
            continue
        successes += sum(not result.message for result in results)
        judged = check.failures if is_failure(query.rule) else check.warnings
        judged += [result for result in results if result.message]
    found = check.tests - before + successes
    check.successes += successes + max(0, definitions - found)


def _results(query: Query, answer: Answer, document: Document) -> list[Result]:
    if not answer.defined:
        return []
    if not isinstance(answer.value, list) or not answer.value:
        return [Result("")]
    found = []
    for value in answer.value:
        if isinstance(value, str):
            found.append(Result(value, {"query": query.text}, None, document.line))
        elif isinstance(value, dict):
            message = value.get("msg")
            if not isinstance(message, str):
                raise EngineFailure(
                    f'{query.text}: "msg" field must be present and a string',
                    hint="give each object that the rule finds a msg",
                )
            metadata = {key: item for key, item in value.items() if key not in ("msg", "_loc")}
            location = _location(value.get("_loc"))
            line = int(location.line) if location and location.line.isdecimal() else document.line
            found.append(Result(message, metadata | {"query": query.text}, location, line))
    return found


def _location(value: Json) -> Location | None:
    if not isinstance(value, dict):
        return None
    file, line = value.get("file"), value.get("line")
    place = Location(file if isinstance(file, str) else "", _number(line))
    return place if place.file or place.line else None


def _number(value: Json) -> str:
    if isinstance(value, Literal):
        return value.text
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""
