from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run

NEW_YEAR = ("--at", "2027-01-01")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "compose.yaml").write_text("services:\n  web:\n    image: nginx\n")
    (tmp_path / "gatekeeper.waivers.toml").write_text(
        """
[[waiver]]
rule = "GK-INF-007"
subject = "web"
owner = "platform team"
reason = "the registry moves"
expires = 2027-01-31
ticket = "OPS-12"

[[waiver]]
rule = "GK-API-001"
path = "gone/**"
owner = "nobody"
reason = "forgotten"
expires = 2027-12-31
"""
    )
    return tmp_path


def test_the_list_says_who_why_and_until_when(run: Run, project: Path) -> None:
    ended = run("waivers", "list", project)
    assert ended.code == 0
    assert ended.out.splitlines() == [
        "2027-01-31 GK-INF-007 subject web",
        "    platform team: the registry moves (OPS-12)",
        "2027-12-31 GK-API-001 path gone/**",
        "    nobody: forgotten",
        "2 waivers",
    ]


def test_what_expires_soon_is_announced(run: Run, project: Path) -> None:
    ended = run("waivers", "check", project, *NEW_YEAR)
    assert ended.code == 0
    assert "platform team" in ended.out
    assert "expires on 2027-01-31, in 30 days" in ended.out
    assert ended.out.splitlines()[-1] == "2 waivers: 0 expired, 1 within 30 days"
    assert "0 within 7 days" in run("waivers", "check", project, "--within", "7", *NEW_YEAR).out


def test_what_has_expired_ends_with_1(run: Run, project: Path) -> None:
    ended = run("waivers", "check", project / "gatekeeper.waivers.toml", "--at", "2027-02-01")
    assert ended.code == 1
    assert "expired on 2027-01-31" in ended.out


def test_a_gate_run_tells_which_match_nothing(run: Run, project: Path) -> None:
    ended = run("waivers", "check", project, "--path", project, *NEW_YEAR)
    assert ended.code == 0
    assert [line for line in ended.out.splitlines() if "matches nothing" in line] == [
        "the waiver of nobody for GK-API-001 (repository: gatekeeper.waivers.toml) matches nothing: it can go"
    ]


def test_no_waivers_are_no_problem_a_malformed_file_is(run: Run, tmp_path: Path) -> None:
    assert run("waivers", "check", tmp_path).out == "0 waivers: 0 expired, 0 within 30 days\n"
    (tmp_path / "gatekeeper.waivers.toml").write_text("[[waiver]]\n")
    assert run("waivers", "check", tmp_path).code == 2
