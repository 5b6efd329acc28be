"""Rego tests in the engine that was asked for, with what they cover."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from gatekeeper.errors import EngineFailure, UsageError
from gatekeeper.model.settings import EngineChoice
from gatekeeper.model.testing import BodyCoverage, Coverage, LineCoverage, Result
from gatekeeper.policy.engines.base import Program
from gatekeeper.policy.engines.embedded import EmbeddedEngine
from gatekeeper.policy.engines.opa.program import OpaProgram, find_program
from gatekeeper.policy.testing import embedded, lines, opa
from gatekeeper.policy.testing.reading import Body
from gatekeeper.policy.testing.rewriting import Edit, mark, rewrite
from gatekeeper.policy.testing.sources import SourceModule, Sources
from gatekeeper.workers import Item, Limits, Pool

_MATCH = "gatekeeper.policy.testing.running:match"
_MATCHING = Limits(seconds=10)

Bodies = Mapping[int, tuple[SourceModule, Body]]


@dataclass(frozen=True, slots=True)
class RegoRun:
    """Results by place, the names and versions of the engines, and what was covered where that was asked for."""

    results: tuple[Result, ...]
    engines: tuple[str, ...]
    coverage: Coverage | None


class Selection:
    """Names that a regular expression finds; the empty one finds all.

    It is matched in a worker, which is stopped when it takes too long.
    """

    def __init__(self, pool: Pool, pattern: str) -> None:
        """Raises UsageError where ``pattern`` is no regular expression."""
        self._pool, self._pattern = pool, pattern
        try:
            re.compile(pattern)
        except (re.error, OverflowError, RecursionError) as error:
            raise UsageError(
                f"--run {pattern}: no regular expression: {error}", hint="--run test_flagged, for example"
            ) from None

    def of(self, names: Sequence[str]) -> list[bool]:
        """Whether each is meant.

        Raises:
            WorkerFailure: it took too long.
        """
        if not self._pattern:
            return [True] * len(names)
        item = Item("--run", [self._pattern, list(names)])
        return [
            bool(found) for outcome in self._pool.map(_MATCH, [item], limits=_MATCHING) for found in outcome.unwrap()
        ]


def match(arguments: list[str | list[str]], payload: bytes) -> list[bool]:
    """Which of the names the expression finds; ``arguments`` are both. Runs in a worker."""
    pattern, names = arguments
    expression = re.compile(str(pattern))
    return [expression.search(name) is not None for name in names]


class Runner:
    """The tests of a folder, in one engine or the other. ``opa`` is the program that the settings name, if any."""

    def __init__(self, pool: Pool, sources: Sources, selection: Selection, *, coverage: bool, opa: str = "") -> None:
        self._pool, self._sources, self._selection, self._coverage = pool, sources, selection, coverage
        self._program = opa

    def run(self, choice: EngineChoice) -> RegoRun:
        """``auto``: embedded where that is faithful to OPA, and in an OPA, where one is found, what is not.

        Raises:
            EngineFailure: policies do not parse or compile, or there is no OPA where one is needed.
            WorkerFailure: an engine was lost, or ran out of time.
        """
        if choice is EngineChoice.OPA:
            return self._in_opa(self._opa())
        try:
            return self._embedded(choice)
        except EngineFailure:
            program = None
            if choice is EngineChoice.AUTO:
                with suppress(EngineFailure):
                    program = self._opa()
            if program is None:
                raise
            return self._in_opa(program)

    def _embedded(self, choice: EngineChoice) -> RegoRun:
        modules = self._sources.modules
        readings = embedded.read_modules(self._pool, modules)
        plan = embedded.plan(modules, readings, self._sources.data, coverage=self._coverage)
        chosen = self._selection.of([f"{test.group}.{test.name}" for test in plan.tests])
        wanted = [test for test, meant in zip(plan.tests, chosen, strict=True) if meant]
        engine = EmbeddedEngine(self._pool)
        results, covered = embedded.run(engine, plan, wanted)
        engines = [f"{engine.name} {engine.version}"]
        refused = {(test.module.path, test.test.line, test.name) for test in wanted if test.refusal is not None}
        if refused and choice is EngineChoice.AUTO:
            with suppress(EngineFailure):
                program = self._opa()
                elsewhere = opa.run_tests(program, _marked(self._sources, plan.bodies), modules)
                found = {_key(result): result for result, _ in elsewhere}
                results = [found.get(_key(result), result) if _key(result) in refused else result for result in results]
                covered = covered.union(*(bodies for result, bodies in elsewhere if _key(result) in refused))
                engines.append(f"{opa.NAME} {program.version}")
        counted: Sequence[LineCoverage] = ()
        if self._coverage:
            queries = [test.query for test in wanted if test.refusal is None]
            counted = lines.count_lines(self._pool, plan.program, queries, modules)
        return RegoRun(_sorted(results), tuple(engines), self._report(plan.bodies, covered, counted, engines[0]))

    def _in_opa(self, program: OpaProgram) -> RegoRun:
        modules = self._sources.modules
        bodies: Bodies = {}
        if self._coverage:
            readings = embedded.read_modules(self._pool, modules)
            bodies = embedded.plan(modules, readings, self._sources.data, coverage=True).bodies
        found = opa.run_tests(program, _marked(self._sources, bodies), modules)
        chosen = self._selection.of([f"{result.group}.{result.name}" for result, _ in found])
        wanted = [item for item, meant in zip(found, chosen, strict=True) if meant]
        results = [result for result, _ in wanted]
        covered = frozenset[int]().union(*(succeeded for _, succeeded in wanted))
        name = f"{opa.NAME} {program.version}"
        counted = opa.count_lines(program, _marked(self._sources, {}), modules) if self._coverage else ()
        return RegoRun(_sorted(results), (name,), self._report(bodies, covered, counted, name))

    def _opa(self) -> OpaProgram:
        return find_program(self._program, outside=self._sources.folder)

    def _report(
        self, bodies: Bodies, covered: frozenset[int], counted: Sequence[LineCoverage], engine: str
    ) -> Coverage | None:
        if not self._coverage:
            return None
        found = [
            BodyCoverage(module.path, body.line, body.rule, number in covered)
            for number, (module, body) in bodies.items()
        ]
        found.sort(key=lambda body: (body.path, body.line))
        return Coverage(tuple(found), tuple(counted), engine if counted else "")


def _marked(sources: Sources, bodies: Bodies) -> Program:
    """The modules as they are, but for marks in bodies."""
    edits: dict[str, list[Edit]] = {module.path: [] for module in sources.modules}
    for number, (module, body) in bodies.items():
        edits[module.path] += mark(body, number)
    texts = tuple((module.path, rewrite(module.text, edits[module.path])) for module in sources.modules)
    return Program(texts, sources.data)


def _key(result: Result) -> tuple[str, int, str]:
    return result.path, result.line, result.name


def _sorted(results: Sequence[Result]) -> tuple[Result, ...]:
    return tuple(sorted(results, key=_key))
