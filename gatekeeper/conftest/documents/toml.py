"""TOML 1.1 (https://toml.io/en/v1.1.0) as conftest's library gives it to policies.

Dates and times are text as RFC 3339 writes it, a time alone is one of the year 0. Integers stay exact; ``inf`` and
``nan`` are refused.

Other than conftest: local dates and times are taken for UTC, not for the machine's time zone; fractions of seconds
end at microseconds; the year 0 and more than 200 levels are refused, and so are tables and keys that TOML does not let
be defined twice, of which conftest's library lets some pass.
"""

from __future__ import annotations

import codecs
import re
from datetime import date, datetime, time

import tomli

from gatekeeper.conftest.documents.base import Parsed
from gatekeeper.conftest.documents.golang import check_depth, number
from gatekeeper.errors import UnreadableInput
from gatekeeper.model.json import Json
from gatekeeper.syntax.text import Lines, collector_paused, decode

_CONTENT = re.compile(r"^[ \t]*[^#\s]", re.MULTILINE)
_WHERE = re.compile(r" \(at [^()]*\)$")


def parse(path: str, data: bytes) -> Parsed:
    """The object of a file."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise UnreadableInput("is UTF-16", line=1, hint="save the file as UTF-8")
    text = decode(data)
    lines = Lines(text)
    with collector_paused():
        try:
            value = tomli.loads(text)
        except tomli.TOMLDecodeError as error:
            message = _WHERE.sub("", str(error))
            raise UnreadableInput(f"is not valid TOML: {message}", line=error.lineno, column=error.colno) from None
        except ValueError:
            raise UnreadableInput("is not valid TOML: a number has too many digits") from None
        check_depth(value)
        content = _CONTENT.search(text)
        return Parsed(_plain(value), (lines.position(content.end() - 1)[0] if content else 1,))


def _plain(value: Json) -> Json:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, datetime | date | time):
        return _rfc3339(value)
    if isinstance(value, float):
        finite = number(value)
        if finite is None:
            raise UnreadableInput(f"JSON has no number for {value}")
        return finite
    if isinstance(value, int) and not -(1 << 63) <= value < 1 << 63:
        raise UnreadableInput(f"{hex(value)[:40]} is beyond 64 bits")
    return value


def _rfc3339(value: datetime | date | time) -> str:
    if isinstance(value, time):
        return f"0000-01-01T{_clock(value)}Z"
    if not isinstance(value, datetime):
        return f"{value.isoformat()}T00:00:00Z"
    zone = value.strftime("%z")
    offset = "Z" if zone in ("", "+0000") else f"{zone[:3]}:{zone[3:5]}"
    return f"{value.date().isoformat()}T{_clock(value.time())}{offset}"


def _clock(value: time) -> str:
    fraction = f".{value.microsecond:06}".rstrip("0").rstrip(".")
    return f"{value:%H:%M:%S}{fraction}"
