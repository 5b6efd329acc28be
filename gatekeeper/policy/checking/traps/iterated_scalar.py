"""An iteration over something that has no parts: it yields nothing in OPA, and aborts in the embedded engine."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from gatekeeper.model.json import Json
from gatekeeper.policy.checking.program import constant_key, key_node
from gatekeeper.policy.checking.shapes import describe
from gatekeeper.policy.checking.traps.base import Alarm, Scene
from gatekeeper.policy.rego import syntax


class IteratedScalar:
    """``some x in``, ``every`` and ``[_]`` over a string, number, boolean or null of the evidence."""

    name: Final = "iterated-scalar"
    kinds: Final = frozenset({"SomeIn", "Every", "RefBrack"})

    def look(self, kind: str, parts: Json, node: Json, scene: Scene) -> Iterator[Alarm]:
        """See ``Trap``."""
        if kind == "RefBrack":
            collection = parts["refr"]
            if constant_key(node) is not None or syntax.only(key_node(node))[0] != "Var":
                return
        else:
            collection = parts["collection" if kind == "SomeIn" else "domain"]
        shape = scene.shape(collection)
        if shape.is_known and not shape.is_compound:
            message = f"{scene.text(collection)} is {describe(shape)}, which has no items: nothing below ever applies"
            yield Alarm(collection, message, "compare it as a whole, or `split` a string first")
