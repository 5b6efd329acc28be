"""Operators, conditionals and indexes."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import TypeAlias

from gatekeeper.analyze.terraform.values import (
    Invalid,
    SetValue,
    Unknown,
    Unsure,
    Value,
    equal,
    from_fraction,
    has_rest,
    is_primitive,
    kind,
    same,
    to_bool,
    to_fraction,
    to_key,
    to_number,
    to_string,
)

_Arithmetic: TypeAlias = Callable[[Fraction, Fraction], Fraction]


def _divide(left: Fraction, right: Fraction) -> Fraction:
    if right == 0:
        raise Invalid
    return left / right


def _remainder(left: Fraction, right: Fraction) -> Fraction:
    if right == 0:
        raise Invalid
    return left - right * int(left / right)  # the sign is that of the dividend


_ARITHMETIC: dict[str, _Arithmetic] = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "/": _divide,
    "%": _remainder,
}
_COMPARISONS: dict[str, Callable[[Fraction, Fraction], bool]] = {
    "<": lambda left, right: left < right,
    ">": lambda left, right: left > right,
    "<=": lambda left, right: left <= right,
    ">=": lambda left, right: left >= right,
}


def unary(operator: str, value: Value) -> Value:
    """``-`` and ``!``; raises Invalid or Unsure."""
    return not to_bool(value) if operator == "!" else from_fraction(-to_fraction(value))


def binary(operator: str, left: Value, right: Value) -> Value:
    """All other operators; raises Invalid or Unsure."""
    if operator in {"&&", "||"}:
        return _logical(operator == "||", left, right)
    if operator in {"==", "!="}:
        return equal(left, right) == (operator == "==")
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        raise Unsure
    if operator in _COMPARISONS:
        return _COMPARISONS[operator](to_fraction(left), to_fraction(right))
    return from_fraction(_ARITHMETIC[operator](to_fraction(left), to_fraction(right)))


def _logical(deciding: bool, left: Value, right: Value) -> bool:
    """``||`` (decided by true) or ``&&`` (by false), decided by one side even if the other is unknown."""
    known = [to_bool(side) for side in (left, right) if not isinstance(side, Unknown)]
    if deciding in known:
        return deciding
    if len(known) < 2:
        raise Unsure
    return not deciding


def choose(condition: Value, then: Value, otherwise: Value) -> Value:
    """The result of a conditional, converted to the type that both results share; raises Invalid or Unsure."""
    if isinstance(condition, Unknown):
        if same(then, otherwise):
            return then
        raise Unsure
    chosen, other = (then, otherwise) if to_bool(condition) else (otherwise, then)
    if isinstance(chosen, Unknown):
        raise Unsure
    return _converted(chosen, other)


def _converted(chosen: Value, other: Value) -> Value:
    kinds = {kind(chosen), kind(other)} - {"null", "unknown"}
    if len(kinds) <= 1:
        if isinstance(chosen, dict) and isinstance(other, dict) and chosen.keys() == other.keys():
            return {
                key: item if isinstance(item, Unknown) else _converted(item, other[key]) for key, item in chosen.items()
            }
        if isinstance(chosen, list | dict) and isinstance(other, list | dict):
            return _converted_elements(chosen, other)
        return chosen
    if is_primitive(chosen) and is_primitive(other):
        if "string" not in kinds:
            raise Invalid
        return to_string(chosen)
    raise Invalid


def _converted_elements(chosen: Value, other: Value) -> Value:
    """Both become lists, or maps, of one element type: only primitive elements are converted here."""
    items = [item for each in (chosen, other) for item in (each.values() if isinstance(each, dict) else each)]
    kinds = {kind(item) for item in items} - {"null", "unknown"}
    if len(kinds) <= 1:
        return SetValue(chosen) if isinstance(other, SetValue) and not chosen else chosen
    if not kinds <= {"bool", "number", "string"} or "string" not in kinds:
        raise Unsure
    if isinstance(chosen, dict):
        return {key: to_string(item) if is_primitive(item) else item for key, item in chosen.items()}
    return type(chosen)([to_string(item) if is_primitive(item) else item for item in chosen])


def index(value: Value, key: Value) -> Value:
    """``value[key]``; raises Invalid or Unsure."""
    if isinstance(value, Unknown) or isinstance(key, Unknown):
        raise Unsure
    if isinstance(value, dict):
        name = to_key(key)
        if name not in value:
            raise Invalid
        return value[name]
    if isinstance(value, SetValue) or not isinstance(value, list):
        raise Invalid
    number = to_number(key)
    if not isinstance(number, int) or number < 0:
        raise Invalid
    if has_rest(value[: number + 1]) or (number >= len(value) and has_rest(value)):
        raise Unsure
    if number >= len(value):
        raise Invalid
    return value[number]


def attribute(value: Value, name: str) -> Value:
    """``value.name``; raises Invalid or Unsure."""
    if isinstance(value, Unknown):
        raise Unsure
    if not isinstance(value, dict) or name not in value:
        raise Invalid
    return value[name]
