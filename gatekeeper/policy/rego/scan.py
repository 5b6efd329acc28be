"""What the embedded engine lacks, or answers differently from OPA without saying so: found before it evaluates.

A policy that gives nothing where it should have given a finding is a silent pass, so whatever could become one is
refused with its place and with what to do. Not decidable here, and so left to tests in both engines: decisions that
depend on integers above 2**63, on sums of fractions, on ``json.marshal`` of ``<``, ``>``, ``&`` and sets, on the
``count`` of characters beyond U+FFFF, and types that do not fit beyond what ``mismatches`` follows.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from gatekeeper.formats import jsonable
from gatekeeper.model.finding import Failure
from gatekeeper.model.json import Json
from gatekeeper.model.settings import Settings
from gatekeeper.policy.bundle import KINDS, Bundle
from gatekeeper.policy.rego.facts import Definition, Reference, Use
from gatekeeper.policy.rego.forbidden import IMPURE
from gatekeeper.policy.rego.getting import DOCTOR
from gatekeeper.policy.rego.index import Index, Module
from gatekeeper.policy.rego.signatures import SIGNATURES
from gatekeeper.policy.rego.syntax import Path
from gatekeeper.policy.rego.unequal import UNEQUAL

SETTINGS = ("data", "gatekeeper", "settings")
_OPA = f"have OPA evaluate it: {DOCTOR}"
_ONLY_V0 = ("all", "any", "re_match")
_OPEN_SETTINGS = (*SETTINGS, "rules")


_WALK = "write `walk(x, [path, value])`"


@dataclass(frozen=True, slots=True)
class Problem:
    """A construct that the embedded engine must not be given. ``embedded_only``: OPA evaluates it rightly."""

    path: str
    line: int
    column: int
    message: str
    hint: str
    embedded_only: bool = False


@dataclass(frozen=True, slots=True)
class _Found:
    """What is wrong with a reference, and how to mend it without OPA."""

    message: str
    mend: str
    embedded_only: bool = False

    def at(self, path: str, line: int, column: int) -> Problem:
        hint = f"{self.mend}, or {_OPA}" if self.embedded_only else self.mend
        return Problem(path, line, column, self.message, hint, self.embedded_only)


@dataclass(frozen=True, slots=True)
class Scope:
    """What references may name: definitions, fields of the input (None: any), places of data files, the settings."""

    index: Index
    kinds: Sequence[str] | None
    mounts: frozenset[Path]
    settings: Json


def problems(bundle: Bundle) -> tuple[Problem, ...]:
    """What keeps the embedded engine from being given a bundle."""
    return tuple(scan(bundle.modules, _scope(bundle)))


def misreadings(bundle: Bundle) -> tuple[Problem, ...]:
    """References of foreign modules to fields that the input never has: in no engine would such a rule apply."""
    scope = _scope(bundle)
    return tuple(
        found.at(module.path, reference.line, reference.column)
        for module in bundle.modules
        if module.foreign
        for reference in _references(module)
        if reference.use is Use.READ and reference.path[0] == "input" and (found := _unnamed(reference, scope))
    )


def failure(problem: Problem) -> Failure:
    """A problem as what keeps the gate from deciding."""
    message = f"{problem.message} (column {problem.column})" if problem.column else problem.message
    return Failure("engine", message, problem.hint, problem.path, problem.line)


def _scope(bundle: Bundle) -> Scope:
    return Scope(Index(bundle.modules), (*KINDS, "version"), bundle.mounts, jsonable.plain(Settings()))


def scan(modules: Iterable[Module], scope: Scope) -> Iterator[Problem]:
    """All problems, module by module. In what ships with the program, tests in both engines stand for some of them."""
    for module in modules:
        if (refusal := module.refusal) is not None:
            hint = f"the embedded engine cannot read it: {_OPA}"
            yield Problem(module.path, refusal.line, refusal.column, refusal.message, hint, True)
            continue
        for reference in _references(module):
            if found := _judge(reference, module, scope):
                yield found.at(module.path, reference.line, reference.column)
        for definition in module.facts.definitions if module.foreign else ():
            if definition.member:
                yield _member(definition).at(module.path, definition.line, 1)
        for mismatch in module.facts.mismatches if module.foreign else ():
            hint = "correct the types: OPA would not compile it"
            yield Problem(module.path, mismatch.line, mismatch.column, mismatch.message, hint)


def _member(definition: Definition) -> _Found:
    name, key = ".".join(definition.name[:-1]), definition.name[-1]
    return _Found(
        f"`{name}.{key} {{ ... }}` adds to a set in Rego v0, and is an empty one here where its body does not hold",
        f'write `{name}["{key}"]`',
        embedded_only=True,
    )


def _references(module: Module) -> Iterator[Reference]:
    yield from module.facts.imports
    for definition in module.facts.definitions:
        yield from definition.references


def _judge(reference: Reference, module: Module, scope: Scope) -> _Found | None:
    match reference.use:
        case Use.CALL:
            return _call(reference, module, scope)
        case Use.MOCKED:
            return _mock(reference, module, scope)
        case Use.NEGATED:
            return _negation(reference, module, scope) if module.foreign else None
    if reference.path[0] == "data":
        ancestors = [("data", *module.facts.package[:length]) for length in range(len(module.facts.package) + 1)]
        if reference.path in ancestors or any(
            reference.path[:-1] == ancestor and scope.index.at(reference.path) for ancestor in ancestors[1:-1]
        ):
            return _Found(
                f"{_shown(reference)} belongs to a package above this one, which reads as empty from here",
                "move what is shared into a package beside both",
                embedded_only=True,
            )
    return _unnamed(reference, scope) if reference.absolute else None


def _call(reference: Reference, module: Module, scope: Scope) -> _Found | None:
    if any(scope.index.paths(reference.path)):
        return _arity(reference, module, scope)
    name = _shown(reference, module)
    if name in IMPURE:
        return _Found(f"{name} {IMPURE[name]}: a decision must be repeatable", "put what the rule needs into data")
    if name in _ONLY_V0 and not module.v0:
        return _Found(f"{name} is no function of Rego v1", "say it with `some`, `every` or regex.match")
    if module.foreign and name == "walk" and reference.given != 2:
        return _Found("walk without its second argument gives other values in other engines", _WALK)
    if module.foreign and name in UNEQUAL:
        return _Found(f"{name} {UNEQUAL[name]} in the embedded engine", "use another function", embedded_only=True)
    if reference.builtin:
        return None
    message = f"there is no function {name}, neither in the bundle nor in the embedded engine"
    known = name in SIGNATURES
    return _Found(message, "use another function" if known else "correct the name", embedded_only=known)


def _arity(reference: Reference, module: Module, scope: Scope) -> _Found | None:
    taken = {found.taken for found in scope.index.at(reference.path) if found.kind == "function"}
    # One more is what the result is compared with.
    if not module.foreign or not taken or any(reference.given in (count, count + 1) for count in taken):
        return None
    counts = " or ".join(map(str, sorted(taken)))
    return _Found(f"{_shown(reference, module)} takes {counts} arguments, not {reference.given}", "correct the call")


def _mock(reference: Reference, module: Module, scope: Scope) -> _Found | None:
    builtin = module.foreign and not reference.absolute and not any(scope.index.paths(reference.path))
    if builtin or any(definition.kind == "function" for definition in scope.index.at(reference.path)):
        message = f"`with` replaces the function {_shown(reference, module)}, which has no effect here"
        return _Found(message, "replace input or data", embedded_only=True)
    return None


def _negation(reference: Reference, module: Module, scope: Scope) -> _Found | None:
    path = reference.path
    if any(scope.index.paths(path)):
        kinds = [definition.kind for definition in (scope.index.at(path) if reference.whole else ())]
        bound = any(kind in ("set", "map", "default") for kind in kinds)
    elif path[0] == "input":
        bound = len(path) == 2 and reference.whole
    elif path[:3] == SETTINGS:
        bound = reference.whole and path[:4] != _OPEN_SETTINGS
    else:
        bound = reference.builtin or (reference.plain and not reference.absolute)
    if bound:
        return None
    return _Found(
        f"`not` with {_shown(reference, module)} inside: where that is undefined, OPA ends the rule, regorus goes on",
        "give it a name on the line before, and negate an expression over that name",
        embedded_only=True,
    )


def _unnamed(reference: Reference, scope: Scope) -> _Found | None:
    """A reference to something that does not exist is undefined for ever, which no test of another rule shows."""
    path = reference.path
    if path[0] == "input":
        if scope.kinds is not None and len(path) > 1 and path[1] not in scope.kinds:
            return _Found(f"the input has no field {path[1]}", _field(path[1], scope.kinds))
        return None
    if path[:3] == SETTINGS:
        return _unknown_setting(path, scope.settings)
    mounted = any(mount[: len(path)] == path or path[: len(mount)] == mount for mount in scope.mounts)
    if mounted or any(scope.index.paths(path)):
        return None
    return _Found(
        f"nothing in the bundle is called {_shown(reference)}", "correct the name, or add the module or data file"
    )


def _unknown_setting(path: Path, settings: Json) -> _Found | None:
    for depth, key in enumerate(path[3:], 3):
        if path[:depth] == _OPEN_SETTINGS or not isinstance(settings, dict):
            return None
        if key not in settings:
            return _Found(f"there is no setting {'.'.join(path[3 : depth + 1])}", _nearest(key, list(settings)))
        settings = settings[key]
    return None


def _nearest(word: str, words: Sequence[str]) -> str:
    near = difflib.get_close_matches(word, words, 1)
    return f"did you mean {near[0]}?" if near else f"it has {', '.join(words)}"


def _field(word: str, words: Sequence[str]) -> str:
    hint = _nearest(word, words)
    return hint if hint.startswith("did") else f"{hint}; policies about single documents are run by `gatekeeper test`"


def _shown(reference: Reference, module: Module | None = None) -> str:
    """As it is written, but for imports: with a module, names of its own package are not spelt out."""
    own = 0 if reference.absolute or module is None else len(module.facts.package) + 1
    return ".".join(reference.path[own:])
