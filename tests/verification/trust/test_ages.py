from __future__ import annotations

import datetime

import pytest

from gatekeeper.verification.trust.ages import age, shown


@pytest.mark.parametrize(
    ("text", "minutes"), [("30d", 43200), ("12h", 720), ("90m", 90), ("0m", 0), ("9999999d", 9999999 * 1440)]
)
def test_days_hours_and_minutes(text: str, minutes: int) -> None:
    assert age(text) == datetime.timedelta(minutes=minutes)


@pytest.mark.parametrize(
    "text", ["", "30", "d", "-1d", "1.5h", "030d", "30D", "30d\n", "\u0663d", "9999999999d", "1" * 11 + "m"]
)
def test_what_is_no_age(text: str) -> None:
    with pytest.raises(ValueError, match="is no age; write 30d, 12h or 90m"):
        age(text)


@pytest.mark.parametrize("text", ["30d", "12h", "90m", "1d", "0d", "25h", "9999999d"])
def test_they_are_shown_as_they_are_written(text: str) -> None:
    assert shown(age(text)) == text
    assert shown(age("1440m")) == "1d"
