"""Rules with dates, and what the gate says about the days to come."""

from __future__ import annotations

import datetime

from gatekeeper.model.decision import Verdict
from gatekeeper.model.finding import Effect, FindingStatus, Severity
from gatekeeper.model.settings import AdjustedEffect, Adjustment
from tests.decide.cases import NOON, decided, finding, rule, waiver

LATER = rule(effective_on="2026-12-21")


def test_a_rule_that_is_not_yet_effective_warns_and_says_when_it_fails() -> None:
    result = decided(finding(), rules=[LATER])
    [one] = result.findings
    assert (one.effect, one.status) == (Effect.WARN, FindingStatus.PENDING)
    assert one.note == "it warns until 2026-12-21, from when it fails"
    assert result.ruling.verdict is Verdict.WARN


def test_from_its_day_on_it_fails() -> None:
    day = datetime.datetime(2026, 12, 21, tzinfo=datetime.UTC)
    assert decided(finding(), rules=[LATER], clock=day).ruling.verdict is Verdict.FAIL
    almost = day - datetime.timedelta(seconds=1)
    assert decided(finding(), rules=[LATER], clock=almost).ruling.verdict is Verdict.WARN


def test_the_decision_tells_how_many_findings_will_start_to_fail() -> None:
    findings = [finding(subject=f"x{number}") for number in range(4)] + [finding(Severity.LOW)]
    assert decided(*findings, rules=[LATER]).notes == ("in 30 days (2026-12-21) 4 findings will start to fail",)


def test_waivers_that_expire_and_rules_that_begin_are_told_day_by_day() -> None:
    findings = [finding(), finding(rule="GK-Y-001", path="w.tf")]
    notes = decided(*findings, rules=[LATER], waivers=[waiver("2026-12-31", rule="GK-Y-*", path="w.tf")]).notes
    assert notes == (
        "in 30 days (2026-12-21) 1 finding will start to fail",
        "in 41 days (2027-01-01) 1 finding will start to fail",
    )


def test_what_is_excused_otherwise_does_not_start_to_fail() -> None:
    off = Adjustment(AdjustedEffect.OFF, "not ours", by="organisation")
    assert decided(finding(), rules=[LATER], adjust=[off]).notes == ()


def test_days_far_ahead_are_not_told() -> None:
    assert decided(finding(), rules=[rule(effective_on="2027-12-21")]).notes == ()


def test_a_waiver_for_ever_is_no_trouble() -> None:
    assert decided(finding(), waivers=[waiver("9999-12-31")]).ruling.verdict is Verdict.PASS


def test_after_its_last_day_a_rule_does_not_count_and_that_is_told() -> None:
    ended = rule(until="2026-11-20")
    result = decided(finding(), finding(subject="other"), rules=[ended])
    assert (result.findings, result.ruling.verdict) == ((), Verdict.PASS)
    assert result.notes == ("GK-X-001 ended on 2026-11-20: 2 of its findings do not count",)
    assert decided(finding(), rules=[rule(until="2026-11-21")], clock=NOON).ruling.verdict is Verdict.FAIL


def test_dates_that_are_none_do_not_soften() -> None:
    assert decided(finding(), rules=[rule(effective_on="soon", until="2026-02-30")]).ruling.verdict is Verdict.FAIL
