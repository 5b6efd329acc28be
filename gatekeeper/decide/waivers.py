"""Which waiver exempts a finding."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence

from gatekeeper.formats import globs
from gatekeeper.model.finding import Finding, Waiver

DATE = re.compile(r"\d{4}-\d{2}-\d{2}\Z")


def matching(waivers: Sequence[Waiver], finding: Finding, fingerprint: str, today: datetime.date) -> Waiver | None:
    """The waiver that covers the finding: one in force if there is one, else an expired one, else None."""
    covering = [waiver for waiver in waivers if _covers(waiver, finding, fingerprint)]
    covering.sort(key=lambda waiver: expired(waiver, today))
    return covering[0] if covering else None


def expiry(waiver: Waiver) -> datetime.date | None:
    """Its last day, None where that is malformed."""
    if not DATE.match(waiver.expires):
        return None
    try:
        return datetime.date.fromisoformat(waiver.expires)
    except ValueError:
        return None


def expired(waiver: Waiver, today: datetime.date) -> bool:
    """Whether its time is over; a malformed date counts as over."""
    last = expiry(waiver)
    return last is None or today > last


def _covers(waiver: Waiver, finding: Finding, fingerprint: str) -> bool:
    return (
        globs.segment_matches(waiver.rule, finding.rule)
        and (not waiver.path or globs.matches(waiver.path, finding.at.path))
        and (not waiver.subject or globs.segment_matches(waiver.subject, finding.subject))
        and (not waiver.fingerprint or waiver.fingerprint == fingerprint)
    )
