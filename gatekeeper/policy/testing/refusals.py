"""Tests that the embedded engine would not judge as OPA does, and why.

It passes over mocks of functions, and does not know those of its extensions; a builtin function in place of another
keeps the whole program from being loaded; and it goes its own way, silently, where a rule negates something undefined
or reads a package above its own. A test that reaches one of these is refused; so is one that cannot be separated from
others of its name.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from gatekeeper.formats import jsonable
from gatekeeper.model.settings import Settings
from gatekeeper.policy.rego.facts import Use
from gatekeeper.policy.rego.index import Index, Module
from gatekeeper.policy.rego.scan import Scope, scan
from gatekeeper.policy.rego.syntax import Path
from gatekeeper.policy.testing.reading import Mock, Reading, Test
from gatekeeper.policy.testing.sources import SourceModule

HINT = "run it in OPA: --engine opa"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a test is not run here. ``fatal``: the engine cannot even load what it stands in."""

    path: str
    line: int
    message: str
    hint: str
    fatal: bool = False


class Refusals:
    """Knows for each test whether it may run in the embedded engine."""

    def __init__(self, modules: Sequence[SourceModule], readings: Mapping[str, Reading]) -> None:
        self._modules = [
            Module(module.path, module.text, module.foreign, readings[module.path].facts) for module in modules
        ]
        self._index = Index(self._modules)
        self._problems: dict[tuple[str, int], Refusal] = {}
        self._reached: dict[Path, list[tuple[str, int]]] = defaultdict(list)
        for module in self._modules:
            for ordinal, definition in enumerate(module.facts.definitions):
                path = ("data", *module.facts.package, *definition.name)
                self._reached[path].append((module.path, ordinal))
        self._definitions = {
            (module.path, ordinal): definition
            for module in self._modules
            for ordinal, definition in enumerate(module.facts.definitions)
        }
        self._scan()
        for module in self._modules:
            for mock in readings[module.path].mocks:
                if refusal := self._mock(module.path, mock):
                    self._problems[module.path, mock.definition] = refusal

    def of(self, module: SourceModule, test: Test) -> Refusal | None:
        """Why this test must not run here, None where it may."""
        if test.bodies > 1:
            return Refusal(module.path, test.line, "bodies behind one head cannot be told apart here", HINT)
        own = (module.path, test.definition)
        pending, seen = [own], {own}
        while self._problems and pending:
            key = pending.pop()
            if key in self._problems:
                return self._problems[key]
            for reference in self._definitions[key].references:
                evaluated = reference.path[0] == "data" and reference.use is not Use.MOCKED
                for path in self._index.paths(reference.path) if evaluated else ():
                    fresh = [found for found in self._reached[path] if found not in seen]
                    seen.update(fresh)
                    pending.extend(fresh)
        return None

    def _scan(self) -> None:
        # Names that nothing defines are the business of `policy check`: undefined is the same in both engines.
        fields = {
            reference.path[1]
            for definition in self._definitions.values()
            for reference in definition.references
            if reference.path[0] == "input" and len(reference.path) > 1
        }
        scope = Scope(self._index, sorted(fields), frozenset({("data",)}), jsonable.plain(Settings()))
        for module in self._modules:
            for ordinal, definition in enumerate(module.facts.definitions):
                silent = tuple(r for r in definition.references if r.use not in (Use.CALL, Use.MOCKED))
                facts = replace(module.facts, imports=(), definitions=(replace(definition, references=silent),))
                for problem in scan([replace(module, facts=facts)], scope):
                    refusal = Refusal(problem.path, problem.line, problem.message, f"{problem.hint}, or {HINT}")
                    self._problems.setdefault((module.path, ordinal), refusal)
                # The gate's input has every kind of evidence; that of a test has what the test gives it.
                for reference in silent if module.foreign else ():
                    if reference.use is Use.NEGATED and reference.path[0] == "input":
                        message = f"`not` with {'.'.join(reference.path)} inside, which a test may leave undefined"
                        hint = f"give it a name on the line before, or {HINT}"
                        refusal = Refusal(module.path, reference.line, message, hint)
                        self._problems.setdefault((module.path, ordinal), refusal)

    def _mock(self, path: str, mock: Mock) -> Refusal | None:
        message, fatal = next(self._complaints(mock), ("", False))
        return Refusal(path, mock.line, message, HINT, fatal) if message else None

    def _complaints(self, mock: Mock) -> Iterator[tuple[str, bool]]:
        defined = list(self._index.at(mock.target))
        if any(definition.kind == "function" for definition in defined):
            yield f"`with` replaces the function {mock.shown}, which has no effect in the embedded engine", False
        if defined or mock.absolute:
            return
        if mock.replacement and not mock.rooted and not any(self._index.paths(mock.replacement)):
            yield f"the embedded engine cannot put another builtin function in the place of {mock.shown}", True
        if mock.extension:
            yield f"`with` cannot replace the function {mock.shown} in the embedded engine", False
        if mock.alias and any(item.kind == "function" for item in self._index.at(mock.replacement)):
            yield f"the embedded engine does not find what replaces {mock.shown} by way of an import", False
