"""Numbers and JSON text as Go writes them: policies print numbers, and people compare outputs."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

import orjson

from gatekeeper.model.json import Json

_SMALL = 1_000_000  # below, Go writes a float64 without a fraction as the integer
_ESCAPES = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"})


@dataclass(frozen=True, slots=True)
class Literal:
    """A number as it was written."""

    text: str


def name(path: str) -> str:
    """A name of the file system as Go writes it into JSON: what is no UTF-8 becomes U+FFFD."""
    return os.fsencode(path).decode("utf-8", "replace")


def load_exact(data: str | bytes) -> Json:
    """Parse JSON; numbers that Python would write in another way stay as they were written.

    Raises:
        ValueError: it is not JSON, or nests too deeply.
    """
    try:
        return json.loads(data, parse_int=_integer, parse_float=_fraction, parse_constant=_refuse)
    except RecursionError:
        raise ValueError("nests too deeply") from None


def _integer(text: str) -> Json:
    return int(text) if len(text) < 19 else Literal(text)


def _fraction(text: str) -> Json:
    number = float(text)
    return number if repr(number) == text else Literal(text)


def _refuse(name: str) -> Json:
    raise ValueError(f"{name} is no JSON")


def is_exact(text: str) -> bool:
    """Whether a number that is read as 64 bits, integer or float, stays what it is."""
    try:
        number = Decimal(text)
    except InvalidOperation:  # its exponent alone is beyond 18 digits
        return False
    if number == number.to_integral_value() and -(1 << 63) <= number < (1 << 63):
        return True
    return math.isfinite(float(text)) and Decimal(repr(float(text))) == number


def float_literal(number: float) -> str:
    """A float64 as OPA writes it when it is made an input: ``strconv.FormatFloat(number, 'g', -1, 64)``."""
    return _float(number, -4, 6, 2)


def json_literal(number: float) -> str:
    """A float64 as ``json.Marshal`` writes it."""
    return _float(number, -6, 21, 1)


def _float(number: float, least: int, most: int, exponent_digits: int) -> str:
    """The shortest digits, with an exponent below ``least`` and from ``most`` on."""
    sign, digits, exponent = Decimal(repr(number)).as_tuple()
    assert isinstance(exponent, int)
    minus = "-" if sign else ""
    text = "".join(map(str, digits)).lstrip("0")
    if not text:
        return f"{minus}0"
    power = len(text) + exponent - 1
    text = text.rstrip("0")
    if least <= power < most:
        return format(Decimal(f"{minus}{text}e{power - len(text) + 1}"), "f")
    fraction = f".{text[1:]}" if len(text) > 1 else ""
    width = exponent_digits if power < 0 else 2
    return f"{minus}{text[0]}{fraction}e{'-' if power < 0 else '+'}{abs(power):0{width}d}"


def as_input(value: Json, *, integers: bool = False, literal: Callable[[float], str] = float_literal) -> Json:
    """A document for ``orjson``, its numbers spelt as conftest hands them to OPA.

    Most of its parsers give float64 alone; where ``integers`` is set, integers are kept.
    """
    if isinstance(value, dict):
        return {key: as_input(item, integers=integers, literal=literal) for key, item in value.items()}
    if isinstance(value, list):
        return [as_input(item, integers=integers, literal=literal) for item in value]
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    if isinstance(value, int) and (integers or abs(value) < _SMALL):
        return value
    return orjson.Fragment(literal(float(value)))


def dumps_exact(value: Json) -> bytes:
    """JSON text of what ``load_exact`` gave."""
    return orjson.dumps(
        value, default=lambda literal: orjson.Fragment(literal.text), option=orjson.OPT_PASSTHROUGH_DATACLASS
    )


def dumps_tabbed(value: Json) -> str:
    """JSON text as ``json.Marshal`` and ``json.Indent`` with tabs write it; keys stay in their order."""
    return "".join(_write(value, "\n"))


def _write(value: Json, newline: str) -> Iterator[str]:
    if isinstance(value, Literal):
        yield value.text
    elif isinstance(value, dict | list) and value:
        deeper = newline + "\t"
        yield "{" if isinstance(value, dict) else "["
        for number, item in enumerate(value.items() if isinstance(value, dict) else value):
            yield ("," if number else "") + deeper
            if isinstance(value, dict):
                yield f"{_string(item[0])}: "
                item = item[1]  # noqa: PLW2901 - the pair is done with
            yield from _write(item, deeper)
        yield newline + ("}" if isinstance(value, dict) else "]")
    elif isinstance(value, str):
        yield _string(value)
    else:
        yield orjson.dumps(value).decode()


def _string(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).translate(_ESCAPES)
