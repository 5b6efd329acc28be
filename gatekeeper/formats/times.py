"""Times in texts (RFC 3339)."""

from __future__ import annotations

import datetime


def in_utc(time: datetime.datetime) -> str:
    """A time with its zone, in UTC: ``2026-01-31T12:00:00Z``.

    Raises:
        OverflowError: in UTC it would be beyond all calendars.
    """
    return time.astimezone(datetime.UTC).isoformat().replace("+00:00", "Z")
