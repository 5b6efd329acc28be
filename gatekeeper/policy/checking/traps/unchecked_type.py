"""A string function on a value of any type: the embedded engine aborts, OPA drops the rule without a word."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from gatekeeper.model.json import Json
from gatekeeper.policy.checking.shapes import Scalar, Shape
from gatekeeper.policy.checking.traps.base import Alarm, Scene
from gatekeeper.policy.rego import syntax

# Which arguments must be strings.
_STRINGS = {
    **dict.fromkeys(("lower", "upper", "trim_space", "json.unmarshal", "yaml.unmarshal", "base64.decode"), (0,)),
    **dict.fromkeys(("startswith", "endswith", "contains", "indexof", "split"), (0, 1)),
    **dict.fromkeys(("trim", "trim_left", "trim_right", "trim_prefix", "trim_suffix"), (0, 1)),
    **dict.fromkeys(("regex.match", "regex.split", "regex.find_n"), (0, 1)),
    "replace": (0, 1, 2),
    "regex.replace": (0, 1, 2),
    "substring": (0,),
    "to_number": (0,),
}


class UncheckedType:
    """Arguments that the schema leaves open, or that may be null, and that nobody asked about."""

    name: Final = "unchecked-type"
    kinds: Final = frozenset({"Call"})

    def look(self, kind: str, parts: Json, node: Json, scene: Scene) -> Iterator[Alarm]:
        """See ``Trap``."""
        name = scene.builtin(parts["fcn"])
        for position in _STRINGS.get(name, ()):
            if position >= len(parts["params"]):
                continue
            argument = parts["params"][position]
            if not syntax.is_reference(argument) or scene.text(argument) in scene.checked:
                continue
            if why := _unfit(scene.shape(argument)):
                text = scene.text(argument)
                outcome = "OPA then gives nothing, and the embedded engine aborts"
                message = f"{text} {why}, and {name} takes strings: {outcome}"
                yield Alarm(argument, message, f"ask first: is_string({text})")


def _unfit(shape: Shape) -> str:
    if shape.untracked:
        return ""
    if shape.is_open:
        return "may be of any type"
    if shape.is_known and Scalar.NULL in shape.scalars:
        return "may be null"
    return ""
