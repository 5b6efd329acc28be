"""Which waiver exempts a finding, and how long it lasts."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum

from gatekeeper.decide.effective import day
from gatekeeper.formats import globs
from gatekeeper.model.finding import Finding, JudgedFinding, Waiver


class WaiverState(StrEnum):
    """How a waiver stands on a day."""

    VALID = "valid"
    EXPIRING = "expiring"
    EXPIRED = "expired"
    MALFORMED = "malformed"  # its last day is no date: it counts as expired


def expiry(waiver: Waiver) -> datetime.date | None:
    """Its last day, None where that is malformed."""
    return day(waiver.expires)


def expired(waiver: Waiver, today: datetime.date) -> bool:
    """Whether its time is over; a malformed date counts as over."""
    last = expiry(waiver)
    return last is None or today > last


def state(waiver: Waiver, today: datetime.date, within: int) -> WaiverState:
    """How it stands; ``EXPIRING`` where its last day is at most ``within`` days ahead."""
    last = expiry(waiver)
    if last is None:
        return WaiverState.MALFORMED
    if today > last:
        return WaiverState.EXPIRED
    return WaiverState.EXPIRING if (last - today).days <= within else WaiverState.VALID


def covers(waiver: Waiver, finding: Finding | JudgedFinding, fingerprint: str) -> bool:
    """Whether it is about this finding, whatever its date."""
    return _reaches(waiver, finding.rule, finding.at.path) and _names(waiver, finding.subject, fingerprint)


def covering(waivers: Sequence[Waiver], findings: Iterable[tuple[Finding, str]]) -> Iterator[tuple[int, ...]]:
    """For each finding, which comes with its fingerprint, indexes of the waivers that are about it."""
    reaching: dict[tuple[str, str], list[int]] = {}
    for finding, fingerprint in findings:
        key = finding.rule, finding.at.path
        if key not in reaching:
            reaching[key] = [number for number, waiver in enumerate(waivers) if _reaches(waiver, *key)]
        yield tuple(number for number in reaching[key] if _names(waivers[number], finding.subject, fingerprint))


def assign(
    waivers: Sequence[Waiver], covering: Sequence[Sequence[int]], order: Iterable[int], today: datetime.date
) -> list[int | None]:
    """For each finding the index of its waiver: one in force if there is one, else an expired one, else None.

    ``covering`` are, for each finding, indexes of the waivers that are about it; ``order`` says which finding chooses
    first. A waiver with a fingerprint is for one finding, for others may have the same: who waives two writes two.
    """
    # Those for one finding come behind the others: another finding may have no other.
    rank = [(expired(waiver, today), waiver.fingerprint != "", index) for index, waiver in enumerate(waivers)]
    spent: set[int] = set()
    result: list[int | None] = [None] * len(covering)
    for number in order:
        free = (rank[index] for index in covering[number] if index not in spent)
        if (best := min(free, default=None)) is not None:
            result[number] = best[2]
            if waivers[best[2]].fingerprint:
                spent.add(best[2])
    return result


def _reaches(waiver: Waiver, rule: str, path: str) -> bool:
    return globs.segment_matches(waiver.rule, rule) and (not waiver.path or globs.matches(waiver.path, path))


def _names(waiver: Waiver, subject: str, fingerprint: str) -> bool:
    return (not waiver.fingerprint or waiver.fingerprint == fingerprint) and (
        not waiver.subject or globs.segment_matches(waiver.subject, subject)
    )
