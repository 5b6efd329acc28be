"""What the modules are as a whole: rules with complete METADATA and ids of their own, functions that exist."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from gatekeeper.errors import EngineFailure
from gatekeeper.formats import jsonable
from gatekeeper.model.checking import Problem
from gatekeeper.model.finding import Rule
from gatekeeper.model.json import Json, JsonObject
from gatekeeper.model.settings import PolicySettings, Settings
from gatekeeper.policy import foreign
from gatekeeper.policy.bundle import KINDS, RESERVED
from gatekeeper.policy.metadata import is_own_form, read_metadata, read_rule
from gatekeeper.policy.rego import scan
from gatekeeper.policy.rego.facts import ModuleFacts, Use
from gatekeeper.policy.rego.index import Index, Module
from gatekeeper.policy.rego.syntax import Path

_SEGMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_MOUNT_DEPTH = 5  # of the data document: what lies deeper is one value
_COMPLETE: JsonObject = {
    "title": "A title",
    "description": "A description.",
    "custom": {"id": "AAA-1", "severity": "high", "stages": ["change"], "remediation": "Mend it."},
}


def failed(error: EngineFailure, module: Module | str, check: str) -> Problem:
    """A failure of the loader as a problem."""
    path = module if isinstance(module, str) else module.path
    return Problem(error.path or path, error.line, error.column, check, error.message, error.hint)


class Structure:
    """The modules of one check (tests left out): those to be ``judged``, and all that they may refer to."""

    def __init__(self, judged: Sequence[Module], others: Sequence[Module], data: JsonObject) -> None:
        self._judged = judged
        self._all = [*others, *judged]
        self._data = data
        self._index = Index(self._all)
        self._annotations: dict[str, tuple[JsonObject, int]] = {}
        self._problems: list[Problem] = []
        for module in self._all:
            try:
                annotation = read_metadata(module.path, module.text)
            except EngineFailure as error:
                self._problems.append(failed(error, module, "metadata"))
                continue
            if annotation is not None and is_own_form(annotation[0], foreign=module.foreign):
                self._annotations[module.path] = annotation
        self.own_form = frozenset(self._annotations)
        self.reads_evidence = self._reads_evidence()

    def problems(self) -> Iterator[Problem]:
        """All of them, in no order."""
        paths = {module.path for module in self._judged}
        yield from (problem for problem in self._problems if problem.path in paths)
        yield from self._packages()
        yield from self._rules()
        yield from self._collisions()
        yield from (problem for problem, embedded_only in self._scanned() if not embedded_only)

    def differences(self) -> Mapping[str, Sequence[Problem]]:
        """By module, what the embedded engine lacks or answers differently, while OPA has no problem with it."""
        found: dict[str, list[Problem]] = {module.path: [] for module in self._judged}
        for problem, embedded_only in self._scanned():
            if embedded_only:
                found[problem.path].append(problem)
        return found

    def _reads_evidence(self) -> bool:
        """Whether these are policies about gatekeeper's evidence. Most others read documents of their own kind."""
        if any(module.path in self._annotations for module in self._judged):
            return True
        kinds = [path[1] in KINDS for module in self._judged for path in _references(module.facts, "input")]
        return any(kinds) and sum(kinds) * 2 >= len(kinds)

    def _packages(self) -> Iterator[Problem]:
        for module in self._judged:
            package = module.facts.package
            if module.foreign and package[0] in RESERVED:
                message = f"the package {'.'.join(package)} is gatekeeper's own"
                hint = f"choose a package outside of {' and '.join(RESERVED)}"
                yield Problem(module.path, 1, 1, "package", message, hint)

    def _rules(self) -> Iterator[Problem]:
        described: dict[str, str] = {}
        packages: dict[str, str] = {}
        for module in self._all:
            if module.path not in self._annotations:
                continue
            block, line = self._annotations[module.path]
            package = ".".join(module.facts.package)
            identifier = str(block["custom"]["id"])
            for name, known in ((identifier, described), (package, packages)):
                earlier = known.setdefault(name, module.path)
                if earlier != module.path and module in self._judged:
                    message = f"{earlier} describes {name} already"
                    hint = "give each rule a package and an id of its own"
                    yield Problem(module.path, line, 1, "id", message, hint)
            if module in self._judged:
                yield from _incomplete(module, block, line)
                yield from self._shape(module, line)
        yield from self._others(described, packages)

    def _shape(self, module: Module, line: int) -> Iterator[Problem]:
        package = module.facts.package
        kinds = {definition.kind for definition in self._index.at(("data", *package, "deny"))}
        if kinds != {"set"}:
            message = f"the package {'.'.join(package)} has no set `deny`"
            yield Problem(module.path, line, 1, "rule", message, "write `deny contains finding if { ... }`")
        if not all(_SEGMENT.fullmatch(segment) for segment in package):
            yield Problem(module.path, line, 1, "rule", "the package has a part that is no plain name", "rename it")

    def _others(self, described: Mapping[str, str], packages: Mapping[str, str]) -> Iterator[Problem]:
        """Rules in the form of other tools, and a ``deny`` of the library that nothing describes."""
        own = frozenset((package, "deny") for package in packages)
        for module in self._judged:
            if module.path in {problem.path for problem in self._problems}:
                continue  # its METADATA could not be read
            if not module.foreign:
                yield from self._undescribed(module, own)
                continue
            try:
                rules: list[Rule] = list(foreign.read_rules([module], self._index, own, PolicySettings()))
            except EngineFailure as error:
                yield failed(error, module, "rule")
                continue
            for rule in rules:
                if rule.id in described:
                    message = f"{described[rule.id]} describes {rule.id} already"
                    yield Problem(module.path, 1, 1, "id", message, "rename the package")

    def _undescribed(self, module: Module, own: frozenset[tuple[str, str]]) -> Iterator[Problem]:
        if (".".join(module.facts.package), "deny") in own:
            return
        for definition in module.facts.definitions:
            if definition.name == ("deny",):
                message = "`deny` without METADATA would never be evaluated"
                hint = "describe the rule in a METADATA comment with custom.id, or rename it"
                yield Problem(module.path, definition.line, 1, "metadata", message, hint)

    def _collisions(self) -> Iterator[Problem]:
        judged = {module.facts.package: module for module in self._judged}
        pending: list[tuple[Path, Json]] = [(("data",), self._data)]
        while pending:
            path, value = pending.pop()
            for definition in self._index.at(path)[:1]:
                owner = next((judged[path[1:end]] for end in range(len(path), 0, -1) if path[1:end] in judged), None)
                if owner is not None:
                    message = f"{'.'.join(path)} is both a rule and data"
                    yield Problem(owner.path, definition.line, 1, "data", message, "rename one of them")
            if isinstance(value, dict) and any(True for _ in self._index.paths(path)):
                pending.extend(((*path, key), item) for key, item in value.items())

    def _scanned(self) -> Iterator[tuple[Problem, bool]]:
        kinds = {*KINDS, "version"}
        # Fields of the input are the reference check's, which follows them further.
        kinds.update(path[1] for module in self._judged for path in _references(module.facts, "input"))
        settings = jsonable.plain(Settings())
        mounts = set(_mounts(self._data))
        if not self.reads_evidence:
            # Other programs are handed data files when they run.
            mounts.update(path for module in self._judged for path in _references(module.facts, "data"))
        scope = scan.Scope(self._index, sorted(kinds), frozenset(mounts), settings)
        for found in scan.scan(self._judged, scope):
            problem = Problem(found.path, found.line, found.column, "engine", found.message, found.hint)
            yield problem, found.embedded_only


def _references(facts: ModuleFacts, root: str) -> Iterator[Path]:
    """What is read of ``root``: its fields, not all of it."""
    references = (*facts.imports, *(r for definition in facts.definitions for r in definition.references))
    for reference in references:
        if reference.path[0] == root and len(reference.path) > 1 and reference.use is Use.READ:
            yield reference.path


def _mounts(data: JsonObject) -> Iterator[Path]:
    """Paths of values in the data document, as deep as references usually name them."""
    pending: list[tuple[Path, Json]] = [(("data",), data)]
    while pending:
        path, value = pending.pop()
        if isinstance(value, dict) and len(path) <= _MOUNT_DEPTH:
            pending.extend(((*path, str(key)), item) for key, item in value.items())
        else:
            yield path


def _incomplete(module: Module, block: JsonObject, line: int) -> Iterator[Problem]:
    """What the loader says about each key by itself: it stops at the first."""
    package = ".".join(module.facts.package)
    told = set()
    for section, keys in (
        (None, {*_COMPLETE, *block} - {"custom"}),
        ("custom", {*_COMPLETE["custom"], *block["custom"]}),
    ):
        for key in sorted(keys, key=str):
            whole = {**_COMPLETE, "custom": dict(_COMPLETE["custom"])}
            target, source = (whole, block) if section is None else (whole["custom"], block["custom"])
            target.pop(key, None)
            if key in source:
                target[key] = source[key]
            try:
                # Without an id there is no rule: the loader would not have asked for the rest.
                read_rule(module.path, package, whole, line)
            except EngineFailure as error:
                if error.message not in told:
                    told.add(error.message)
                    found = failed(error, module, "metadata")
                    yield replace(found, line=_line_of(str(key), module.text, line))


def _line_of(key: str, text: str, start: int) -> int:
    """The line of an annotation on which a key stands, else its first."""
    for number, line in enumerate(text.split("\n")[start:], start + 1):
        if not line.startswith("#"):
            break
        if line[1:].strip().partition(":")[0] == key:
            return number
    return start
