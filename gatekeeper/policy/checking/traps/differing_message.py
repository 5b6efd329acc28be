"""A message that the two engines write differently, or that one of them refuses to write."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from gatekeeper.model.json import Json
from gatekeeper.policy.checking.program import text_of
from gatekeeper.policy.checking.shapes import Scalar, Shape
from gatekeeper.policy.checking.traps.base import Alarm, Scene
from gatekeeper.policy.rego import syntax

_VERB = re.compile(r"%(?P<flags>[^%a-zA-Z]*)(?P<verb>[%a-zA-Z]|$)")
_SAME = {"v", "s", "d", "q", "x", "c", "b"}  # with a value that fits; all others were seen to differ
_TEXT_VERBS, _NUMBER_VERBS = {"s", "q"}, {"d", "x", "c", "b"}
_PLAIN_FLAGS = re.compile(r"|0\d+")


class DifferingMessage:
    """Formats of ``sprintf`` that OPA and the embedded engine do not agree on."""

    name: Final = "differing-message"
    kinds: Final = frozenset({"Call"})

    def look(self, kind: str, parts: Json, node: Json, scene: Scene) -> Iterator[Alarm]:
        """See ``Trap``."""
        if scene.builtin(parts["fcn"]) != "sprintf" or len(parts["params"]) < 2:
            return
        form, values = parts["params"][:2]
        text = text_of(form)
        if text is None:
            return
        verbs = [(match["flags"], match["verb"]) for match in _VERB.finditer(text) if match[0] != "%%"]
        listed = syntax.only(values)[1]["items"] if syntax.only(values)[0] == "Array" else None
        if any(not verb for _, verb in verbs):
            yield Alarm(form, "the format ends in a lone %", "write %% for a percent sign")
            return
        if listed is not None and len(listed) != len(verbs):
            message = f"the format has {len(verbs)} verbs for {len(listed)} values: one engine refuses it"
            yield Alarm(form, message, "give each value its %v")
            return
        for position, (flags, verb) in enumerate(verbs):
            value = listed[position] if listed is not None else None
            if reason := _differs(flags, verb, scene.shape(value) if value is not None else None):
                yield Alarm(form, f"%{flags}{verb} {reason}", "use %v, and make the text itself with string functions")


def _differs(flags: str, verb: str, shape: Shape | None) -> str:
    if verb not in _SAME or not _PLAIN_FLAGS.fullmatch(flags):
        return "gives another text in each engine, or none"
    if shape is None or not shape.is_known:
        return ""
    if verb in _TEXT_VERBS and not shape.is_text and shape.scalars == {Scalar.NUMBER} and not shape.is_compound:
        return "of a number gives another text in each engine"
    if verb in _NUMBER_VERBS and Scalar.NUMBER not in shape.scalars:
        return "of anything but a number gives another text in each engine"
    return ""
