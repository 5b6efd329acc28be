from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from gatekeeper.decide.waivers import WaiverState
from gatekeeper.errors import SettingsError
from gatekeeper.model.finding import Waiver
from gatekeeper.roads.waiving import check, waivers_of
from tests.report.samples import images

NOON = datetime.datetime(2026, 11, 21, 12, tzinfo=datetime.UTC)


def waiver(expires: str, path: str = "k8s/**") -> Waiver:
    return Waiver("GK-INF-*", "the team", "a reason", expires, path, origin="repository")


@pytest.mark.parametrize(
    ("expires", "state", "announcement"),
    [
        ("2026-12-22", WaiverState.VALID, ""),
        ("2026-12-21", WaiverState.EXPIRING, "expires on 2026-12-21, in 30 days"),
        ("2026-11-22", WaiverState.EXPIRING, "expires on 2026-11-22, in 1 day"),
        ("2026-11-21", WaiverState.EXPIRING, "expires on 2026-11-21, in 0 days"),
        ("2026-11-20", WaiverState.EXPIRED, "expired on 2026-11-20"),
        ("2026-02-30", WaiverState.MALFORMED, "has no valid date ('2026-02-30')"),
    ],
)
def test_each_waiver_stands_somewhere(expires: str, state: WaiverState, announcement: str) -> None:
    [standing] = check([waiver(expires)], NOON, 30)
    assert standing.state is state
    assert standing.over is (state in (WaiverState.EXPIRED, WaiverState.MALFORMED))
    assert announcement in "".join(standing.announcements)
    assert bool(standing.announcements) is (state is not WaiverState.VALID)


def test_one_that_matches_nothing_is_told_where_findings_are_at_hand() -> None:
    used, unused = waiver("2027-12-31"), waiver("2027-12-31", path="gone/**")
    standings = check([used, unused], NOON, 30, images(1))
    assert [len(one.announcements) for one in standings] == [0, 1]
    assert "matches nothing: it can go" in standings[1].announcements[0]


def test_a_folder_without_a_file_has_none_a_file_must_be_there(tmp_path: Path) -> None:
    assert waivers_of(tmp_path) == ()
    with pytest.raises(SettingsError):
        waivers_of(tmp_path / "waivers.toml")
