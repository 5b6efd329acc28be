"""Terraform's functions of strings and numbers, those that are done exactly as Terraform does them."""

from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import Callable
from decimal import Decimal

from gatekeeper.analyze.terraform.values import (
    Invalid,
    SetValue,
    Unsure,
    Value,
    from_fraction,
    normal,
    to_bool,
    to_fraction,
    to_number,
    to_string,
)
from gatekeeper.syntax.hcl.templates import WHITE_SPACE

_VERB = re.compile(r"%(%|(-?)(0?)([1-9][0-9]{0,3})?([sdvq])|)")
_HTML = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"})
_MAX_DEPTH = 50
_MAX_LENGTH = 1 << 20  # characters of a string that is built here


def _bound(length: int) -> None:
    if length > _MAX_LENGTH:
        raise Unsure


def _each_character(text: str, change: Callable[[str], str]) -> str:
    changed = [change(c) for c in text]
    if any(len(c) != 1 for c in changed):
        raise Unsure  # Go maps character by character, Unicode's full mapping does not
    return "".join(changed)


def upper(text: Value) -> Value:
    """``upper``."""
    return _each_character(to_string(text), lambda c: c if c == "ß" else c.upper())


def lower(text: Value) -> Value:
    """``lower``."""
    return _each_character(to_string(text), str.lower)


def split(separator: Value, text: Value) -> Value:
    """``split``."""
    mark, whole = to_string(separator), to_string(text)
    if mark == "":
        if not whole.isascii():
            raise Unsure
        return list(whole)
    return whole.split(mark)


def replace(text: Value, old: Value, new: Value) -> Value:
    """``replace``, but for regular expressions."""
    pattern = to_string(old)
    if len(pattern) > 1 and pattern.startswith("/") and pattern.endswith("/"):
        raise Unsure
    whole, replacement = to_string(text), to_string(new)
    _bound(len(whole) + whole.count(pattern) * len(replacement))
    return normal(whole.replace(pattern, replacement))


def trimspace(text: Value) -> Value:
    """``trimspace``."""
    return to_string(text).strip(WHITE_SPACE)


def trimprefix(text: Value, prefix: Value) -> Value:
    """``trimprefix``."""
    return to_string(text).removeprefix(to_string(prefix))


def trimsuffix(text: Value, suffix: Value) -> Value:
    """``trimsuffix``."""
    return to_string(text).removesuffix(to_string(suffix))


def startswith(text: Value, prefix: Value) -> Value:
    """``startswith``."""
    return to_string(text).startswith(to_string(prefix))


def endswith(text: Value, suffix: Value) -> Value:
    """``endswith``."""
    return to_string(text).endswith(to_string(suffix))


def join(separator: Value, *lists: Value) -> Value:
    """``join``."""
    if not lists or not all(isinstance(items, list) for items in lists):
        raise Invalid
    texts, between = [to_string(item) for items in lists for item in items], to_string(separator)
    _bound(sum(map(len, texts)) + len(texts) * len(between))
    return normal(between.join(texts))


def format_(template: Value, *values: Value) -> Value:
    """``format`` with the verbs s, d, v and q, widths, and nothing else."""
    remaining = list(values)

    def replace_verb(match: re.Match[str]) -> str:
        verb = match[5]
        if match[1] == "%":
            return "%"
        if not verb:
            raise Unsure
        if not remaining:
            raise Invalid
        text = _format_one(verb, remaining.pop(0))
        width = int(match[4] or 0)
        _bound(width * len(values))
        if match[3] and (verb != "d" or match[2]):
            raise Unsure
        if width > len(text) and not text.isascii():
            raise Unsure
        if match[2]:
            return text.ljust(width)
        return text.zfill(width) if match[3] else text.rjust(width)

    text = _VERB.sub(replace_verb, to_string(template))
    if remaining:
        raise Invalid
    return normal(text)


def _format_one(verb: str, value: Value) -> str:
    if value is None:
        raise Unsure
    if verb == "s":
        return to_string(value)
    if verb == "v":
        return jsonencode(value) if isinstance(value, list | dict) else to_string(value)
    if verb == "d":
        number = to_number(value)
        if not isinstance(number, int):
            raise Invalid
        return str(number)
    text = to_string(value)
    if not text.isascii() or not text.isprintable():
        raise Unsure
    return json.dumps(text)


def jsonencode(value: Value) -> str:
    """``jsonencode``: keys sorted, no white space, safe within HTML, as Go does it."""
    return json_text(value, None)


def json_text(value: Value, indent: int | None, *, sort_keys: bool = True) -> str:
    """JSON as Go writes it, on one line or indented."""
    separators = (",", ": ") if indent else (",", ":")
    text = json.dumps(_decimals(value), ensure_ascii=False, sort_keys=sort_keys, separators=separators, indent=indent)
    return text.translate(_HTML)


def _decimals(value: Value) -> Value:
    """Refuse numbers that Python writes otherwise."""
    pending = [value]
    while pending:
        item = pending.pop()
        if isinstance(item, float) and repr(item) != format(Decimal(repr(item)), "f"):
            raise Unsure
        if isinstance(item, list):
            pending.extend(item)
        elif isinstance(item, dict):
            pending.extend(item.values())
    return value


def jsondecode(text: Value) -> Value:
    """``jsondecode``."""
    whole = to_string(text)
    # json.loads recurses.
    depth = most = 0
    for c in whole:
        depth += (c in "[{") - (c in "]}")
        most = max(most, depth)
    if most > _MAX_DEPTH:
        raise Unsure
    try:
        return json.loads(whole, parse_int=to_number, parse_float=to_number, parse_constant=_no_constant)
    except ValueError:
        raise Invalid from None


def _no_constant(name: str) -> Value:
    raise Invalid(name)


def tostring(value: Value) -> Value:
    """``tostring``."""
    return None if value is None else to_string(value)


def tonumber(value: Value) -> Value:
    """``tonumber``."""
    return None if value is None else to_number(value)


def tobool(value: Value) -> Value:
    """``tobool``."""
    return None if value is None else to_bool(value)


def largest(*numbers: Value) -> Value:
    """``max``."""
    if not numbers:
        raise Invalid
    return from_fraction(max(map(to_fraction, numbers)))


def smallest(*numbers: Value) -> Value:
    """``min``."""
    if not numbers:
        raise Invalid
    return from_fraction(min(map(to_fraction, numbers)))


def cidrsubnet(prefix: Value, new_bits: Value, number: Value) -> Value:
    """``cidrsubnet``."""
    bits, which = to_number(new_bits), to_number(number)
    try:
        network = ipaddress.ip_network(to_string(prefix), strict=False)
    except ValueError:
        raise Unsure from None
    if "/" not in to_string(prefix) or not isinstance(bits, int) or not isinstance(which, int):
        raise Unsure
    length = network.prefixlen + bits
    if bits < 0 or bits > 64 or length > network.max_prefixlen or not 0 <= which < 1 << bits:
        raise Invalid
    address = int(network.network_address) + (which << (network.max_prefixlen - length))
    return f"{type(network.network_address)(address)}/{length}"


def sort(items: Value) -> Value:
    """``sort``."""
    if not isinstance(items, list) or isinstance(items, SetValue):
        raise Unsure
    return sorted(to_string(item) for item in items)
