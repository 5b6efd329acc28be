"""Waivers: who exempted what until when, and which of them need somebody's attention."""

from __future__ import annotations

import datetime
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from gatekeeper.decide import outlook
from gatekeeper.decide import waivers as waiving
from gatekeeper.decide.waivers import WaiverState
from gatekeeper.model.finding import JudgedFinding, Waiver
from gatekeeper.roads.baselining import refuse_half_a_view
from gatekeeper.roads.gating import GateRequest, gate
from gatekeeper.roads.requests import Progress
from gatekeeper.settings.layers import FLAG, REPOSITORY
from gatekeeper.settings.waivers import FILE_NAME, read_waivers


@dataclass(frozen=True, slots=True)
class Standing:
    """How a waiver stands, and what is to be said about it."""

    waiver: Waiver
    state: WaiverState
    announcements: tuple[str, ...] = ()

    @property
    def over(self) -> bool:
        """Whether it exempts nothing any more."""
        return self.state in (WaiverState.EXPIRED, WaiverState.MALFORMED)

    @property
    def soon(self) -> bool:
        """Whether it is about to expire."""
        return self.state is WaiverState.EXPIRING


def waivers_of(path: Path) -> tuple[Waiver, ...]:
    """The waivers of a file, or of the folder's own file; none where the folder has none.

    Raises:
        SettingsError: the file is missing or malformed.
    """
    if not path.is_dir():
        return read_waivers(path, FLAG)
    own = path / FILE_NAME
    return read_waivers(own, REPOSITORY) if os.path.lexists(own) else ()


def check(
    waivers: Sequence[Waiver],
    clock: datetime.datetime,
    within: int,
    findings: Sequence[JudgedFinding] | None = None,
) -> tuple[Standing, ...]:
    """How each waiver stands at ``clock``: those whose last day is at most ``within`` days ahead are announced.

    ``findings`` are those of a gate run, by which a waiver is known that matches nothing.
    """
    today = clock.astimezone(datetime.UTC).date()
    standings = []
    for waiver in waivers:
        told = [outlook.announcement(waiver, today, within)]
        if findings is not None and not any(waiving.covers(waiver, f, f.fingerprint) for f in findings):
            told.append(outlook.useless(waiver))
        standings.append(Standing(waiver, waiving.state(waiver, today, within), tuple(filter(None, told))))
    return tuple(standings)


def judged(request: GateRequest, progress: Progress) -> tuple[JudgedFinding, ...]:
    """The findings of a gate run.

    Raises:
        Undecidable: something failed, so that findings may be missing.
    """
    decision = gate(request, progress).decision
    refuse_half_a_view(decision)
    return decision.findings
