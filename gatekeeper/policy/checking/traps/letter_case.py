"""A comparison with letters that a field never has: methods are in lower case, instructions in capitals."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from gatekeeper.model.json import Json
from gatekeeper.policy.checking.program import text_of
from gatekeeper.policy.checking.shapes import Case, Scalar, Shape
from gatekeeper.policy.checking.traps.base import Alarm, Scene
from gatekeeper.policy.rego import syntax

_WORDS = {Case.UPPER: "capitals", Case.LOWER: "lower case"}


class LetterCase:
    """``operation.method == "GET"``, ``instruction.name in {"run"}``, ``"Retry-After" in response.headers``."""

    name: Final = "letter-case"
    kinds: Final = frozenset({"BoolExpr", "AssignExpr", "Membership"})

    def look(self, kind: str, parts: Json, node: Json, scene: Scene) -> Iterator[Alarm]:
        """See ``Trap``."""
        if kind == "Membership":
            pairs = [(parts["value"], item) for item in _items(parts["collection"])]
            inside = scene.shape(parts["collection"]).items
            if inside is not None:
                yield from _alarms(parts["value"], inside, f"an item of {scene.text(parts['collection'])}")
        elif parts["op"] in ("Eq", "Ne"):
            pairs = [(parts["lhs"], parts["rhs"]), (parts["rhs"], parts["lhs"])]
        else:
            return
        for asked, constant in pairs:
            if syntax.is_reference(asked):
                yield from _alarms(constant, scene.shape(asked), scene.text(asked))


def _items(collection: Json) -> list[Json]:
    kind, parts = syntax.only(collection)
    return list(parts["items"]) if kind in ("Array", "Set") else []


def _alarms(constant: Json, shape: Shape, text: str) -> Iterator[Alarm]:
    value = text_of(constant)
    if value is None or shape.case is None or not shape.is_known or shape.scalars - {Scalar.NULL} != {Scalar.STRING}:
        return
    right = value.upper() if shape.case is Case.UPPER else value.lower()
    if value != right:
        yield Alarm(constant, f'{text} stands in {_WORDS[shape.case]}, never as "{value}"', f'write "{right}"')
