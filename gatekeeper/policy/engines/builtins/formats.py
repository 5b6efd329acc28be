"""The ``format`` keyword as OPA's validator reads it, which is not always how JSON Schema does."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable

from gatekeeper.policy.engines.builtins.base import BuiltinError
from gatekeeper.policy.engines.builtins.networks import address_of

_LABEL = r"(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]{0,61}[a-zA-Z0-9])"
_HOSTNAME = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
_UUID = re.compile(r"[a-fA-F0-9]{8}(?:-[a-fA-F0-9]{4}){3}-[a-fA-F0-9]{12}")
_POINTER = r"(?:/(?:[^~/]|~[01])*)*"
_JSON_POINTER = re.compile(_POINTER, re.DOTALL)
_RELATIVE = re.compile(rf"(?:0|[1-9][0-9]*)(?:#|{_POINTER})", re.DOTALL)
_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_TIME = re.compile(r"([0-9]{1,2}):([0-9]{2}):([0-9]{2})(?:[.,][0-9]+)?(?:Z|[+-]([0-9]{2}):([0-9]{2}))?")
_STAMP = re.compile(rf"(?P<date>{_DATE.pattern})T(?P<time>{_TIME.pattern})")


def _date(value: str) -> bool:
    found = _DATE.fullmatch(value)
    if found is None:
        return False
    year, month, day = map(int, found.groups())
    try:
        datetime.date(year or 4, month, day)  # the year 0 is a leap year, but none of Python's
    except ValueError:
        return False
    return True


def _time(value: str) -> bool:
    found = _TIME.fullmatch(value)
    if found is None:
        return False
    hour, minute, second, offset_hour, offset_minute = (int(part or 0) for part in found.groups())
    return hour < 24 and minute < 60 and second < 60 and offset_hour <= 24 and offset_minute <= 60


def _date_time(value: str) -> bool:
    found = _STAMP.fullmatch(value)
    zoned = found is not None and re.search(r"(?:Z|[+-][0-9:]{5})\Z", value) is not None
    stamp = found is not None and zoned and _date(found["date"]) and _time(found["time"])
    return stamp or _date(value) or _time(value)


def _address(mark: str) -> Callable[[str], bool]:
    return lambda value: mark in value and address_of(value) is not None


def _unjudged(name: str) -> Callable[[str], bool]:
    def refuse(value: str) -> bool:
        raise BuiltinError(f"the embedded engine does not judge the format {name!r}: use OPA, or a `pattern`")

    return refuse


FORMATS: dict[str, Callable[[str], bool]] = {
    "date": _date,
    "date-time": _date_time,
    "hostname": lambda value: _HOSTNAME.fullmatch(value) is not None and len(value) < 256,
    "ipv4": _address("."),
    "ipv6": _address(":"),
    "json-pointer": lambda value: _JSON_POINTER.fullmatch(value) is not None,
    "relative-json-pointer": lambda value: _RELATIVE.fullmatch(value) is not None,
    "time": _time,
    "uuid": lambda value: _UUID.fullmatch(value) is not None,
    **{
        name: _unjudged(name)
        for name in ("email", "idn-email", "uri", "uri-reference", "iri", "iri-reference", "uri-template", "regex")
    },
    # Known to JSON Schema, but not to OPA: everything passes.
    **dict.fromkeys(("idn-hostname", "duration"), lambda value: True),
}
