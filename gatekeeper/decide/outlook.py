"""What a reader must know about the days to come."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from gatekeeper.decide import effective
from gatekeeper.decide import waivers as waiving
from gatekeeper.decide.judging import Docket
from gatekeeper.decide.waivers import WaiverState
from gatekeeper.model.finding import Effect, Waiver

AHEAD_DAYS = 90
MAX_DAYS = 5
_REJECTING = (Effect.ERROR, Effect.FAIL)


def announcements(docket: Docket, today: datetime.date, announce_days: int) -> Iterator[str]:
    """Waivers that have expired, are about to, or match nothing."""
    used = {index for case in docket.cases for index in case.covering}
    for index, waiver in enumerate(docket.waivers):
        if (note := announcement(waiver, today, announce_days)) != "":
            yield note
        elif index not in used:
            yield useless(waiver)


def announcement(waiver: Waiver, today: datetime.date, within: int) -> str:
    """What its date has to say, nothing where it lasts for more than ``within`` days."""
    last = waiving.expiry(waiver)
    match waiving.state(waiver, today, within):
        case WaiverState.EXPIRING if last is not None:
            return f"{_named(waiver)} expires on {waiver.expires}, {_in(last, today)}"
        case WaiverState.EXPIRED:
            return f"{_named(waiver)} expired on {waiver.expires}"
        case WaiverState.MALFORMED:
            return f"{_named(waiver)} has no valid date ({waiver.expires!r}): it counts as expired"
        case _:
            return ""


def useless(waiver: Waiver) -> str:
    """What is said of a waiver without a finding."""
    return f"{_named(waiver)} matches nothing: it can go"


def _named(waiver: Waiver) -> str:
    return f"the waiver of {waiver.owner} for {waiver.rule} ({waiver.origin})"


def starting_to_fail(docket: Docket, today: datetime.date) -> Iterator[str]:
    """On which of the next 90 days how many findings of today start to fail, if nobody does anything."""
    before = docket.on(today)
    for day in _days(docket, today):
        after = docket.on(day)
        pairs = zip(before, after, strict=True)
        count = sum(new.effect in _REJECTING and old.effect not in _REJECTING for old, new in pairs)
        if count:
            yield f"{_in(day, today)} ({day}) {count} finding{'s' if count > 1 else ''} will start to fail"
        before = after


def _days(docket: Docket, today: datetime.date) -> list[datetime.date]:
    """The first days on which something about the findings changes."""
    days = {effective.effective_on(case.rule, today) for case in docket.cases}
    for index in {index for case in docket.cases for index in case.covering}:
        last = waiving.expiry(docket.waivers[index])
        if last is not None and today <= last < datetime.date.max:
            days.add(last + datetime.timedelta(days=1))
    return sorted(day for day in days if day is not None and (day - today).days <= AHEAD_DAYS)[:MAX_DAYS]


def _in(day: datetime.date, today: datetime.date) -> str:
    days = (day - today).days
    return f"in {days} day{'' if days == 1 else 's'}"
