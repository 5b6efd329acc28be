"""Rego tests in the embedded engine, judged as ``opa test`` judges them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from gatekeeper.errors import EngineFailure
from gatekeeper.formats import jsonable
from gatekeeper.model.json import Json, JsonObject
from gatekeeper.model.testing import Case, Kind, Result, Status
from gatekeeper.policy.engines.base import Answer, Engine, Program
from gatekeeper.policy.rego.names import reference
from gatekeeper.policy.testing.reading import TODO, Body, Reading, Test
from gatekeeper.policy.testing.refusals import Refusal, Refusals
from gatekeeper.policy.testing.rewriting import (
    Edit,
    blank,
    key_text,
    mark,
    read_prints,
    rename,
    rewrite,
    separate_cases,
)
from gatekeeper.policy.testing.sources import SourceModule
from gatekeeper.workers import Item, Pool

_READ = "gatekeeper.policy.testing.reading:read"
_MARK_OF_COPY = "__gatekeeper_"


@dataclass(frozen=True, slots=True)
class Prepared:
    """A test under the name that OPA gives it, and what the engine is asked for; ``refusal``: it must not run here."""

    test: Test
    module: SourceModule
    group: str
    name: str
    query: str
    refusal: Refusal | None

    def result(self, status: Status, message: str = "") -> Result:
        """A result of it."""
        return Result(Kind.REGO, self.group, self.name, self.module.path, self.test.line, status, message)


@dataclass(frozen=True, slots=True)
class Plan:
    """The program to load, the tests to ask for, and the marked bodies by number."""

    program: Program
    tests: tuple[Prepared, ...]
    bodies: Mapping[int, tuple[SourceModule, Body]] = field(default_factory=dict)


def read_modules(pool: Pool, modules: Sequence[SourceModule]) -> dict[str, Reading]:
    """What each module holds.

    Raises:
        EngineFailure: one does not parse, or two have the same path.
    """
    readings: dict[str, Reading] = {}
    items = (Item(module.path, module.path, module.text.encode()) for module in modules)
    for module, outcome in zip(modules, pool.map(_READ, items), strict=True):
        if module.path in readings:
            raise EngineFailure(f"{module.path} is there twice", hint="give the folder another name")
        if outcome.error is not None:
            error = outcome.error
            hint = error.hint or "correct the policy, or run its tests in OPA: --engine opa"
            place = {"path": error.path, "line": error.line} if isinstance(error, EngineFailure) else {}
            raise EngineFailure(error.message, hint=hint, **{"path": module.path} | place)  # type: ignore[arg-type]  # of these types
        readings[module.path] = jsonable.decode(Reading, outcome.value)
    return readings


def plan(
    modules: Sequence[SourceModule], readings: Mapping[str, Reading], data: JsonObject, *, coverage: bool = False
) -> Plan:
    """Name the tests, rewrite the modules (see ``rewriting``)."""
    refusals = Refusals(modules, readings)
    named: Counter[tuple[str, ...]] = Counter()
    tests: list[Prepared] = []
    bodies: dict[int, tuple[SourceModule, Body]] = {}
    texts: list[tuple[str, str]] = []
    for module in modules:
        reading = readings[module.path]
        package = reading.facts.package
        edits: list[Edit] = []
        for test in reading.tests:
            copy = 0 if test.names[-1].startswith(TODO) else named[package + test.names]
            named[package + test.names] += 1
            suffix = f"{_MARK_OF_COPY}{copy}" if copy else ""
            refusal = refusals.of(module, test)
            edits += _edits(module, reading, test, suffix, refusal)
            if module.tested:
                names = [*test.names[:-1], test.names[-1] + (f"#{copy:02d}" if copy else "")]
                query = reference("data", [*package, *test.names[:-1], test.names[-1] + suffix])
                group = reference("data", package)
                tests.append(Prepared(test, module, group, reference(names[0], names[1:]), query, refusal))
        if coverage and module.tested and not module.is_test:
            ignored = {test.definition for test in reading.tests}
            for body in reading.bodies:
                if body.definition not in ignored:
                    number = len(bodies)
                    bodies[number] = (module, body)
                    edits += mark(body, number)
        texts.append((module.path, rewrite(module.text, edits)))
    return Plan(Program(tuple(texts), data), tuple(tests), bodies)


def _edits(module: SourceModule, reading: Reading, test: Test, suffix: str, refusal: Refusal | None) -> Iterable[Edit]:
    if refusal and refusal.fatal:
        return [blank(test.start, test.end, module.text)]
    if test.form == "cases" and test.keys:
        body = next(body for body in reading.bodies if body.definition == test.definition)
        return separate_cases(test, body, module.text, suffix)
    return [rename(test, suffix)] if suffix else []


def run(engine: Engine, plan: Plan, wanted: Sequence[Prepared]) -> tuple[list[Result], frozenset[int]]:
    """Results of the wanted tests, in their order, and the numbers of the bodies that succeeded.

    Raises:
        EngineFailure: the program does not compile, or the engine was lost.
    """
    asked = [item for item in wanted if item.refusal is None and item.test.form in ("value", "cases", "set")]
    asked = [item for item in asked if not item.test.names[-1].startswith(TODO)]
    with engine.session(plan.program) as session:
        answers = session.evaluate([item.query for item in asked], {})
    given = {id(item): answer for item, answer in zip(asked, answers, strict=True)}
    results: list[Result] = []
    covered: set[int] = set()
    for item in wanted:
        answer = given.get(id(item))
        if answer is None:
            results.append(_unasked(item))
            continue
        printed = read_prints(answer.prints)
        covered |= printed.bodies
        result = replace(_judged(item, answer, printed.cases), engine=engine.name)
        results.append(replace(result, prints=printed.lines))
    return results, frozenset(covered)


def _unasked(item: Prepared) -> Result:
    if item.test.names[-1].startswith(TODO):
        return item.result(Status.SKIPPED, "its name starts with todo_")
    if item.refusal is not None:
        place = f"{item.refusal.path}:{item.refusal.line}"
        return replace(item.result(Status.ERROR, f"{place}: {item.refusal.message}"), hint=item.refusal.hint)
    if item.test.form == "function":
        result = item.result(Status.ERROR, "a test is no function: nobody would give it arguments")
        return replace(result, hint="take the arguments away, or rename it")
    return item.result(Status.FAILED, "its value is an object; only true passes")


def _judged(item: Prepared, answer: Answer, told: Sequence[tuple[Json, ...]]) -> Result:
    if answer.error is not None:
        error = answer.error
        place = f"{error.path}:{error.line}: " if error.path and error.line else ""
        return replace(item.result(Status.ERROR, f"aborted: {place}{error.message}"), hint=error.hint)
    if item.test.form == "cases" and item.test.keys:
        return _judge_cases(item, answer.value if answer.defined else [], told)
    if answer.defined and answer.value is True:
        return item.result(Status.PASSED)
    if not answer.defined:
        return item.result(Status.FAILED, "it is undefined: a condition does not hold")
    if item.test.form == "set":
        return item.result(Status.FAILED, "its value is a set; only true passes")
    return item.result(Status.FAILED, f"its value is {jsonable.dumps(answer.value).decode():.100}; only true passes")


def _judge_cases(item: Prepared, pairs: Json, told: Sequence[tuple[Json, ...]]) -> Result:
    """As OPA does: a case fails that gives anything but true, or nothing."""
    values: dict[tuple[str, ...], list[Json]] = defaultdict(list)
    for keys, value in pairs:
        values[tuple(map(key_text, keys))].append(value)
    if conflict := next((keys for keys, given in values.items() if len(given) > 1), None):
        return item.result(Status.ERROR, f"two values for the case {'/'.join(conflict)}")
    names = dict.fromkeys([*(tuple(map(str, keys)) for keys in told), *values])
    cases = tuple(Case("/".join(keys), all(map(_passes, values.get(keys, [False])))) for keys in sorted(names))
    failed = [case.name for case in cases if not case.passed]
    message = f"failed for {', '.join(failed[:5])}{' ...' if len(failed) > 5 else ''}" if failed else ""
    return replace(item.result(Status.FAILED if failed else Status.PASSED, message), cases=cases)


def _passes(value: Json) -> bool:
    """Objects hold further cases."""
    return all(map(_passes, value.values())) if isinstance(value, dict) else value is True
