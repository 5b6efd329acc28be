"""One walk over a module: each node is shown to the traps that want to see its kind."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from gatekeeper.model.checking import Problem
from gatekeeper.model.json import Json
from gatekeeper.policy.checking.nodes import nodes
from gatekeeper.policy.checking.program import Module, Program, Rule
from gatekeeper.policy.checking.shapes import Shape
from gatekeeper.policy.checking.traps import TRAPS
from gatekeeper.policy.checking.traps.base import Scene, Trap
from gatekeeper.policy.rego import syntax

_ASKING = ("known", "unknown", "type_name")
_SEPARATE = ("NotExpr", "Every", "ArrayCompr", "SetCompr", "ObjectCompr")


def spring(program: Program, module: Module, seen: Mapping[int, Shape]) -> Iterator[Problem]:
    """The traps that a module steps into."""
    wanted: dict[str, list[Trap]] = defaultdict(list)
    for trap in TRAPS:
        for kind in trap.kinds:
            wanted[kind].append(trap)
    for rule in module.rules:
        scene = Scene(program, rule, seen, _checked(rule), _needed(rule))
        for trap in wanted["Rule"]:
            yield from _alarms(trap, "Rule", rule.node, scene)
        for node in nodes(rule.node):
            for trap in wanted.get(syntax.only(node)[0], ()):
                yield from _alarms(trap, syntax.only(node)[0], node, scene)


def _alarms(trap: Trap, kind: str, node: Json, scene: Scene) -> Iterator[Problem]:
    module = scene.module
    for alarm in trap.look(kind, syntax.only(node)[1], node, scene):
        line, column = module.position(alarm.node)
        yield Problem(module.path, line, column, trap.name, alarm.message, alarm.hint)


def _checked(rule: Rule) -> frozenset[str]:
    """Texts of expressions about whose type, or whether they are known, a rule asks."""
    found = set()
    for node in nodes(rule.node):
        kind, parts = syntax.only(node)
        if kind == "Call" and parts["params"]:
            root, keys, _, _ = syntax.flatten(parts["fcn"])
            name = (syntax.name_of(root), *keys)[-1]
            if name.startswith("is_") or name in _ASKING:
                found.add(_text(rule, parts["params"][0]))
    return frozenset(found)


def _needed(rule: Rule) -> frozenset[str]:
    """Texts of references outside of ``not``, ``every`` and comprehensions, where undefined ones end no body."""
    found = set()
    pending: list[Json] = [rule.node]
    while pending:
        node = pending.pop()
        if isinstance(node, list):
            pending.extend(node)
        elif isinstance(node, dict) and syntax.only(node)[0] not in _SEPARATE:
            if syntax.is_reference(node):
                found.add(_text(rule, node))
            pending.extend(part for key, part in node.items() if key != "span")
    return frozenset(found)


def _text(rule: Rule, node: Json) -> str:
    span = syntax.first_span(node)
    return " ".join(rule.module.source.cut(span).split()) if span else ""
