"""``any``, ``all`` and ``re_match``: gone from today's Rego, common in that of yesterday."""

from __future__ import annotations

from functools import cache

import regorus

from gatekeeper.formats import jsonable
from gatekeeper.model.json import Json
from gatekeeper.policy.engines.builtins.base import BuiltinError, Functions, text, type_name

_MATCH = "package builtin\nresult := regex.match(input[0], input[1])\n"


def any_true(items: Json) -> Json:
    """Whether one of an array or a set is true."""
    return any(item is True for item in _items(items))


def all_true(items: Json) -> Json:
    """Whether all of an array or a set are true."""
    return all(item is True for item in _items(items))


def re_match(pattern: Json, value: Json) -> Json:
    """``regex.match``, asked of the engine itself: its syntax of patterns is not Python's."""
    engine = _matcher()
    engine.set_input_json(jsonable.dumps([text(pattern, 1), text(value, 2)]).decode())
    return jsonable.loads(engine.eval_rule_as_json("data.builtin.result"))


@cache
def _matcher() -> regorus.Engine:
    engine = regorus.Engine()
    engine.add_policy("builtin.rego", _MATCH)
    return engine


def _items(items: Json) -> list[Json] | set[Json]:
    if not isinstance(items, list | set):
        raise BuiltinError(f"operand 1 must be one of {{array, set}} but got {type_name(items)}")
    return items


FUNCTIONS: Functions = {"any": any_true, "all": all_true, "re_match": re_match}
