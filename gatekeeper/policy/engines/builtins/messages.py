"""``sprintf`` as Go's ``fmt`` writes: https://pkg.go.dev/fmt#hdr-Printing.

OPA hands numbers over as they are, texts as they are, and all else as the text of its literal.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TypeAlias

from gatekeeper.model.json import Json
from gatekeeper.policy.engines.builtins.base import BuiltinError, Functions, sequence, text
from gatekeeper.policy.engines.builtins.terms import quoted, written

_Operand: TypeAlias = int | float | str

_VERB = re.compile(r"%(?P<flags>[-+# 0]*)(?P<width>[0-9]*)(?P<precision>\.[0-9]*)?(?P<verb>.?)", re.DOTALL)
_BASES = {"d": 10, "v": 10, "b": 2, "o": 8, "O": 8, "x": 16, "X": 16}
_PREFIXES = {"b": "0b", "o": "0", "x": "0x", "X": "0X"}
_MAX_SIZE = 1_000_000  # of a width or a precision, as in Go
_SHORTEST_LIMIT = 6  # digits in front of the point, from which on the shortest form has an exponent
_MAX_BITS = 64


@dataclass(frozen=True, slots=True)
class _Form:
    """How an operand is written."""

    flags: str
    width: int
    precision: int | None
    verb: str

    def pad(self, body: str) -> str:
        missing = max(0, self.width - len(body))
        if "-" in self.flags:
            return body + " " * missing
        return ("0" if "0" in self.flags else " ") * missing + body


def sprintf(form: Json, operands: Json) -> Json:
    """``sprintf``.

    Raises:
        BuiltinError: it asks for what is not known here: ``%*d``, ``%[1]d``, ``%#v``, fractions in bases two and 16.
    """
    values = [_operand(value) for value in sequence(operands, 2)]
    parts: list[str] = []
    taken, at, pattern = 0, 0, text(form, 1)
    while (start := pattern.find("%", at)) >= 0:
        parts.append(pattern[at:start])
        found = _VERB.match(pattern, start)
        assert found is not None  # all behind the sign is optional
        at, verb = found.end(), found["verb"]
        if verb in ("", "%"):
            parts.append("%" if verb else "%!(NOVERB)")
        elif verb in "*[":
            raise BuiltinError(f"{found[0]} is not known to the embedded engine")
        elif taken == len(values):
            parts.append(f"%!{verb}(MISSING)")
        else:
            parts.append(_write(values[taken], _form(found)))
            taken += 1
    parts.append(pattern[at:])
    if rest := values[taken:]:
        plain = _Form("", 0, None, "v")
        parts.append(f"%!(EXTRA {', '.join(f'{_type(value)}={_write(value, plain)}' for value in rest)})")
    return "".join(parts)


def _operand(value: Json) -> _Operand:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return written(value)
    return value


def _form(found: re.Match[str]) -> _Form:
    flags, precision = found["flags"], found["precision"]
    sizes = int(found["width"] or 0), int(precision[1:] or 0) if precision else 0
    if max(sizes) > _MAX_SIZE:
        raise BuiltinError(f"{found[0]} is too wide")
    verb = found["verb"]
    if verb == "v":
        if "#" in flags:
            raise BuiltinError("%#v is not known to the embedded engine")
        flags = flags.replace("+", "")
    return _Form(flags, sizes[0], sizes[1] if precision else None, verb)


def _write(value: _Operand, form: _Form) -> str:
    if form.verb == "T":
        return replace(form, verb="s").pad(_type(value))
    write: Callable[..., str | None] = _text if isinstance(value, str) else _whole if isinstance(value, int) else _real
    body = write(value, form)
    if body is None:  # a verb for another type
        return f"%!{form.verb}({_type(value)}={_write(value, replace(form, verb='v'))})"
    return body


def _type(value: _Operand) -> str:
    return "string" if isinstance(value, str) else "int64" if isinstance(value, int) else "float64"


def _text(value: str, form: _Form) -> str | None:
    if form.verb not in ("v", "s", "q", "x", "X"):
        return None
    if form.verb in ("x", "X"):
        if form.flags.strip("-0"):
            raise BuiltinError("%x of a text takes no flags in the embedded engine")
        body = value.encode("utf-8", "surrogatepass")[: form.precision].hex()
        return form.pad(body.upper() if form.verb == "X" else body)
    cut = value[: form.precision]
    if form.verb == "q":
        if form.flags.strip("-0"):
            raise BuiltinError("%q takes no flags in the embedded engine")
        return form.pad(quoted(cut))
    return form.pad(cut)


def _whole(value: int, form: _Form) -> str | None:
    if form.verb in ("c", "q", "U"):
        if form.flags.strip("-"):
            raise BuiltinError(f"%{form.verb} takes no flags in the embedded engine")
        if form.verb == "U":
            return form.pad(f"U+{value % (1 << _MAX_BITS):04X}")
        character = chr(value) if 0 <= value < 0x110000 and not 0xD800 <= value < 0xE000 else "\ufffd"
        return form.pad(character if form.verb == "c" else _quoted_character(character))
    base = _BASES.get(form.verb)
    if base is None:
        return None
    sign = _sign(value < 0, form)
    if form.precision == 0 and value == 0:
        return " " * form.width
    digits = _digits(abs(value), base, upper=form.verb == "X")
    least = form.precision
    if least is None and "0" in form.flags and "-" not in form.flags:
        least = form.width - len(sign)
    digits = digits.rjust(least or 0, "0")
    if form.verb == "O":
        digits = f"0o{digits}"
    elif "#" in form.flags:
        prefix = _PREFIXES.get(form.verb, "")
        digits = digits if prefix == "0" and digits.startswith("0") else prefix + digits
    return replace(form, flags=form.flags.replace("0", "")).pad(sign + digits)


def _digits(value: int, base: int, *, upper: bool) -> str:
    return format(value, {10: "d", 2: "b", 8: "o", 16: "X" if upper else "x"}[base])


def _quoted_character(character: str) -> str:
    if character in ("'", '"'):
        return r"'\''" if character == "'" else "'\"'"
    return f"'{quoted(character)[1:-1]}'"


def _real(value: float, form: _Form) -> str | None:
    if form.verb in ("x", "X", "b") or "#" in form.flags:
        raise BuiltinError(f"%{form.verb} of a fraction is not known to the embedded engine")
    magnitude = abs(value)
    if form.verb in ("v", "g", "G"):
        body = _shortest(magnitude) if form.precision is None else format(magnitude, f".{form.precision}g")
    elif form.verb in ("e", "E", "f", "F"):
        precision = 6 if form.precision is None else form.precision
        body = format(magnitude, f".{precision}{form.verb.lower()}")
    else:
        return None
    if form.verb in ("G", "E"):
        body = body.upper()
    sign = _sign(str(value).startswith("-"), form)
    if "0" in form.flags and "-" not in form.flags:
        return sign + body.rjust(form.width - len(sign), "0")
    return replace(form, flags=form.flags.replace("0", "")).pad(sign + body)


def _shortest(value: float) -> str:
    """Go's ``%g`` without a precision: as few digits as tell the number from its neighbours."""
    _, digits, exponent = Decimal(repr(value)).normalize().as_tuple()
    assert isinstance(exponent, int)  # neither infinite nor no number
    point = len(digits) + exponent
    if value and not -4 <= point - 1 < _SHORTEST_LIMIT:
        return format(value, f".{len(digits) - 1}e")
    return format(value, f".{max(0, -exponent)}f")


def _sign(negative: bool, form: _Form) -> str:
    return "-" if negative else "+" if "+" in form.flags else " " if " " in form.flags else ""


FUNCTIONS: Functions = {"sprintf": sprintf}
