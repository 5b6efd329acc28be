from __future__ import annotations

import datetime
import random
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.decide.fingerprints import fingerprint
from gatekeeper.decide.known import known_findings
from gatekeeper.model.decision import Verdict
from gatekeeper.model.finding import Effect, Failure, Finding, FindingStatus, Severity, Waiver
from tests.decide.cases import decided, finding, rule, waiver


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
        ({"path": "a/*", "fingerprint": fingerprint(finding())}, True),
        ({"path": "a/*", "fingerprint": "0" * 32}, False),
        ({"path": "b/*", "fingerprint": fingerprint(finding())}, False),
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
    soon, ahead = decided(finding(), waivers=[waiver("2026-11-28")]).notes
    assert "expires on 2026-11-28, in 7 days" in soon
    assert ahead == "in 8 days (2026-11-29) 1 finding will start to fail"


def test_a_waiver_that_matches_nothing_is_told() -> None:
    [note] = decided(waivers=[waiver()]).notes
    assert "matches nothing" in note


def test_the_same_arguments_give_the_same_decision() -> None:
    findings = [finding(subject=f"x{n}") for n in range(20)]
    assert decided(*findings) == decided(*reversed(findings))


def test_a_waiver_with_a_fingerprint_is_for_one_of_the_findings_that_have_it() -> None:
    exactly = waiver(path="a/*", fingerprint=fingerprint(finding()))
    alike = finding(), finding(message="It is also wrong")
    assert [one.status for one in decided(*alike, waivers=[exactly]).findings] == ["new", "waived"]
    assert [one.status for one in decided(*alike, waivers=[exactly, exactly]).findings] == ["waived", "waived"]


def test_an_expired_waiver_of_one_finding_does_not_use_up_one_in_force() -> None:
    name = fingerprint(finding())
    both = [waiver("2026-01-01", path="a/*", fingerprint=name), waiver(path="a/*", fingerprint=name)]
    assert [one.status for one in decided(finding(), waivers=both).findings] == ["waived"]


def test_what_the_baseline_excuses_leaves_its_waiver_to_the_next() -> None:
    exactly = waiver(path="a/*", fingerprint=fingerprint(finding()))
    alike = finding(), finding(message="It is also wrong")
    result = decided(*alike, waivers=[exactly], baseline=known_findings(alike[:1], {"GK-X-001": rule()}))
    assert sorted(one.status for one in result.findings) == ["baseline", "waived"]
    assert result.ruling.verdict is Verdict.PASS


FINDINGS = st.lists(
    st.builds(
        finding,
        severity=st.sampled_from(Severity),
        path=st.sampled_from(["a/b.tf", "c.tf"]),
        subject=st.sampled_from(["x", "y"]),
        message=st.sampled_from(["one", "two"]),
        rule=st.sampled_from(["GK-X-001", "GK-GATE-001"]),
    ),
    max_size=8,
)
WAIVERS = st.lists(
    st.builds(
        waiver,
        expires=st.sampled_from(["2026-01-01", "2026-12-31", "never"]),
        rule=st.sampled_from(["GK-X-001", "GK-*"]),
        path=st.sampled_from(["a/*", "**"]),
        subject=st.sampled_from(["", "x"]),
        fingerprint=st.sampled_from(["", fingerprint(finding(subject="x"))]),
    ),
    max_size=3,
)
RULES = {name: rule(name) for name in ("GK-X-001", "GK-GATE-001")}
BAD = (Effect.NONE, Effect.WARN, Effect.FAIL, Effect.ERROR)


def rejecting(result: object) -> list[int]:
    """How many findings have each effect or a worse one, the worst first."""
    effects = [BAD.index(one.effect) for one in result.findings]  # type: ignore[attr-defined]  # Decided
    return [sum(effect >= least for effect in effects) for least in (3, 2, 1)]


@given(FINDINGS, WAIVERS, st.integers(0, 2))
def test_a_waiver_never_worsens(findings: Sequence[Finding], waivers: Sequence[Waiver], dropped: int) -> None:
    fewer = [one for number, one in enumerate(waivers) if number != dropped]
    with_all, without = rejecting(decided(*findings, waivers=waivers)), rejecting(decided(*findings, waivers=fewer))
    assert all(a <= b for a, b in zip(with_all, without, strict=True))


@given(FINDINGS, FINDINGS, FINDINGS)
def test_what_was_there_before_never_hides_more_than_its_count(
    findings: Sequence[Finding], baseline: Sequence[Finding], base: Sequence[Finding]
) -> None:
    result = decided(
        *findings, baseline=known_findings(baseline, RULES), base=known_findings(base, RULES), rules=[*RULES.values()]
    )
    hidden = [one for one in result.findings if one.status is FindingStatus.BASELINE]
    for name in {one.fingerprint for one in hidden}:
        counts = [
            sum(fingerprint(one) == name for one in there if one.severity is not Severity.ERROR)
            for there in (baseline, base)
        ]
        assert sum(one.fingerprint == name for one in hidden) <= max(counts)
    assert not any(one.severity is Severity.ERROR or one.rule.startswith("GK-GATE") for one in hidden)


@given(FINDINGS, WAIVERS, FINDINGS, st.randoms())
def test_order_does_not_count(
    findings: Sequence[Finding], waivers: Sequence[Waiver], baseline: Sequence[Finding], chance: random.Random
) -> None:
    known = list(known_findings(baseline, RULES))
    shuffled, entries = list(findings), list(known)
    chance.shuffle(shuffled)
    chance.shuffle(entries)
    assert decided(*findings, waivers=waivers, baseline=known) == decided(*shuffled, waivers=waivers, baseline=entries)
