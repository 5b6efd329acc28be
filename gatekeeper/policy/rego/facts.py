"""What one module defines and refers to. ``parse`` runs in a worker: the parser is native."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Annotated

from gatekeeper.formats import jsonable
from gatekeeper.model.json import Json
from gatekeeper.policy.rego import syntax
from gatekeeper.policy.rego.mismatches import Mismatch, mismatches
from gatekeeper.policy.rego.syntax import Path, Source


class Use(StrEnum):
    """What a reference is for."""

    READ = "read"
    CALL = "call"
    NEGATED = "negated"  # an operand of ``not`` that the two engines treat differently where it is undefined
    MOCKED = "mocked"  # the target of ``with``


@dataclass(frozen=True, slots=True)
class Reference:
    """A reference as far as its keys are constant."""

    path: Annotated[tuple[str, ...], "From input or data on; names of the package itself stand below data"]
    use: Annotated[Use, "What it is for"]
    line: Annotated[int, "Line"]
    column: Annotated[int, "Column"]
    absolute: Annotated[bool, "Whether it starts at input, data or an import: it must name something"]
    whole: Annotated[bool, "Whether all of its keys are constant"]
    plain: Annotated[bool, "Whether it is a mere variable, without keys"]
    builtin: Annotated[bool, "Whether the engine has a builtin function of that name"] = False
    given: Annotated[int, "Number of arguments of a call"] = 0


@dataclass(frozen=True, slots=True)
class Definition:
    """One rule of Rego (several may share a name)."""

    name: Annotated[tuple[str, ...], "Path below the package, as far as it is constant"]
    kind: Annotated[str, "set, map, function, value or default"]
    line: Annotated[int, "Line"]
    references: Annotated[tuple[Reference, ...], "What it refers to"]
    taken: Annotated[int, "Number of arguments of a function"] = 0
    member: Annotated[bool, "Whether it reads `a.b { ... }` in Rego v0: b is a member of a set"] = False


@dataclass(frozen=True, slots=True)
class ModuleFacts:
    """One module."""

    package: Annotated[tuple[str, ...], "Package"]
    imports: Annotated[tuple[Reference, ...], "Imports of input and data"]
    definitions: Annotated[tuple[Definition, ...], "Rules"]
    mismatches: Annotated[tuple[Mismatch, ...], "Expressions whose types cannot fit"] = ()


def parse(arguments: Json, payload: bytes) -> ModuleFacts:
    """The facts of the module ``payload``; ``arguments`` are its path and whether it is written in Rego v0.

    Raises:
        EngineFailure: it does not parse.
    """
    from gatekeeper.policy.engines import regorus_engine  # noqa: PLC0415 - never loaded outside of a worker

    (path, v0), text = arguments, payload.decode()
    engine = regorus_engine.new_engine([(path, text)], v0=v0)
    tree = jsonable.loads(regorus_engine.guarded(engine.get_ast_as_json, path))[0]["ast"]
    return _Reader(tree, Source(text), _builtins()).facts()


@cache
def _builtins() -> frozenset[str]:
    from gatekeeper.policy.engines import builtins, regorus_engine  # noqa: PLC0415 - see parse()

    engine = regorus_engine.new_engine([("builtins.rego", "package builtins\nnames := opa.runtime().builtins\n")])
    names = jsonable.loads(engine.eval_rule_as_json("data.builtins.names"))
    # Extensions are not among them; and ``print`` is a statement to the engine, a function to us.
    return frozenset(names) | builtins.names() | {"print"}


class _Reader:
    """Walks the tree of one module."""

    def __init__(self, tree: Json, source: Source, builtins: frozenset[str]) -> None:
        self._tree, self._source, self._builtins = tree, source, builtins
        root, keys, _, _ = syntax.flatten(tree["package"]["refr"])
        self._package = (syntax.name_of(root), *keys)
        self._imports: dict[str, Path] = {}

    def facts(self) -> ModuleFacts:
        imports = tuple(self._read_imports())
        rules = [(name, parts) for rule in self._tree["rules"] for name, parts in [syntax.only(rule)]]
        definitions = tuple(self._definition(kind, parts) for kind, parts in rules)
        found = mismatches(self._tree, self._source, frozenset(self._imports))
        return ModuleFacts(self._package, imports, definitions, found)

    def _read_imports(self) -> Iterator[Reference]:
        for item in self._tree["imports"]:
            root, keys, _, _ = syntax.flatten(item["refr"])
            path = (syntax.name_of(root), *keys)
            if path[0] in ("input", "data"):
                alias = item.get("as")
                self._imports[self._source.cut(alias) if alias else path[-1]] = path
                yield Reference(path, Use.READ, *self._source.position(item["refr"]), True, True, False)

    def _definition(self, kind: str, parts: Json) -> Definition:
        head_kind, head = ("Default", parts) if kind == "Default" else syntax.only(parts["head"])
        root, keys, whole, _ = syntax.flatten(head["refr"])
        known = {"Set": "set", "Func": "function", "Default": "default"}.get(head_kind, "value")
        return Definition(
            name=(syntax.name_of(root), *keys),
            kind="map" if known == "value" and not whole else known,
            line=self._source.position(head["refr"])[0],
            references=tuple(self._references({kind: parts}, head["refr"])),
            taken=len(head.get("args", [])),
            member=head_kind == "Set" and head["key"] is None,
        )

    def _references(self, rule: Json, head: Json) -> Iterator[Reference]:
        declared = syntax.declared(rule, self._source)
        seen: set[tuple[Path, Use, bool, int]] = set()
        for node, use, given in _uses(rule, head):
            reference = self._resolve(node, use, declared, given)
            key = (reference.path, use, reference.plain, given)
            if reference.path and key not in seen:
                seen.add(key)
                yield reference

    def _resolve(self, node: Json, use: Use, declared: set[str], given: int) -> Reference:
        root, keys, whole, computed = syntax.flatten(node)
        name = syntax.name_of(root)
        plain = not keys and not computed
        absolute = name in ("input", "data") or (name in self._imports and name not in declared)
        builtin = use in (Use.CALL, Use.NEGATED) and ".".join((name, *keys)) in self._builtins
        if name in ("input", "data"):
            path: Path = (name, *keys)
        elif name in self._imports:
            path = (*self._imports[name], *keys)
        elif name:
            path = ("data", *self._package, name, *keys)
        else:
            path = ()  # below a literal, a comprehension or the result of a call
        if use is Use.NEGATED and name in declared and plain:
            path = ()  # a declared variable is always bound
        line, column = self._source.position(root if name else node)
        return Reference(path, use, line, column, absolute, whole, plain, builtin, given)


def _uses(rule: Json, head: Json) -> Iterator[tuple[Json, Use, int]]:
    """Every reference of a rule but for its own name, outermost first, what it is for, and the arguments of a call."""
    pending: list[tuple[Json, Use]] = [(rule, Use.READ)]
    while pending:
        node, use = pending.pop()
        if isinstance(node, list):
            pending.extend((part, Use.READ) for part in node)
            continue
        if not isinstance(node, dict) or node is head:
            continue
        kind, parts = syntax.only(node)
        if syntax.is_reference(node):
            yield node, use, 0
            root, _, _, computed = syntax.flatten(node)
            pending.extend((part, Use.READ) for part in (computed if syntax.name_of(root) else [root, *computed]))
            continue
        if kind == "Call":
            yield parts["fcn"], Use.CALL, len(parts["params"])
            pending.append((parts["params"], Use.READ))
            continue
        if kind == "NotExpr":
            pending.extend((operand, Use.NEGATED) for operand in _negated_operands(parts["expr"]))
        for key, part in node.items():
            if key == "with_mods":
                pending.extend((mock["refr"], Use.MOCKED) for mock in part)
                pending.extend((mock["as"], Use.READ) for mock in part)
            elif key != "span":
                pending.append((part, Use.READ))


_CLOSED = ("ArrayCompr", "SetCompr", "ObjectCompr")


def _negated_operands(expression: Json) -> Iterator[Json]:
    """Operands of ``not`` that OPA evaluates in front of the ``not``: undefined, they end the body instead of
    making the negation true. References at the top, and on either side of ``==``, are not among them.
    """
    kind, parts = syntax.only(expression)
    equality = kind in ("BoolExpr", "AssignExpr") and parts["op"] in ("Eq", "ColEq")
    sides = [parts["lhs"], parts["rhs"]] if equality else []
    pending: list[Json] = []
    for side in sides or [expression]:
        side_kind, side_parts = syntax.only(side)
        if syntax.is_reference(side):
            root, _, _, computed = syntax.flatten(side)
            pending.extend(computed if syntax.name_of(root) else [root, *computed])
        elif side_kind == "Call" and not sides:
            pending.append(side_parts["params"])
        else:
            pending.append(side)
    while pending:
        node = pending.pop()
        if isinstance(node, list):
            pending.extend(node)
            continue
        if not isinstance(node, dict):
            continue
        kind, parts = syntax.only(node)
        if kind in _CLOSED:
            continue
        if syntax.is_reference(node):
            yield node
            continue
        if kind == "Call":
            yield parts["fcn"]
            pending.append(parts["params"])
            continue
        pending.extend(node.values())
