"""Typed access to parsed JSON and TOML: what has another type than the format allows is refused, by name."""

from __future__ import annotations

from collections.abc import Sequence

from gatekeeper.errors import UnreadableInput
from gatekeeper.model.json import Json, JsonObject


def table(value: Json, where: str) -> JsonObject:
    """``value``, if it is an object; ``{}`` for None."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise _other(value, where, "an object")
    return value


def array(value: Json, where: str) -> Sequence[Json]:
    """``value``, if it is an array; an empty one for None."""
    if value is None:
        return ()
    if not isinstance(value, list):
        raise _other(value, where, "an array")
    return value


def text(value: Json, where: str) -> str:
    """``value``, if it is a string; an empty one for None."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise _other(value, where, "a string")
    return value


def name(value: Json, where: str) -> str:
    """``value``, if it is a string that is not empty."""
    if not isinstance(value, str) or not value.strip():
        raise _other(value, where, "a name")
    return value


def _other(value: Json, where: str, expected: str) -> UnreadableInput:
    return UnreadableInput(f"{_shown(where)}: {expected} is expected, not {value!r:.40}")


def _shown(where: str) -> str:
    return where if where.isprintable() and len(where) <= 120 else f"{where!r:.120}"
