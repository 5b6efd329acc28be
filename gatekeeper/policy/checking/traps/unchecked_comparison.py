"""An ordering of a value of any type: Rego orders all types, so text and unknown values are above every number."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from gatekeeper.model.json import Json
from gatekeeper.policy.checking.traps.base import Alarm, Scene
from gatekeeper.policy.rego import syntax

_ORDERINGS = {"Lt": "<", "Gt": ">", "Le": "<=", "Ge": ">="}


class UncheckedComparison:
    """``<`` and its kin on what may be unknown before a plan, or be of any type."""

    name: Final = "unchecked-comparison"
    kinds: Final = frozenset({"BoolExpr"})

    def look(self, kind: str, parts: Json, node: Json, scene: Scene) -> Iterator[Alarm]:
        """See ``Trap``."""
        if parts["op"] not in _ORDERINGS:
            return
        for side in (parts["lhs"], parts["rhs"]):
            shape, text = scene.shape(side), scene.text(side)
            if not shape.is_open or shape.untracked or not syntax.is_reference(side) or text in scene.checked:
                continue
            what = 'may be unknown, and {"$unknown": ...} > 5 is true' if shape.may_be_unknown else "may be of any type"
            message = f"{text} {what}: {_ORDERINGS[parts['op']]} answers for every type"
            yield Alarm(side, message, f"ask first: is_number({text})")
