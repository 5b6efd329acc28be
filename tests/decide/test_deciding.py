from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Sequence

import pytest

from gatekeeper.decide.deciding import Decided, decide
from gatekeeper.decide.fingerprints import fingerprints
from gatekeeper.model.decision import Verdict
from gatekeeper.model.finding import Effect, Failure, Finding, FindingStatus, Rule, Severity, Stage, Waiver
from gatekeeper.model.place import Place, Span
from gatekeeper.model.settings import GateSettings, Settings

NOON = datetime.datetime(2026, 11, 21, 12, tzinfo=datetime.UTC)
RULE = Rule("GK-X-001", "gatekeeper.rules.x", "x.rego", "Title", "Why", Severity.HIGH, "Mend it", (Stage.CHANGE,))


def finding(severity: Severity = Severity.HIGH, path: str = "a/b.tf", subject: str = "aws_x.y") -> Finding:
    return Finding("GK-X-001", severity, "It is wrong", subject, Place(path, 0, ("resource", 0, "acl")))


def waiver(expires: str = "2026-12-31", **match: str) -> Waiver:
    return Waiver("GK-X-*", "the team", "a reason", expires, **(match or {"path": "a/**"}))


def decided(
    *findings: Finding,
    failures: Sequence[Failure] = (),
    waivers: Sequence[Waiver] = (),
    fail_on: Severity = Severity.MEDIUM,
    clock: datetime.datetime = NOON,
) -> Decided:
    settings = Settings(gate=GateSettings(fail_on))
    return decide(
        findings,
        failures,
        rules={"GK-X-001": RULE},
        waivers=waivers,
        settings=settings,
        stage=Stage.CHANGE,
        clock=clock,
    )


@pytest.mark.parametrize(
    ("severities", "failed", "verdict"),
    [
        ([], False, Verdict.PASS),
        ([Severity.LOW], False, Verdict.WARN),
        ([Severity.MEDIUM, Severity.LOW], False, Verdict.FAIL),
        ([Severity.ERROR, Severity.CRITICAL], False, Verdict.ERROR),
        ([], True, Verdict.ERROR),
        ([Severity.HIGH], True, Verdict.ERROR),
    ],
)
def test_the_worst_counts(severities: list[Severity], failed: bool, verdict: Verdict) -> None:
    failures = [Failure("engine", "it stopped")] if failed else []
    assert decided(*map(finding, severities), failures=failures).ruling.verdict is verdict


def test_the_threshold_moves() -> None:
    assert decided(finding(Severity.HIGH), fail_on=Severity.CRITICAL).ruling.verdict is Verdict.WARN
    assert decided(finding(Severity.LOW), fail_on=Severity.LOW).ruling.verdict is Verdict.FAIL


def test_the_worst_come_first_and_waived_ones_last() -> None:
    low, high, waived = finding(Severity.LOW), finding(Severity.HIGH), finding(Severity.CRITICAL, path="a/w.tf")
    order = decided(low, high, waived, waivers=[waiver(path="a/w.tf")]).findings
    assert [one.severity for one in order] == [Severity.HIGH, Severity.LOW, Severity.CRITICAL]


@pytest.mark.parametrize(
    ("match", "covered"),
    [
        ({"path": "a/**"}, True),
        ({"path": "a/*.tf", "subject": "aws_x.*"}, True),
        ({"path": "a/*.tf", "subject": "aws_z.*"}, False),
        ({"path": "*"}, False),
        ({"fingerprint": fingerprints([finding()])[0]}, True),
        ({"fingerprint": "0" * 32}, False),
    ],
)
def test_a_waiver_covers_what_it_matches(match: dict[str, str], covered: bool) -> None:
    [one] = decided(finding(), waivers=[waiver(**match)]).findings
    assert (one.status is FindingStatus.WAIVED) is covered
    assert (one.effect is Effect.NONE) is covered


def test_an_unreadable_file_can_be_waived() -> None:
    assert decided(finding(Severity.ERROR), waivers=[waiver()]).ruling.verdict is Verdict.PASS


@pytest.mark.parametrize("expires", ["2026-11-20", "2026-02-30", "31.12.2026", "some day", "2026-12-31\n"])
def test_an_expired_waiver_is_named_and_does_not_count(expires: str) -> None:
    result = decided(finding(), waivers=[waiver(expires)])
    assert result.ruling.verdict is Verdict.FAIL
    assert result.findings[0].status is FindingStatus.EXPIRED
    assert result.findings[0].waiver is not None
    assert result.notes


def test_a_waiver_holds_on_its_last_day() -> None:
    last_minute = datetime.datetime(2026, 12, 31, 23, 59, tzinfo=datetime.UTC)
    assert decided(finding(), waivers=[waiver()], clock=last_minute).ruling.verdict is Verdict.PASS


def test_a_waiver_in_force_outweighs_an_expired_one() -> None:
    assert decided(finding(), waivers=[waiver("2026-01-01"), waiver()]).ruling.verdict is Verdict.PASS


def test_a_waiver_about_to_expire_is_announced() -> None:
    [note] = decided(finding(), waivers=[waiver("2026-11-28")]).notes
    assert "expires on 2026-11-28, in 7 days" in note


def test_a_waiver_that_matches_nothing_is_told() -> None:
    [note] = decided(waivers=[waiver()]).notes
    assert "matches nothing" in note


def test_the_same_arguments_give_the_same_decision() -> None:
    findings = [finding(subject=f"x{n}") for n in range(20)]
    assert decided(*findings) == decided(*reversed(findings))


def test_a_fingerprint_survives_moved_lines_and_neighbours() -> None:
    there = Finding("R", Severity.LOW, "m", "s", Place("a", 0, ("x", 3, "y"), Span(9, 1, 9, 2)))
    moved = Finding("R", Severity.HIGH, "other words", "s", Place("a", 0, ("x", 4, "y"), Span(12, 1, 12, 2)))
    other = Finding("R", Severity.LOW, "m", "t", Place("a", 0, ("x", 3, "y")))
    assert fingerprints([there]) == fingerprints([moved]) != fingerprints([other])


def test_a_fingerprint_means_one_finding() -> None:
    names = fingerprints([finding(), finding(subject="else"), finding()])
    assert len(set(names)) == 3
    assert names[0] == fingerprints([finding()])[0]


def test_a_waiver_of_one_finding_leaves_the_next_that_looks_the_same() -> None:
    first, second = finding(), dataclasses.replace(finding(), message="It is also wrong")
    [name] = fingerprints([first])
    assert [one.status for one in decided(first, waivers=[waiver(fingerprint=name)]).findings] == ["waived"]
    statuses = [one.status for one in decided(first, second, waivers=[waiver(fingerprint=name)]).findings]
    assert sorted(statuses) == ["new", "waived"]
