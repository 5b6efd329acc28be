"""How old something may be, as people write it."""

from __future__ import annotations

import datetime
import re

_AGE = re.compile(r"(0|[1-9][0-9]{0,6})([dhm])\Z")
_UNITS = {"d": "days", "h": "hours", "m": "minutes"}


def age(text: str) -> datetime.timedelta:
    """A duration like 30d, 12h, 90m.

    Raises:
        ValueError: it is none.
    """
    match = _AGE.match(text)
    try:
        if match is None:
            raise ValueError
        return datetime.timedelta(**{_UNITS[match[2]]: int(match[1])})
    except (ValueError, OverflowError):
        raise ValueError(f"{text!r:.40} is no age; write 30d, 12h or 90m") from None


def shown(age: datetime.timedelta) -> str:
    """The same the other way round, in the largest unit that it is a multiple of."""
    for letter, unit in _UNITS.items():
        number, rest = divmod(age, datetime.timedelta(**{unit: 1}))
        if not rest:
            return f"{number}{letter}"
    return f"{age // datetime.timedelta(minutes=1)}m"
