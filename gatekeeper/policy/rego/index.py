"""All definitions of a bundle by their path, and which kinds of evidence each rule reads."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from gatekeeper.policy.rego.facts import Definition, ModuleFacts, Reference, Use
from gatekeeper.policy.rego.syntax import Path


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why the embedded engine cannot read a module, and where."""

    message: str
    line: int = 0
    column: int = 0


@dataclass(frozen=True, slots=True)
class Module:
    """One module of a bundle. ``foreign``: it does not ship with the program. ``v0``: it is written in Rego v0."""

    path: str
    text: str
    foreign: bool
    facts: ModuleFacts
    v0: bool = False
    refusal: Refusal | None = None


class Index:
    """Definitions by path, from ``data`` on."""

    def __init__(self, modules: Iterable[Module]) -> None:
        self._definitions: dict[Path, list[Definition]] = defaultdict(list)
        self.packages: set[Path] = set()
        for module in modules:
            self.packages.add(module.facts.package)
            for definition in module.facts.definitions:
                self._definitions["data", *module.facts.package, *definition.name].append(definition)
        self._paths = sorted(self._definitions)

    def at(self, path: Path) -> Sequence[Definition]:
        """The definitions of exactly that path."""
        return self._definitions.get(path, ())

    def paths(self, path: Path) -> Iterator[Path]:
        """Paths of the definitions that a reference to ``path`` evaluates: those above, at and below it."""
        for length in range(len(path)):
            if path[:length] in self._definitions:
                yield path[:length]
        for found in self._paths[bisect_left(self._paths, path) :]:
            if found[: len(path)] != path:
                return
            yield found

    def kinds(self, start: Path, all_kinds: Sequence[str]) -> tuple[str, ...]:
        """The kinds of evidence that an evaluation of ``start`` can read, in the order of ``all_kinds``.

        A reference to the input as a whole reads all of them.
        """
        found: set[str] = set()
        for reference in self.reached(start):
            if reference.path[0] == "data" or reference.use is Use.MOCKED:
                continue
            if len(reference.path) == 1:
                return tuple(all_kinds)
            found.add(reference.path[1])
        return tuple(kind for kind in all_kinds if kind in found)

    def reached(self, start: Path) -> Iterator[Reference]:
        """All references in definitions that an evaluation of ``start`` can come to."""
        pending, seen = list(self.paths(start)), set[Path]()
        while pending:
            path = pending.pop()
            if path in seen:
                continue
            seen.add(path)
            for definition in self._definitions[path]:
                for reference in definition.references:
                    yield reference
                    if reference.path[0] == "data" and reference.use is not Use.MOCKED:
                        pending.extend(self.paths(reference.path))
