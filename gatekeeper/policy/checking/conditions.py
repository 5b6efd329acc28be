"""What a condition says about the values that it asks about: ``is_string(x)``, ``x == "a"``, ``x in {"a", "b"}``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gatekeeper.model.json import Json
from gatekeeper.policy.checking import results, shapes
from gatekeeper.policy.checking.environment import Environment
from gatekeeper.policy.checking.shapes import Shape
from gatekeeper.policy.rego import syntax

if TYPE_CHECKING:
    from gatekeeper.policy.checking.inference import Inference

# Functions of that name say whether a value is known: those of the library, and copies of them.
KNOWN, UNKNOWN = "known", "unknown"


def asserted(inference: Inference, expression: Json, environment: Environment) -> None:
    """A statement holds."""
    kind, parts = syntax.only(expression)
    if kind == "AssignExpr":
        _assignment(inference, parts, environment)
        return
    inference.evaluate(expression, environment)
    if kind == "Call":
        for argument in parts["params"][:1]:
            name, _ = inference.callee(parts["fcn"], environment)
            before = inference.seen.get(id(argument), shapes.NOTHING)
            after = results.narrowed(name, before)
            if name.rpartition(".")[2] == KNOWN:
                after = shapes.once_known(before)
            _learn(inference, argument, after, environment)
    elif kind == "BoolExpr" and parts["op"] == "Eq":
        _equal(inference, parts["lhs"], parts["rhs"], environment)
        _equal(inference, parts["rhs"], parts["lhs"], environment)
    elif kind == "BoolExpr" and parts["op"] == "Ne" and syntax.only(parts["rhs"])[0] == "Null":
        _not_null(inference, parts["lhs"], environment)
    elif kind == "Membership" and parts["key"] is None:
        inside = shapes.elements(inference.evaluate(parts["collection"], environment))
        if inside.is_known:
            _narrow(inference, parts["value"], inside, environment)


def denied(inference: Inference, expression: Json, environment: Environment) -> None:
    """``not`` of an expression holds; nothing inside of it binds a variable outside."""
    inner = environment.inner()
    kind, parts = syntax.only(expression)
    if kind == "AssignExpr":
        _assignment(inference, parts, inner)
        return
    inference.evaluate(expression, inner)
    if kind == "Call" and len(parts["params"]) == 1:
        name, _ = inference.callee(parts["fcn"], environment)
        argument = parts["params"][0]
        if name == "is_null":
            _not_null(inference, argument, environment)
        elif name.rpartition(".")[2] == UNKNOWN:
            shape = inference.seen.get(id(argument), shapes.NOTHING)
            _learn(inference, argument, shapes.once_known(shape), environment)


def _assignment(inference: Inference, parts: Json, environment: Environment) -> None:
    left, right = parts["lhs"], parts["rhs"]
    if parts["op"] == "ColEq":
        inference.unify(left, inference.evaluate(right, environment), environment, new=True)
    elif inference.is_free(left, environment):
        inference.unify(left, inference.evaluate(right, environment), environment)
    elif inference.is_free(right, environment):
        inference.unify(right, inference.evaluate(left, environment), environment)
    else:
        inference.evaluate(left, environment)
        inference.evaluate(right, environment)
        _equal(inference, left, right, environment)
        _equal(inference, right, left, environment)


def _equal(inference: Inference, asked: Json, value: Json, environment: Environment) -> None:
    if syntax.only(value)[0] in ("String", "RawString", "Number", "Bool", "Null"):
        _narrow(inference, asked, inference.evaluate(value, environment), environment)


def _narrow(inference: Inference, asked: Json, value: Shape, environment: Environment) -> None:
    """Only of what the schema leaves open more is known now: a contradiction is not for here to find."""
    before = inference.seen.get(id(asked), shapes.NOTHING)
    if before.is_open:
        _learn(inference, asked, value, environment)


def _not_null(inference: Inference, asked: Json, environment: Environment) -> None:
    _learn(inference, asked, shapes.without_null(inference.seen.get(id(asked), shapes.NOTHING)), environment)


def _learn(inference: Inference, asked: Json, shape: Shape | None, environment: Environment) -> None:
    if shape is not None and syntax.is_reference(asked):
        environment.learn(inference.text(asked, environment.module), shape)
