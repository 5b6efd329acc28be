"""Reading the embedded engine's syntax trees (``Engine.get_ast_as_json``).

A node is an object with one key, its type, whose value holds ``span`` and the parts. Byte offsets in a span are exact,
its columns are not (a tab counts four), so columns are counted anew.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import TypeAlias

from gatekeeper.model.json import Json, JsonObject

Path: TypeAlias = tuple[str, ...]

_REFERENCES = ("Var", "RefDot", "RefBrack")
_STRINGS = ("String", "RawString")


class Source:
    """The text of a module, for what the tree leaves out."""

    def __init__(self, text: str) -> None:
        self._bytes = text.encode()
        self._starts = [0, *(match.end() for match in re.finditer(rb"\n", self._bytes))]

    def cut(self, span: JsonObject) -> str:
        """The text of a span."""
        return self._bytes[span["start"] : span["end"]].decode()

    def position(self, node: Json) -> tuple[int, int]:
        """Line and column at which a node starts; (1, 1) for one without a span."""
        span = first_span(node)
        offset = span["start"] if span is not None else 0
        line = bisect_right(self._starts, offset)
        return line, len(self._bytes[self._starts[line - 1] : offset].decode()) + 1


def first_span(node: Json) -> JsonObject | None:
    """The outermost span of a node."""
    if isinstance(node, dict):
        if {"start", "end"} <= node.keys():
            return node
        if isinstance(span := node.get("span"), dict):
            return span
    parts = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    return next((span for part in parts if (span := first_span(part)) is not None), None)


def only(node: Json) -> tuple[str, Json]:
    """Type and parts of a node; ("", node) for anything that is none."""
    if isinstance(node, dict) and len(node) == 1:
        ((kind, parts),) = node.items()
        return kind, parts
    return "", node


def is_reference(node: Json) -> bool:
    """Whether a node is a variable or something below one."""
    return only(node)[0] in _REFERENCES


def flatten(node: Json) -> tuple[Json, Path, bool, list[Json]]:
    """A reference as root node, constant keys up to the first computed one, whether that is all, and computed keys."""
    keys: list[str | None] = []
    computed: list[Json] = []
    kind, parts = only(node)
    while kind in ("RefDot", "RefBrack"):
        if kind == "RefDot":
            keys.append(parts["field"][1])
        else:
            index_kind, index = only(parts["index"])
            constant = index_kind in _STRINGS
            keys.append(index["value"] if constant else None)
            if not constant:
                computed.append(parts["index"])
        node = parts["refr"]
        kind, parts = only(node)
    keys.reverse()
    constant_keys = tuple(keys[: keys.index(None)]) if None in keys else tuple(keys)
    return node, tuple(str(key) for key in constant_keys), None not in keys, computed


def name_of(node: Json) -> str:
    """Name of a variable node, "" for any other."""
    kind, parts = only(node)
    return str(parts["value"]) if kind == "Var" else ""


def variables(node: Json) -> Iterator[str]:
    """Names of all variables in a pattern such as ``[a, {"k": b}]``."""
    pending = [node]
    while pending:
        node = pending.pop()
        if name := name_of(node):
            yield name
        elif isinstance(node, dict):
            pending.extend(node.values())
        elif isinstance(node, list):
            pending.extend(node)


def declared(rule: Json, source: Source) -> set[str]:
    """Names of the variables that a rule declares: arguments, ``some``, ``every`` and ``:=``."""
    names: set[str] = set()
    pending = [rule]
    while pending:
        node = pending.pop()
        if isinstance(node, list):
            pending.extend(node)
            continue
        if not isinstance(node, dict):
            continue
        kind, parts = only(node)
        if kind in ("Func", "Default"):
            names.update(variables(parts["args"]))
        elif kind == "SomeIn":
            names.update(variables(parts["key"]), variables(parts["value"]))
        elif kind == "SomeVars":
            names.update(source.cut(span) for span in parts["vars"])
        elif kind == "Every":
            names.update(source.cut(span) for span in (parts["key"], parts["value"]) if span)
        elif kind == "AssignExpr" and parts["op"] == "ColEq":
            names.update(variables(parts["lhs"]))
        pending.extend(node.values())
    return names
