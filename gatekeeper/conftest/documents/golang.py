"""What conftest's language decides: which numbers, characters and texts come out of its libraries."""

from __future__ import annotations

import codecs
import math
import re
import struct
from decimal import Decimal

from gatekeeper.errors import UnreadableInput
from gatekeeper.model.json import Json
from gatekeeper.syntax.text import MAX_DEPTH

# What unicode.IsSpace knows; str.strip() alone would take the separators U+001C to U+001F as well.
SPACE = "\t\n\v\f\r \x85\xa0\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + "\u2028\u2029\u202f\u205f\u3000"

_EXACT = 1 << 53
_DIGITS = r"[0-9](?:_?[0-9])*+"
_DECIMAL = re.compile(rf"[-+]?(?:{_DIGITS}(?:\.(?:{_DIGITS})?)?|\.{_DIGITS})(?:[eE][-+]?{_DIGITS})?")
_HEXADECIMAL = re.compile(r"[-+]?0[xX](?=_?[0-9a-fA-F.])[0-9a-fA-F_]*\.?[0-9a-fA-F_]*[pP][-+]?[0-9]+")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_MAX_DIGITS = 4000


def number(value: float) -> int | float | None:
    """A 64 bit float as conftest writes it: whole ones without a fraction; None for what JSON does not have.

    Above 2**53 the digits are the shortest that mean the same float, followed by zeros.
    """
    if not math.isfinite(value):
        return None
    if not value.is_integer():
        return value
    if abs(value) < _EXACT:
        return int(value)
    whole = int(Decimal(repr(value)))
    return whole if -(1 << 63) <= whole < 1 << 64 else value


def parse_float(text: str) -> float | None:
    """The number that strconv.ParseFloat reads: decimal or hexadecimal, finite, with single underscores in it."""
    if len(text) > _MAX_DIGITS:
        return None
    if _DECIMAL.fullmatch(text):
        value = float(text)
    elif _HEXADECIMAL.fullmatch(text) and "__" not in text and "_." not in text and "._" not in text:
        try:
            value = float.fromhex(text.replace("_", ""))
        except (ValueError, OverflowError):
            return None
    else:
        return None
    return value if math.isfinite(value) else None


def shortest_single(value: float) -> float:
    """The number with the fewest digits that means the same 32 bit float; infinite where there is none so large."""
    try:
        single: float = struct.unpack("f", struct.pack("f", value))[0]
    except OverflowError:
        return math.copysign(math.inf, value)
    if math.isfinite(single):
        for digits in range(1, 10):
            short = float(f"{single:.{digits}g}")
            if struct.unpack("f", struct.pack("f", short))[0] == single:
                return short
    return single


def text_of(data: bytes) -> str:
    """Text of UTF-8; each byte that is none becomes U+FFFD, as it does wherever strings become JSON there."""
    return data.decode("utf-8", "gatekeeper.each_byte")


def whole(text: str) -> str:
    """Halves of surrogate pairs become U+FFFD."""
    return _LONE_SURROGATE.sub("\ufffd", text)


def check_depth(value: Json) -> None:
    """Refuse what nests deeper than ``MAX_DEPTH``.

    Raises:
        UnreadableInput: it does.
    """
    level = [value]
    for _ in range(MAX_DEPTH + 1):
        level = [child for container in level for child in _children(container)]
        if not level:
            return
    raise UnreadableInput(f"nests deeper than {MAX_DEPTH} levels")


def _children(container: Json) -> list[Json]:
    items = container.values() if type(container) is dict else container if type(container) is list else ()
    return [item for item in items if type(item) is dict or type(item) is list]


def _each_byte(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    return "\ufffd" * (error.end - error.start), error.end


codecs.register_error("gatekeeper.each_byte", _each_byte)
