"""``any`` and ``all``: gone from today's Rego, common in that of yesterday."""

from __future__ import annotations

from gatekeeper.model.json import Json
from gatekeeper.policy.engines.builtins.base import BuiltinError, Functions, type_name


def any_true(items: Json) -> Json:
    """Whether one of an array or a set is true."""
    return any(item is True for item in _items(items))


def all_true(items: Json) -> Json:
    """Whether all of an array or a set are true."""
    return all(item is True for item in _items(items))


def _items(items: Json) -> list[Json] | set[Json]:
    if not isinstance(items, list | set):
        raise BuiltinError(f"operand 1 must be one of {{array, set}} but got {type_name(items)}")
    return items


FUNCTIONS: Functions = {"any": any_true, "all": all_true}
