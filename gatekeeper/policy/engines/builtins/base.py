"""How builtin functions read their operands, and refuse them.

Operands come as Python values: strings, numbers, booleans, None, lists, sets and dictionaries. The engine itself
refuses what has no such form (integers beyond 64 bits, sets of sets, objects with composite keys).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from gatekeeper.model.json import Json, JsonObject

Functions: TypeAlias = dict[str, Callable[..., Json]]


class BuiltinError(Exception):
    """A function refuses its operands: the evaluation aborts. The message is OPA's where that is short."""


_NAMES = {str: "string", bool: "boolean", int: "number", float: "number", list: "array", dict: "object", set: "set"}


def type_name(value: Json) -> str:
    """Name of a value's type in Rego."""
    return "null" if value is None else _NAMES[type(value)]


def text(value: Json, position: int) -> str:
    """The operand at ``position`` (from 1), which must be a string.

    Raises:
        BuiltinError: it is none.
    """
    if not isinstance(value, str):
        raise _wrong(value, position, "string")
    return value


def mapping(value: Json, position: int) -> JsonObject:
    """The operand at ``position`` (from 1), which must be an object.

    Raises:
        BuiltinError: it is none.
    """
    if not isinstance(value, dict):
        raise _wrong(value, position, "object")
    return value


def sequence(value: Json, position: int) -> list[Json]:
    """The operand at ``position`` (from 1), which must be an array.

    Raises:
        BuiltinError: it is none.
    """
    if not isinstance(value, list):
        raise _wrong(value, position, "array")
    return value


def integer(value: Json, position: int) -> int:
    """The operand at ``position`` (from 1), which must be a whole number.

    Raises:
        BuiltinError: it is none.
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _wrong(value, position, "number")
    if value != int(value):
        raise BuiltinError(f"operand {position} must be integer number but got floating-point number")
    return int(value)


def _wrong(value: Json, position: int, wanted: str) -> BuiltinError:
    return BuiltinError(f"operand {position} must be {wanted} but got {type_name(value)}")
