"""Times in texts."""

from __future__ import annotations

import datetime

import pytest

from gatekeeper.formats.times import in_utc


def test_another_zone() -> None:
    zone = datetime.timezone(datetime.timedelta(hours=2))
    assert in_utc(datetime.datetime(2026, 1, 31, 1, 0, 0, 250000, zone)) == "2026-01-30T23:00:00.250000Z"
    assert in_utc(datetime.datetime(2026, 1, 31, 12, tzinfo=datetime.UTC)) == "2026-01-31T12:00:00Z"


def test_beyond_all_calendars() -> None:
    zone = datetime.timezone(datetime.timedelta(hours=2))
    with pytest.raises(OverflowError):
        in_utc(datetime.datetime(1, 1, 1, tzinfo=zone))
