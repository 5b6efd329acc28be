"""A condition that no evidence meets: the rule, or the part of it that the condition guards, never applies."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from gatekeeper.model.json import Json
from gatekeeper.policy.checking.program import chain, constant_key, key_node, text_of
from gatekeeper.policy.checking.shapes import Scalar, Shape, describe
from gatekeeper.policy.checking.traps.base import Alarm, Scene
from gatekeeper.policy.rego import syntax

_LITERALS = ("String", "RawString", "Number", "Bool", "True", "False", "Null")
_NEVER = "this condition never holds, so what it guards never applies"
_SCALARS = {"Number": Scalar.NUMBER, "Bool": Scalar.BOOLEAN, "True": Scalar.BOOLEAN, "False": Scalar.BOOLEAN}


class NeverApplies:
    """Literally false conditions, two that exclude one another, values that a field cannot have, a dead ``else``."""

    name: Final = "never-applies"
    kinds: Final = frozenset({"Rule", "Expr", "NotExpr", "BoolExpr", "AssignExpr"})

    def look(self, kind: str, parts: Json, node: Json, scene: Scene) -> Iterator[Alarm]:
        """See ``Trap``."""
        if kind == "Expr":
            if syntax.only(parts["expr"])[0] in ("Bool", "False") and _value(parts["expr"]) is False:
                yield Alarm(node, _NEVER, "remove the condition, or the rule")
        elif kind == "NotExpr":
            yield from _always_there(parts["expr"], scene)
        elif kind == "Rule":
            yield from _dead_else(scene)
            for body in scene.rule.bodies:
                yield from _contradictions(body.statements, scene)
        elif parts["op"] == "Eq" and not scene.module.is_test:
            yield from _impossible(parts["lhs"], parts["rhs"], scene)
            yield from _impossible(parts["rhs"], parts["lhs"], scene)


def _always_there(expression: Json, scene: Scene) -> Iterator[Alarm]:
    """A set or object of findings is there even where it is empty, so its negation never holds."""
    kinds = {rule.kind for rule in scene.rules(expression)}
    if kinds and kinds <= {"set", "map"}:
        text = scene.text(expression)
        yield Alarm(expression, f"{text} is there even where it is empty: {_NEVER}", f"write count({text}) == 0")


def _value(node: Json) -> Json:
    kind, parts = syntax.only(node)
    return parts["value"] if kind in _LITERALS else None


def _dead_else(scene: Scene) -> Iterator[Alarm]:
    bodies = scene.rule.bodies
    for body, behind in pairwise(bodies):
        always = all(
            syntax.only(statement["literal"])[0] == "Expr" and _value(statement["literal"]["Expr"]["expr"]) is True
            for statement in body.statements
        )
        if behind.is_else and always and (behind.statements or behind.value):
            at = behind.value if behind.value is not None else behind.statements[0]["literal"]
            yield Alarm(at, "this `else` is never reached: the body before it has no condition", "give that one a body")


def _contradictions(statements: Sequence[Json], scene: Scene) -> Iterator[Alarm]:
    """The same expression, equal to one constant and then to another."""
    equal: dict[str, Json] = {}
    for statement in statements:
        kind, literal = syntax.only(statement["literal"])
        if kind != "Expr" or statement.get("with_mods"):
            continue
        kind, parts = syntax.only(literal["expr"])
        if kind != "BoolExpr" or parts["op"] != "Eq":
            continue
        for asked, constant in ((parts["lhs"], parts["rhs"]), (parts["rhs"], parts["lhs"])):
            if syntax.only(constant)[0] not in _LITERALS or syntax.only(asked)[0] in _LITERALS:
                continue
            text = scene.text(asked)
            if not syntax.is_reference(asked) or _iterates(asked):
                continue
            other = equal.setdefault(text, constant)
            if _differ(other, constant):
                message = f"{text} cannot be {scene.text(other)} and {scene.text(constant)} at once: {_NEVER}"
                yield Alarm(literal["expr"], message, "`in` asks for one of several: x in {1, 2}")


def _differ(one: Json, other: Json) -> bool:
    return (type(_value(one)), _value(one)) != (type(_value(other)), _value(other))


def _iterates(reference: Json) -> bool:
    """Whether a reference has a wildcard: each time it is written it may mean another item."""
    return any(
        constant_key(step) is None and any(name == "_" for name in syntax.variables(key_node(step)))
        for step in chain(reference)[1:]
    )


def _impossible(asked: Json, constant: Json, scene: Scene) -> Iterator[Alarm]:
    kind, _ = syntax.only(constant)
    shape = scene.shape(asked)
    if kind not in _LITERALS or not shape.is_known or not syntax.is_reference(asked):
        return
    if syntax.name_of(asked) and any(syntax.name_of(asked) in syntax.variables(p) for p in scene.rule.parameters):
        return  # what its callers hand a function today is not what it must expect
    reason = _excludes(shape, kind, text_of(constant))
    if reason:
        message = f"{scene.text(asked)} {reason}, never {scene.text(constant)}: {_NEVER}"
        yield Alarm(asked, message, "compare it with a value that it can have")


def _excludes(shape: Shape, kind: str, text: str | None) -> str:
    if text is not None:
        if not shape.is_text:
            return f"is {describe(shape)}"
        if Scalar.STRING not in shape.scalars and text not in shape.strings:
            return f"is one of {', '.join(sorted(shape.strings))}"
        return ""
    wanted = Scalar.NULL if kind == "Null" else _SCALARS[kind]
    return "" if wanted in shape.scalars else f"is {describe(shape)}"
