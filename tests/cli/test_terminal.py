from __future__ import annotations

import datetime
import sys

import click
import pytest

from gatekeeper.cli.terminal import StatusLine, TimeType, wants_colour
from gatekeeper.cli.verify import AgeType


@pytest.mark.parametrize(
    ("variables", "terminal", "coloured"),
    [
        ({}, True, True),
        ({}, False, False),
        ({"NO_COLOR": "1"}, True, False),
        ({"NO_COLOR": ""}, True, True),
        ({"FORCE_COLOR": "1"}, False, True),
        ({"FORCE_COLOR": ""}, False, False),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, True, False),
        ({"TERM": "dumb"}, True, False),
    ],
)
def test_who_decides_about_colours(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], terminal: bool, coloured: bool
) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: terminal)
    assert wants_colour() is coloured


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2026-11-21", datetime.datetime(2026, 11, 21, tzinfo=datetime.UTC)),
        ("2026-11-21T09:30:00Z", datetime.datetime(2026, 11, 21, 9, 30, tzinfo=datetime.UTC)),
        ("2026-11-21T09:30:00+02:00", datetime.datetime(2026, 11, 21, 7, 30, tzinfo=datetime.UTC)),
    ],
)
def test_times(text: str, time: datetime.datetime) -> None:
    assert TimeType().convert(text, None, None) == time


@pytest.mark.parametrize("text", ["", "now", "2026-02-30", "0099-01-01", "9999-12-31T23:59:59-23:59"])
def test_what_is_no_time(text: str) -> None:
    with pytest.raises(click.BadParameter, match="is no time"):
        TimeType().convert(text, None, None)


@pytest.mark.parametrize(
    ("text", "age"), [("30d", {"days": 30}), ("12h", {"hours": 12}), ("90m", {"minutes": 90}), ("0d", {})]
)
def test_ages(text: str, age: dict[str, int]) -> None:
    assert AgeType().convert(text, None, None) == datetime.timedelta(**age)


@pytest.mark.parametrize("text", ["", "30", "-1d", "1w", "1.5h", "99999999d", "30d\n"])
def test_what_is_no_age(text: str) -> None:
    with pytest.raises(click.BadParameter, match="is no age"):
        AgeType().convert(text, None, None)


def test_progress_is_shown_on_a_terminal_only_and_leaves_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    shown = StatusLine(quiet=False)
    shown("reading", 1, 2)
    shown("reading", 1, 2)
    shown.clear()
    assert capsys.readouterr().err == "\r\x1b[Kreading 1/2 ...\r\x1b[K"
    quiet = StatusLine(quiet=True)
    quiet("reading", 1, 2)
    quiet.clear()
    monkeypatch.setattr(sys.stderr, "isatty", lambda: False)
    elsewhere = StatusLine(quiet=False)
    elsewhere("reading", 1, 2)
    elsewhere.clear()
    assert capsys.readouterr().err == ""
