"""``not`` around a call or comparison whose operand may be undefined: then OPA drops the whole rule."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from gatekeeper.model.json import Json
from gatekeeper.policy.checking import shapes
from gatekeeper.policy.checking.program import chain, constant_key
from gatekeeper.policy.checking.traps.base import Alarm, Scene
from gatekeeper.policy.rego import syntax

_CLOSED = ("ArrayCompr", "SetCompr", "ObjectCompr")


class UndefinedNegation:
    """Operands that OPA evaluates in front of the ``not``, and that the evidence may lack."""

    name: Final = "undefined-negation"
    kinds: Final = frozenset({"NotExpr"})

    def look(self, kind: str, parts: Json, node: Json, scene: Scene) -> Iterator[Alarm]:
        """See ``Trap``."""
        for operand in _operands(parts["expr"]):
            if lacking := _may_lack(operand, scene):
                message = f"{lacking} may be missing: then this `not` ends the rule in OPA, and nothing is found"
                yield Alarm(
                    operand, message, f"on a line before, write `name := {_lookup(operand, scene)}`; negate that"
                )


def _lookup(reference: Json, scene: Scene) -> str:
    """The same value with a default, where it has one that can be written so."""
    steps = chain(reference)
    keys = [constant_key(step) for step in steps[1:]]
    path = ", ".join(f'"{key}"' for key in keys) if all(keys) else "..."
    return f'object.get({scene.text(steps[0])}, [{path}], "")'


def _operands(expression: Json) -> Iterator[Json]:
    """References inside of a call, a comparison or a computation; the sides of ``==`` may be undefined safely."""
    kind, parts = syntax.only(expression)
    if syntax.is_reference(expression):
        return
    pending = [expression]
    if kind in ("BoolExpr", "AssignExpr") and parts["op"] in ("Eq", "ColEq"):
        pending = [side for side in (parts["lhs"], parts["rhs"]) if not syntax.is_reference(side)]
    while pending:
        node = pending.pop(0)
        kind, parts = syntax.only(node)
        if isinstance(node, list):
            pending[:0] = node
        elif isinstance(node, dict) and kind not in _CLOSED:
            if syntax.is_reference(node):
                yield node
            elif kind == "Call":
                pending[:0] = parts["params"]
            else:
                pending[:0] = [part for key, part in node.items() if key != "span"]


def _may_lack(reference: Json, scene: Scene) -> str:
    """The first part of a reference that some evidence lacks, as far as the schema tells; "" where there is none."""
    steps = chain(reference)
    for base, step in pairwise(steps):
        if scene.text(step) in scene.needed:
            continue
        shape, key = scene.shape(base), constant_key(step)
        if shape is shapes.NOTHING or shape.untracked or key is None:
            return ""
        if not shapes.always_has(shape, key):
            return scene.text(step)
    return ""
