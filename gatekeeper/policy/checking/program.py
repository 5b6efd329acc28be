"""The modules under inspection as syntax trees, and what their names mean."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from gatekeeper.model.json import Json, JsonObject
from gatekeeper.policy.checking.nodes import nodes
from gatekeeper.policy.rego import syntax
from gatekeeper.policy.rego.syntax import Path, Source

ROOTS = ("input", "data")


@dataclass(frozen=True, slots=True)
class Body:
    """One way for a rule to have a value: its statements, and the value that it then has (None: true)."""

    statements: Sequence[Json]
    value: Json
    is_else: bool = False


@dataclass(frozen=True, eq=False, slots=True)
class Rule:
    """One definition. ``name`` is its path below the package as far as it is constant, ``keys`` what follows.

    ``kind`` is set, map, function, value or default.
    """

    module: Module
    name: Path
    keys: tuple[Json, ...]
    kind: str
    parameters: tuple[Json, ...]
    bodies: tuple[Body, ...]
    head: Json
    node: Json
    declared: frozenset[str]

    @property
    def path(self) -> Path:
        """From ``data`` on."""
        return ("data", *self.module.package, *self.name)


@dataclass(frozen=True, eq=False, slots=True)
class Module:
    """One module.

    ``checked``: problems in it are told. ``gives_findings``: its ``deny`` is a rule in gatekeeper's own form.
    ``is_test``: it decides nothing.
    """

    path: str
    source: Source
    tree: JsonObject
    package: Path
    imports: dict[str, Json]
    checked: bool
    gives_findings: bool
    is_test: bool
    rules: list[Rule] = field(default_factory=list)

    def position(self, node: Json) -> tuple[int, int]:
        """Line and column at which a node starts; of a string literal, its quote, which the tree leaves out."""
        line, column = self.source.position(node)
        span = syntax.first_span(node)
        if text_of(node) is not None and span is not None and span["start"]:
            before = {"start": span["start"] - 1, "end": span["end"]}
            column -= self.source.cut(before)[:1] in ('"', "`")
        return line, column


def read_module(path: str, text: str, tree: JsonObject, *, checked: bool, gives_findings: bool = False) -> Module:
    """A module from its syntax tree."""
    source = Source(text)
    root, keys, _, _ = syntax.flatten(tree["package"]["refr"])
    imports = {}
    for item in tree["imports"]:
        start, path_keys, _, _ = syntax.flatten(item["refr"])
        if syntax.name_of(start) in ROOTS:
            alias = item.get("as")
            imports[source.cut(alias) if alias else (syntax.name_of(start), *path_keys)[-1]] = item["refr"]
    package = (syntax.name_of(root), *keys)
    is_test = path.endswith("_test.rego") or package[-1].endswith("_test")
    module = Module(path, source, tree, package, imports, checked, gives_findings, is_test)
    module.rules.extend(_read_rule(module, node) for node in tree["rules"])
    return module


def _read_rule(module: Module, node: Json) -> Rule:
    node_kind, parts = syntax.only(node)
    head_kind, head = ("Default", parts) if node_kind == "Default" else syntax.only(parts["head"])
    name, keys = _head_name(head["refr"])
    parameters = tuple(head.get("args") or ())
    if head_kind == "Default":
        kind = "function" if parameters else "default"
        bodies: tuple[Body, ...] = (Body((), head["value"]),)
    else:
        kind = {"Set": "set", "Func": "function"}.get(head_kind, "map" if keys else "value")
        bodies = tuple(_bodies(head, parts["bodies"]))
    declared = frozenset(syntax.declared(node, module.source))
    return Rule(module, name, keys, kind, parameters, bodies, head, node, declared)


def _head_name(reference: Json) -> tuple[Path, tuple[Json, ...]]:
    """Name of a rule as far as it is constant, and the nodes of all further keys."""
    steps = chain(reference)
    name = [syntax.name_of(steps[0])]
    for position, node in enumerate(steps[1:], 1):
        key = constant_key(node)
        if key is None:
            return tuple(name), tuple(key_node(step) for step in steps[position:])
        name.append(key)
    return tuple(name), ()


def _bodies(head: Json, bodies: Sequence[Json]) -> Iterator[Body]:
    # A set's value is its key; the value of anything else is what the head or an ``else`` assigns.
    own = head.get("key") if "key" in head else (head.get("assign") or {}).get("value")
    if not bodies:
        yield Body((), own)
    for body in bodies:
        assigned = body["assign"]["value"] if body["assign"] else (None if body["is_else"] else own)
        yield Body(body["query"]["stmts"], assigned, body["is_else"])


def chain(reference: Json) -> list[Json]:
    """A reference as its root and each node above that, the whole reference last."""
    nodes = [reference]
    kind, parts = syntax.only(reference)
    while kind in ("RefDot", "RefBrack"):
        nodes.append(parts["refr"])
        kind, parts = syntax.only(parts["refr"])
    nodes.reverse()
    return nodes


def constant_key(node: Json) -> str | None:
    """The last key of a reference where that is a constant string."""
    kind, parts = syntax.only(node)
    if kind == "RefDot":
        return str(parts["field"][1])
    return text_of(parts["index"]) if kind == "RefBrack" else None


def key_node(node: Json) -> Json:
    """The last key of a reference as a node."""
    kind, parts = syntax.only(node)
    if kind == "RefDot":
        span, value = parts["field"]
        return {"String": {"span": span, "value": value}}
    return parts["index"]


def text_of(node: Json) -> str | None:
    """The value of a string literal."""
    kind, parts = syntax.only(node)
    return str(parts["value"]) if kind in ("String", "RawString") else None


class Program:
    """All modules, and their rules by path."""

    def __init__(self, modules: Iterable[Module]) -> None:
        self.modules = tuple(modules)
        self.rules: dict[Path, list[Rule]] = defaultdict(list)
        self._above: set[Path] = set()
        self._names: set[Path] = set()
        for module in self.modules:
            for rule in module.rules:
                self.rules[rule.path].append(rule)
                self._names.add(("data", *module.package, rule.name[0]))
        for path in [*self.rules, *(("data", *module.package) for module in self.modules)]:
            self._above.update(path[:length] for length in range(1, len(path) + 1))

    def leads_somewhere(self, path: Path) -> bool:
        """Whether there is a package or rule at or below a path."""
        return path in self._above

    def is_used(self, path: Path) -> bool:
        """Whether some module refers to a rule, to something below it, or to a package that it belongs to."""
        exact, above = self._used
        return path in above or any(path[:length] in exact for length in range(2, len(path)))

    @cached_property
    def _used(self) -> tuple[set[Path], set[Path]]:
        """What references mean, and that with all that is above."""
        exact = {path for module in self.modules for path in self._references(module)}
        return exact, {path[:length] for path in exact for length in range(1, len(path) + 1)}

    def _references(self, module: Module) -> Iterator[Path]:
        for rule in module.rules:
            looked_at = {id(step) for step in chain(rule.head["refr"])}
            for node in nodes(rule.node):
                if id(node) in looked_at or not syntax.is_reference(node):
                    continue
                looked_at.update(id(step) for step in chain(node))
                root, keys, _, _ = syntax.flatten(node)
                name = syntax.name_of(root)
                start = self.resolve(name, module) if name and name not in rule.declared else None
                if start is not None and start[0] == "data":
                    yield (*start, *keys)

    def resolve(self, name: str, module: Module) -> Path | None:
        """What a name that no variable bears means: a path from input or data on. None where it is a variable."""
        if name in ROOTS:
            return (name,)
        if name in module.imports:
            start, keys, _, _ = syntax.flatten(module.imports[name])
            return (syntax.name_of(start), *keys)
        path = ("data", *module.package, name)
        return path if path in self._names else None
