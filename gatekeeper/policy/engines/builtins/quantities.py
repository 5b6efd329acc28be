"""Texts that say a number: refused where OPA refuses them, instead of left undefined or read generously.

What is well-formed is read by the embedded engine itself.
"""

from __future__ import annotations

import re
from fractions import Fraction

from gatekeeper.model.json import Json
from gatekeeper.policy.engines.builtins.base import BuiltinError, Functions, text
from gatekeeper.policy.engines.builtins.native import Native

_NATIVE = Native("""\
package builtin

number := to_number(input)
amount := units.parse(input)
size := units.parse_bytes(input)
instant := time.parse_rfc3339_ns(input)
""")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_SIZE = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?(?P<exponent>[0-9]+))?(?P<unit>[A-Za-z]*)")
_MAX_EXPONENT_DIGITS = 6  # as in OPA; each more takes ten times as long
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:[.,][0-9]+)?(?:Z|[+-][0-9]{2}:[0-9]{2})"
)


def to_number(value: Json) -> Json:
    """``to_number``."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and not _NUMBER.fullmatch(value):
        raise BuiltinError(f"{value!r:.60} is no number")
    return _NATIVE.ask("number", value)


def parse_units(value: Json) -> Json:
    """``units.parse``."""
    return _parsed("units.parse", "amount", text(value, 1))


def parse_bytes(value: Json) -> Json:
    """``units.parse_bytes``: what is left of a byte is cut off."""
    whole = text(value, 1)
    found = _amount("units.parse_bytes", cleaned := whole.replace('"', ""))
    if found is None or "." not in cleaned:
        return _parsed("units.parse_bytes", "size", whole)
    unit = found["unit"]
    factor = _parsed("units.parse_bytes", "size", f"1{unit}")
    return int(Fraction(cleaned.removesuffix(unit).rstrip(".")) * factor)


def parse_instant(value: Json) -> Json:
    """``time.parse_rfc3339_ns``."""
    if not _INSTANT.fullmatch(text(value, 1)):
        raise BuiltinError(f"{value!r:.60} is no time as RFC 3339 has it")
    return _NATIVE.ask("instant", value)


def _parsed(name: str, rule: str, value: str) -> int | float:
    found = _amount(name, value.replace('"', ""))
    number = _NATIVE.ask(rule, value) if found else None
    if not isinstance(number, int | float):
        raise BuiltinError(f"{name}: {value!r:.60} is no amount with a unit")
    return number


def _amount(name: str, value: str) -> re.Match[str] | None:
    found = _SIZE.fullmatch(value)
    if found and len(found["exponent"] or "") > _MAX_EXPONENT_DIGITS:
        raise BuiltinError(f"{name}: {value!r:.60} has an exponent that is too large")
    return found


FUNCTIONS: Functions = {
    "time.parse_rfc3339_ns": parse_instant,
    "to_number": to_number,
    "units.parse": parse_units,
    "units.parse_bytes": parse_bytes,
}
