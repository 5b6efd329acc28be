"""A finding without what every finding needs: it turns into an error on the day that the rule finds something."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from typing import Final

from gatekeeper.model.json import Json
from gatekeeper.policy.checking.shapes import describe
from gatekeeper.policy.checking.traps.base import Alarm, Scene

REQUIRED = ("message", "subject", "at")
OPTIONAL = ("key", "severity", "remediation")


class MalformedFinding:
    """Fields that the elements of ``deny`` lack, or that no finding has."""

    name: Final = "malformed-finding"
    kinds: Final = frozenset({"Rule"})

    def look(self, kind: str, parts: Json, node: Json, scene: Scene) -> Iterator[Alarm]:
        """See ``Trap``."""
        rule = scene.rule
        if not rule.module.gives_findings or rule.name != ("deny",) or rule.kind != "set":
            return
        for body in rule.bodies:
            shape = scene.shape(body.value)
            if not shape.is_known:
                continue
            if not shape.is_object:
                message = f"a finding is an object, not {describe(shape)}"
                yield Alarm(body.value, message, "give it message, subject and at")
                continue
            fields = [name for name, _ in shape.fields]
            lacking = [name for name in REQUIRED if name not in fields] if shape.rest is None else []
            unknown = [name for name in fields if name not in REQUIRED + OPTIONAL]
            for name in lacking:
                if not difflib.get_close_matches(name, unknown, 1):  # else that is told, and its right name
                    message = f"the finding has no {name}: the gate cannot decide once this rule finds something"
                    yield Alarm(body.value, message, f"add {name}")
            for name in unknown:
                message = f"a finding has no field {name}: the gate cannot decide once this rule finds something"
                near = difflib.get_close_matches(name, REQUIRED + OPTIONAL, 1)
                hint = f"did you mean {near[0]}?" if near else f"it has {', '.join(REQUIRED + OPTIONAL)}"
                yield Alarm(body.value, message, hint)
