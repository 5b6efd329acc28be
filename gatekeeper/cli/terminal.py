"""What commands share: the clock, colours, progress."""

from __future__ import annotations

import datetime
import os
import sys

import click

EARLIEST_YEAR = 1970
LATEST_YEAR = 9998


class TimeType(click.ParamType[datetime.datetime]):
    """An RFC 3339 time, or a date (its midnight in UTC)."""

    name = "time"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime.datetime:
        """An aware time."""
        if isinstance(value, datetime.datetime):
            return value
        try:
            time = datetime.datetime.fromisoformat(str(value))
            time = time.astimezone(datetime.UTC) if time.tzinfo else time.replace(tzinfo=datetime.UTC)
            # A year of fewer than four digits has no RFC 3339 form, and no decision is that old.
            # What is added to a time, such as the tolerance of clocks, must have a year, too.
            if not EARLIEST_YEAR <= time.year <= LATEST_YEAR:
                raise ValueError(value)
        except (OverflowError, ValueError):
            self.fail(f"{value!r} is no time; write 2026-11-21 or 2026-11-21T09:30:00Z", param, ctx)
        return time


def now() -> datetime.datetime:
    """The clock, for those who were not given another one."""
    return datetime.datetime.now(datetime.UTC)


def wants_colour() -> bool:
    """Whether stdout should be coloured: NO_COLOR and FORCE_COLOR decide before the terminal does."""
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or (sys.stdout.isatty() and os.environ.get("TERM") != "dumb")


def write_out(text: str) -> None:
    """Data on stdout as it is: in UTF-8 where it goes to a program, as the terminal has it where it goes to one."""
    click.echo(text if sys.stdout.isatty() else text.encode(), nl=False, color=True)


class StatusLine:
    """Progress of long stages: one line on stderr, on a terminal only, gone at the end."""

    def __init__(self, quiet: bool) -> None:
        self._shown = sys.stderr.isatty() and not quiet
        self._last = ""

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Show what is going on."""
        line = f"{stage} {done}/{total}" if total else stage
        if self._shown and line != self._last:
            self._last = line
            sys.stderr.write(f"\r\x1b[K{line} ...")
            sys.stderr.flush()

    def clear(self) -> None:
        """Leave nothing behind."""
        if self._shown and self._last:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
