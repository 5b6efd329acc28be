"""Types that cannot fit: what OPA does not compile, and the embedded engine evaluates without a word.

Types are followed through literals, operators, comprehensions, builtin functions, variables that are declared once,
and rules of the same module; where nothing is known nothing is said.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated

from gatekeeper.model.json import Json
from gatekeeper.policy.rego import syntax
from gatekeeper.policy.rego.signatures import ANY, SIGNATURES
from gatekeeper.policy.rego.syntax import Source

_WORDS = {
    "b": "a boolean", "n": "a number", "s": "a string", "z": "null", "A": "an array", "O": "an object", "S": "a set",
}  # fmt: skip
_KINDS = {
    "String": "s", "RawString": "s", "Number": "n", "Bool": "b", "True": "b", "False": "b", "Null": "z",
    "Array": "A", "ArrayCompr": "A", "Set": "S", "SetCompr": "S", "Object": "O", "ObjectCompr": "O",
    "BinExpr": "S", "BoolExpr": "b", "Membership": "b", "UnaryExpr": "n",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mismatch:
    """An expression whose types cannot fit."""

    line: Annotated[int, "Line"]
    column: Annotated[int, "Column"]
    message: Annotated[str, "What does not fit"]


def mismatches(tree: Json, source: Source, imported: frozenset[str]) -> tuple[Mismatch, ...]:
    """All of a module's syntax tree; ``imported`` are the names that its imports give."""
    module = _rule_types(tree)
    found: list[Mismatch] = []
    for rule in tree["rules"]:
        checker = _Checker(source, imported | module.keys(), module)
        found.extend(checker.check(rule))
    return tuple(found)


def _rule_types(tree: Json) -> dict[str, str]:
    """What the names that a module defines may hold: functions and what cannot be said may hold anything."""
    types: dict[str, str] = {}
    values = _Checker(None, frozenset(), {})
    for rule in tree["rules"]:
        kind, parts = syntax.only(rule)
        head_kind, head = ("Default", parts) if kind == "Default" else syntax.only(parts["head"])
        root, keys, whole, _ = syntax.flatten(head["refr"])
        if keys or not whole or head_kind == "Func":
            may = ANY
        elif head_kind == "Set":
            may = "S"
        elif head_kind == "Default":
            may = values.type_of(parts["value"])
        else:
            assigned = [head["assign"], *(body["assign"] for body in parts["bodies"] if body["is_else"])]
            may = "".join(values.type_of(one["value"]) if one else "b" for one in assigned)
        name = syntax.name_of(root)
        types[name] = types.get(name, "") + may
    return types


class _Checker:
    """Types within one rule. ``taken`` are names that are no builtin functions here."""

    def __init__(self, source: Source | None, taken: frozenset[str], names: Mapping[str, str]) -> None:
        self._source = source
        self._taken = taken
        self._names = dict(names)

    def check(self, rule: Json) -> Iterator[Mismatch]:
        """All mismatches of a rule."""
        assert self._source is not None
        nodes = list(_nodes(rule))
        for name in syntax.declared(rule, self._source):
            self._names[name] = ANY
        counts = Counter(name for node in nodes for name in _declarations(node, self._source))
        for node in nodes:
            kind, parts = syntax.only(node)
            if kind == "AssignExpr" and parts["op"] == "ColEq" and counts[syntax.name_of(parts["lhs"])] == 1:
                self._names[syntax.name_of(parts["lhs"])] = self.type_of(parts["rhs"])
        for node in nodes:
            kind, parts = syntax.only(node)
            if message := self._mismatch(kind, parts):
                yield Mismatch(*self._source.position(node), message)

    def type_of(self, node: Json) -> str:
        """The types that an expression may have."""
        kind, parts = syntax.only(node)
        if kind == "Var":
            return self._names.get(str(parts["value"]), ANY)
        if kind == "ArithExpr":
            return "nS" if parts["op"] == "Sub" else "n"
        if kind == "Call":
            signature = SIGNATURES.get(self._builtin(parts["fcn"]))
            return signature.result if signature and len(parts["params"]) == len(signature.arguments) else ANY
        return _KINDS.get(kind, ANY)

    def _builtin(self, function: Json) -> str:
        root, keys, _, _ = syntax.flatten(function)
        name = syntax.name_of(root)
        return "" if name in self._taken else ".".join((name, *keys))

    def _mismatch(self, kind: str, parts: Json) -> str:
        if kind in ("BoolExpr", "AssignExpr") and parts["op"] == "Eq":
            return self._unequal(parts["lhs"], parts["rhs"])
        if kind == "Call":
            return self._call(parts)
        if kind in ("ArithExpr", "BinExpr"):
            allowed = "S" if kind == "BinExpr" else "nS" if parts["op"] == "Sub" else "n"
            for side in (parts["lhs"], parts["rhs"]):
                if not set(may := self.type_of(side)) & set(allowed):
                    return f"an operator that takes {_said(allowed)} is given {_said(may)}"
        if kind == "SomeIn" and not set(may := self.type_of(parts["collection"])) & set("AOS"):
            return f"there is nothing in {_said(may)} to go through"
        return ""

    def _unequal(self, left: Json, right: Json) -> str:
        pending = [(left, right)]
        while pending:
            one, other = pending.pop()
            mine, yours = self.type_of(one), self.type_of(other)
            if not set(mine) & set(yours):
                return f"{_said(mine)} never equals {_said(yours)}"
            if syntax.only(one)[0] == syntax.only(other)[0] == "Array":
                items = syntax.only(one)[1]["items"], syntax.only(other)[1]["items"]
                if len(items[0]) != len(items[1]):
                    return f"an array of {len(items[0])} never equals one of {len(items[1])}"
                pending.extend(zip(*items, strict=True))
        return ""

    def _call(self, parts: Json) -> str:
        name = self._builtin(parts["fcn"])
        signature = SIGNATURES.get(name)
        if signature is None:
            return ""
        given, taken = len(parts["params"]), len(signature.arguments)
        if given not in (taken, taken + 1):  # the last may be what the result is compared with
            return f"{name} takes {taken} arguments, not {given}"
        for number, (allowed, argument) in enumerate(zip(signature.arguments, parts["params"], strict=False), 1):
            if not set(may := self.type_of(argument)) & set(allowed):
                return f"{name} is given {_said(may)} as argument {number}, and takes {_said(allowed)}"
        return ""


def _said(types: str) -> str:
    return " or ".join(_WORDS[letter] for letter in sorted(set(types), key=ANY.index))


def _nodes(tree: Json) -> Iterator[Json]:
    """Every typed node, in the order of the text."""
    pending = [tree]
    while pending:
        node = pending.pop()
        if isinstance(node, dict):
            yield node
            pending.extend(reversed([part for key, part in node.items() if key != "span"]))
        elif isinstance(node, list):
            pending.extend(reversed(node))


def _declarations(node: Json, source: Source) -> Iterator[str]:
    """Names that this one node declares, as often as it does."""
    kind, parts = syntax.only(node)
    if kind in ("Func", "Default"):
        yield from syntax.variables(parts["args"])
    elif kind == "SomeIn":
        yield from syntax.variables([parts["key"], parts["value"]])
    elif kind == "SomeVars":
        yield from (source.cut(span) for span in parts["vars"])
    elif kind == "Every":
        yield from (source.cut(span) for span in (parts["key"], parts["value"]) if span)
    elif kind == "AssignExpr" and parts["op"] == "ColEq":
        yield from syntax.variables(parts["lhs"])
