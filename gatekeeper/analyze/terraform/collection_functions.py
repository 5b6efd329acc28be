"""Terraform's functions of lists, maps and sets, those that are done exactly as Terraform does them.

They are handed what is partly unknown, and say Unsure where the result depends on that.
"""

from __future__ import annotations

from gatekeeper.analyze.terraform.operators import index
from gatekeeper.analyze.terraform.values import (
    Invalid,
    SetValue,
    Unknown,
    Unsure,
    Value,
    as_rest,
    characters,
    has_rest,
    is_primitive,
    kind,
    make_set,
    same,
    to_key,
    to_number,
    to_string,
    unify,
    wholly_known,
)

_MAX_RANGE = 1024  # Terraform's own bound


def _list(value: Value) -> list[Value]:
    if not isinstance(value, list):
        raise Unsure if isinstance(value, Unknown) else Invalid
    return value


def _map(value: Value) -> dict[str, Value]:
    if not isinstance(value, dict):
        raise Unsure if isinstance(value, Unknown) else Invalid
    return value


def concat(*lists: Value) -> Value:
    """``concat``: an unknown list is any number of unknown elements."""
    if not lists:
        raise Invalid
    result: list[Value] = []
    for items in lists:
        if isinstance(items, Unknown):
            result.append(as_rest(items))
        elif isinstance(items, SetValue):
            raise Invalid
        else:
            result += _list(items)
    return result


def merge(*maps: Value) -> Value:
    """``merge``."""
    result: dict[str, Value] = {}
    for items in maps:
        if items is not None:
            result |= _map(items)
    return result


def lookup(items: Value, key: Value, *default: Value) -> Value:
    """``lookup``."""
    name = to_key(key)
    if name in _map(items):
        return items[name]
    if len(default) != 1:
        raise Invalid
    return default[0]


def length(value: Value) -> Value:
    """``length``."""
    if isinstance(value, str):
        return characters(value)
    if isinstance(value, dict):
        return len(value)
    if has_rest(_list(value)):
        raise Unsure
    return len(value)


def element(items: Value, number: Value) -> Value:
    """``element``."""
    if isinstance(items, SetValue):
        raise Invalid
    position = to_number(number)
    if not isinstance(position, int) or position < 0 or (has_rest(_list(items)) and position >= len(items)):
        raise Unsure
    if not items:
        raise Invalid
    return index(items, position % len(items))


def keys(items: Value) -> Value:
    """``keys``."""
    return sorted(_map(items))


def values(items: Value) -> Value:
    """``values``."""
    return [items[key] for key in sorted(_map(items))]


def contains(items: Value, wanted: Value) -> Value:
    """``contains``."""
    if not wholly_known(wanted) or not (is_primitive(wanted) or wanted is None):
        raise Unsure
    if any(same(item, wanted) for item in _list(items)):
        return True
    # A list has elements of one type, in a tuple 1 is not "1": which one it is, is not known.
    if any(not wholly_known(item) or (is_primitive(item) and kind(item) != kind(wanted)) for item in items):
        raise Unsure
    return False


def coalesce(*candidates: Value) -> Value:
    """``coalesce``."""
    elements = (
        unify(candidates) if all(is_primitive(c) or c is None or isinstance(c, Unknown) for c in candidates) else []
    )
    for item in elements or candidates:
        if isinstance(item, Unknown):
            raise Unsure
        if item is not None and item != "":
            if not isinstance(item, str) and any(isinstance(other, Unknown) for other in candidates):
                raise Unsure
            return item
    raise Invalid


def coalescelist(*lists: Value) -> Value:
    """``coalescelist``."""
    for items in lists:
        if items is not None and has_rest(_list(items)):
            raise Unsure
        if items:
            return items
    raise Invalid


def toset(items: Value) -> Value:
    """``toset``."""
    return make_set(_list(items))


def tolist(items: Value) -> Value:
    """``tolist``."""
    return list(unify(_list(items)))


def tomap(items: Value) -> Value:
    """``tomap``."""
    return dict(zip(_map(items), unify(items.values()), strict=True))


def flatten(items: Value) -> Value:
    """``flatten``: an unknown element may itself be a list of any length."""
    result: list[Value] = []
    pending = list(reversed(_list(items)))
    while pending:
        item = pending.pop()
        if isinstance(item, list):
            pending.extend(reversed(item))
        else:
            result.append(as_rest(item))
    return result


def distinct(items: Value) -> Value:
    """``distinct``."""
    elements = unify(_list(items))
    if not all(is_primitive(item) or isinstance(item, Unknown) for item in elements):
        raise Unsure
    return list(dict.fromkeys(as_rest(item) for item in elements))


def compact(items: Value) -> Value:
    """``compact``."""
    kept = [item if isinstance(item, Unknown) or item is None else to_string(item) for item in _list(items)]
    return [as_rest(item) for item in kept if item not in (None, "")]


def reverse(items: Value) -> Value:
    """``reverse``."""
    if isinstance(items, SetValue):
        raise Unsure
    return list(reversed(_list(items)))


def one(items: Value) -> Value:
    """``one``."""
    if has_rest(_list(items)):
        raise Unsure
    if len(items) > 1:
        raise Invalid
    return items[0] if items else None


def range_(*numbers: Value) -> Value:
    """``range`` over whole numbers."""
    bounds = [to_number(number) for number in numbers]
    if not 1 <= len(bounds) <= 3:
        raise Invalid
    whole = [bound for bound in bounds if isinstance(bound, int)]
    if len(whole) < len(bounds):
        raise Unsure
    start, end = (0, whole[0]) if len(whole) == 1 else whole[:2]
    step = whole[2] if len(whole) == 3 else 1 if start <= end else -1
    if step == 0 or (end - start) * step < 0 or abs(end - start) > _MAX_RANGE * abs(step):
        raise Invalid
    return list(range(start, end, step))


def same_value(value: Value) -> Value:
    """``sensitive`` and ``nonsensitive``."""
    return value
