"""A rule that nothing asks for, named almost like one that the gate evaluates."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from typing import Final

from gatekeeper.model.json import Json
from gatekeeper.policy.checking.traps.base import Alarm, Scene

_EVALUATED = ("deny", "violation", "warn")
_PREFIXES = ("test_", "todo_test_")
_NEAR = 0.6
_TEST_NAMES = ("test", "tests", "tset", "tst", "tes")


class UnevaluatedRule:
    """``denies contains ...``, ``testx if ...``: never evaluated, never missed."""

    name: Final = "unevaluated-rule"
    kinds: Final = frozenset({"Rule"})

    def look(self, kind: str, parts: Json, node: Json, scene: Scene) -> Iterator[Alarm]:
        """See ``Trap``."""
        rule = scene.rule
        name, head = rule.name[0], rule.head["refr"]
        if rule.kind == "function" or len(rule.name) > 1 or scene.program.is_used(rule.path):
            return
        if rule.module.is_test:
            start = name.partition("_")[0].lower()
            if not name.startswith(_PREFIXES) and (start in _TEST_NAMES or name.lower().startswith("test")):
                message = f"{name} is never run: a test's name starts with test_"
                yield Alarm(head, message, f"call it test_{name.lower().removeprefix('test').lstrip('_') or 'it'}")
        elif rule.kind == "set" and name.partition("_")[0] not in _EVALUATED:
            alike = [known for known in _EVALUATED if known[0] == name[0].lower()]
            for known in difflib.get_close_matches(name, alike, 1, _NEAR):
                message = f"nothing asks for {name}: the gate evaluates {', '.join(_EVALUATED)}"
                yield Alarm(head, message, f"did you mean {known}?")
