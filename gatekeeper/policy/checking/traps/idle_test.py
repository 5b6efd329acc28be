"""A test that cannot fail: it passes whatever the rule does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from gatekeeper.model.json import Json
from gatekeeper.policy.checking.nodes import nodes
from gatekeeper.policy.checking.traps.base import Alarm, Scene
from gatekeeper.policy.rego import syntax
from gatekeeper.policy.rego.signatures import SIGNATURES

_PREFIX = "test_"


class IdleTest:
    """Tests without a condition, whose conditions are all constant, or that ask nothing of any rule."""

    name: Final = "idle-test"
    kinds: Final = frozenset({"Rule"})

    def look(self, kind: str, parts: Json, node: Json, scene: Scene) -> Iterator[Alarm]:
        """See ``Trap``."""
        rule = scene.rule
        if not rule.name[0].startswith(_PREFIX) or rule.kind not in ("value", "map", "set"):
            return
        for body in rule.bodies:
            conditions = [statement for statement in body.statements if not _is_constant(statement, scene)]
            value = body.value if rule.kind == "value" else None
            at = rule.head["refr"]
            if not conditions and (value is None or _never_fails(value)):
                yield Alarm(at, f"{rule.name[0]} has no condition that could fail", "compare what the rule gives")
            elif not any(_asks(part, scene) for part in (body.statements, body.value)):
                message = f"{rule.name[0]} asks nothing of any rule: it passes whatever the rules do"
                yield Alarm(at, message, "call the rule or function that it is to test")


def _never_fails(value: Json) -> bool:
    kind, parts = syntax.only(value)
    return kind in ("Bool", "True") and parts["value"] is True


def _is_constant(statement: Json, scene: Scene) -> bool:
    """Whether a statement holds whatever the rules give."""
    kind, parts = syntax.only(statement["literal"])
    if kind == "SomeVars":
        return True
    if kind != "Expr":
        return False
    kind, inner = syntax.only(parts["expr"])
    if kind == "AssignExpr" and inner["op"] == "ColEq":
        return _always_defined(inner["rhs"], scene)
    if kind == "Call" and scene.builtin(inner["fcn"]) == "print":
        return True
    if kind == "BoolExpr":
        return _always_true(inner, scene)
    return _never_fails(parts["expr"]) or _always_defined(parts["expr"], scene)


def _always_true(parts: Json, scene: Scene) -> bool:
    """``count(x) >= 0``, and the same on both sides of ``==``."""
    left, right = parts["lhs"], parts["rhs"]
    kind, call = syntax.only(left)
    counted = kind == "Call" and scene.builtin(call["fcn"]) == "count"
    zero = syntax.only(right)[0] == "Number" and syntax.only(right)[1]["value"] == 0
    same = parts["op"] == "Eq" and scene.text(left) == scene.text(right) != ""
    return same or (parts["op"] == "Ge" and counted and zero)


def _always_defined(value: Json, scene: Scene) -> bool:
    """Literals but for false, comprehensions, and sets of findings: a set is defined even where it is empty."""
    kind, parts = syntax.only(value)
    if kind in ("Bool", "False"):
        return parts["value"] is True
    if kind.endswith("Compr") or kind in ("String", "RawString", "Number", "True", "Null"):
        return True
    if kind in ("Array", "Set", "Object"):
        return not any(syntax.is_reference(node) or syntax.only(node)[0] == "Call" for node in nodes(value))
    return any(rule.kind in ("set", "default") for rule in scene.rules(value))


def _asks(part: Json | Sequence[Json], scene: Scene) -> bool:
    """Whether something refers to a rule, a function or data, a test's own helpers included: they may ask.

    So may functions that neither the policies nor OPA know: those of another program that evaluates them.
    """
    for node in nodes(part):
        kind, parts = syntax.only(node)
        if syntax.is_reference(node) and scene.path(node) is not None:
            return True
        if kind == "Call" and scene.builtin(parts["fcn"]) not in (*SIGNATURES, "print", ""):
            return True
    return False
