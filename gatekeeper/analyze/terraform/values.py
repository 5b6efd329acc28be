"""Terraform's values before a plan, where not everything can be known.

Strings, numbers, booleans, None, lists and dictionaries stand for themselves. Lists and tuples are not told apart, nor
maps and objects: what depends on that difference is unknown.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeAlias

from gatekeeper.model.json import Json, unknown

Value: TypeAlias = Any
MAX_VALUE_DEPTH = 50
_SAFE_LENGTH = 0x300  # below, one code point is one character


@dataclass(frozen=True, slots=True)
class Unknown:
    """What cannot be known; ``text`` is the expression. ``many``: any number of elements of the list around it."""

    text: str
    many: bool = False


class SetValue(list[Value]):
    """A set: sorted, without duplicates."""


class Invalid(Exception):
    """Terraform itself would refuse this."""


class Unsure(Exception):
    """The result depends on what is unknown, or on what this evaluation does not model."""


class Exhausted(Exception):
    """The evaluation has taken too much; the message says of what."""


class Budget:
    """What the evaluation of some configurations may take altogether."""

    def __init__(self, steps: int) -> None:
        self._steps = steps

    def spend(self, steps: int = 1) -> None:
        """Take some steps.

        Raises:
            Exhausted: there are not as many left.
        """
        self._steps -= steps
        if self._steps < 0:
            raise Exhausted("evaluating the expressions takes too much time or memory")


def measure(value: Value, budget: Budget | None = None) -> None:
    """Refuse what nests too deeply, and spend a step for each element and each 32 characters.

    Raises:
        Exhausted: too much, or nested more deeply than ``MAX_VALUE_DEPTH``.
    """
    pending: list[tuple[Value, int]] = [(value, 0)]
    while pending:
        item, depth = pending.pop()
        if depth > MAX_VALUE_DEPTH:
            raise Exhausted(f"a value nests deeper than {MAX_VALUE_DEPTH} levels")
        if isinstance(item, list | dict):
            if budget is not None:
                budget.spend(1 + len(item))
            pending.extend((child, depth + 1) for child in _children(item))
        elif isinstance(item, str) and budget is not None:
            budget.spend(1 + len(item) // 32)


def _children(value: list[Value] | dict[str, Value]) -> Iterable[Value]:
    return value.values() if isinstance(value, dict) else value


def wholly_known(value: Value) -> bool:
    """Whether nothing in it is unknown."""
    pending = [value]
    while pending:
        item = pending.pop()
        if isinstance(item, Unknown):
            return False
        if isinstance(item, list | dict):
            pending.extend(_children(item))
    return True


def to_json(value: Value) -> Json:
    """Plain JSON, unknown values as ``{"$unknown": text}``."""
    if isinstance(value, Unknown):
        return unknown(value.text)
    if isinstance(value, dict):
        return {key: to_json(item) for key, item in value.items()}
    if isinstance(value, list):
        return [to_json(item) for item in value]
    return value


def kind(value: Value) -> str:
    """``null``, ``bool``, ``number``, ``string``, ``list``, ``map`` or ``unknown``."""
    if value is None:
        return "null"
    for name, types in _KINDS:
        if isinstance(value, types):
            return name
    return "unknown"


_KINDS: tuple[tuple[str, Any], ...] = (
    ("bool", bool), ("number", int | float), ("string", str), ("list", list), ("map", dict),
)  # fmt: skip


def is_primitive(value: Value) -> bool:
    """Whether it is a string, a number or a boolean."""
    return isinstance(value, str | int | float)


def to_string(value: Value) -> str:
    """Terraform's automatic conversion.

    Raises:
        Invalid: there is none.
        Unsure: the value is unknown.
    """
    if isinstance(value, Unknown):
        raise Unsure
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return format(Decimal(repr(value)), "f")
    if isinstance(value, str):
        return value
    raise Invalid


def to_number(value: Value) -> int | float:
    """Terraform's automatic conversion; raises as ``to_string`` does."""
    if isinstance(value, Unknown):
        raise Unsure
    if isinstance(value, str):
        return _parse_number(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Invalid
    return value


def _parse_number(text: str) -> int | float:
    try:
        # Terraform reads more than this does: then it is not known here.
        if len(text) > 40 or not text.isascii() or text.strip() != text or "_" in text or not Decimal(text).is_finite():
            raise Unsure
    except ArithmeticError:
        if any(c.isdigit() for c in text):
            raise Unsure from None
        raise Invalid from None
    if abs(Decimal(text).adjusted()) > 40:
        raise Unsure
    return from_fraction(Fraction(Decimal(text)))


def to_bool(value: Value) -> bool:
    """Terraform's automatic conversion; raises as ``to_string`` does."""
    if isinstance(value, Unknown):
        raise Unsure
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        if value in {"true", "1"}:
            return True
        if value in {"false", "0"}:
            return False
    raise Invalid


def to_fraction(value: Value) -> Fraction:
    """The exact number; raises as ``to_string`` does."""
    return Fraction(Decimal(repr(to_number(value))))


def from_fraction(value: Fraction) -> int | float:
    """A number.

    Raises:
        Unsure: 64 bits do not hold it exactly.
    """
    if value.denominator == 1:
        if abs(value.numerator) >= 1 << 63:
            raise Unsure
        return value.numerator
    try:
        result = float(value)
    except OverflowError:
        raise Unsure from None
    if not math.isfinite(result) or Fraction(Decimal(repr(result))) != value:
        raise Unsure
    return result


def to_key(value: Value) -> str:
    """The key of an object; raises as ``to_string`` does."""
    return normal(to_string(value))


def normal(text: str) -> str:
    """A string as Terraform keeps it."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def characters(text: str) -> int:
    """The number of characters as people count them.

    Raises:
        Unsure: some consist of several code points, perhaps.
    """
    if any(ord(c) >= _SAFE_LENGTH for c in text):
        raise Unsure
    return len(text)


def equal(left: Value, right: Value) -> bool:
    """What ``==`` gives.

    Raises:
        Unsure: something is unknown, or both are collections, whose types count too.
    """
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        raise Unsure
    if isinstance(left, list | dict) and isinstance(right, list | dict):
        raise Unsure
    if kind(left) != kind(right):
        return False
    return bool(left == right)


def same(left: Value, right: Value) -> bool:
    """Whether two values are wholly known and identical, types included."""
    pending = [(left, right)]
    while pending:
        a, b = pending.pop()
        if kind(a) != kind(b) or isinstance(a, Unknown) or isinstance(a, SetValue) != isinstance(b, SetValue):
            return False
        if isinstance(a, dict):
            if a.keys() != b.keys():
                return False
            pending.extend((a[key], b[key]) for key in a)
        elif isinstance(a, list):
            if len(a) != len(b):
                return False
            pending.extend(zip(a, b, strict=True))
        elif a != b:
            return False
    return True


def has_rest(items: Iterable[Value]) -> bool:
    """Whether the number of elements is unknown."""
    return any(isinstance(item, Unknown) and item.many for item in items)


def as_rest(item: Value) -> Value:
    """An unknown element that may not be there, or be there more than once; others stay."""
    return Unknown(item.text, many=True) if isinstance(item, Unknown) else item


def unify(items: Iterable[Value]) -> list[Value]:
    """Elements of one type, as a list or a set has them: where strings are among them, numbers become strings.

    Raises:
        Invalid: no conversion makes them one type.
        Unsure: collections, of which it cannot be said.
    """
    elements = list(items)
    kinds = {kind(item) for item in elements} - {"null", "unknown"}
    if len(kinds) <= 1:
        return elements
    if not kinds <= {"bool", "number", "string"}:
        raise Unsure
    if "string" not in kinds:
        raise Invalid
    return [to_string(item) if is_primitive(item) else item for item in elements]


def make_set(items: Iterable[Value]) -> SetValue:
    """A set of primitive values; raises as ``unify`` does."""
    elements = unify(items)
    known = [item for item in elements if not isinstance(item, Unknown)]
    if not all(is_primitive(item) for item in known):
        raise Unsure
    # What is unknown may turn out to be the same as another element.
    rest = [as_rest(item) for item in elements if isinstance(item, Unknown)]
    return SetValue([*sorted(set(known)), *(rest if len(elements) > 1 else elements[: len(rest)])])
