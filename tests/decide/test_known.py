"""Findings that were there before are matched as a multiset, those in the same file first."""

from __future__ import annotations

from gatekeeper.decide.known import Occurrence, Since, counted, known_findings, match
from gatekeeper.model.decision import Verdict
from gatekeeper.model.finding import Effect, KnownFinding, Severity
from tests.decide.cases import decided, finding, rule

RULES = {"GK-X-001": rule()}


def at(path: str, *, name: str = "n", rule: str = "GK-X-001", severity: Severity = Severity.HIGH) -> Occurrence:
    return Occurrence(rule, severity, "s", path, name)


def entry(path: str, count: int = 1) -> KnownFinding:
    return KnownFinding("GK-X-001", path, "s", "n", count)


def test_what_the_baseline_knows_does_not_count_and_what_is_new_does() -> None:
    known = known_findings([finding()], RULES)
    result = decided(finding(), finding(subject="new"), baseline=known)
    assert [(one.subject, one.status, one.effect) for one in result.findings] == [
        ("new", "new", Effect.FAIL),
        ("aws_x.y", "baseline", Effect.NONE),
    ]
    assert result.ruling.summary == {"error": 0, "fail": 1, "warn": 0, "none": 1}
    assert decided(finding(), baseline=known).ruling.verdict is Verdict.PASS


def test_the_base_of_a_change_counts_in_the_same_way_and_says_so() -> None:
    [one] = decided(finding(), base=known_findings([finding()], RULES)).findings
    assert (one.status, one.note) == ("baseline", "it stands in the base of the change already")


def test_one_more_of_the_same_is_new() -> None:
    assert match([at("a"), at("a"), at("a")], [], [entry("a", 2)]) == [Since.BASELINE, Since.BASELINE, None]


def test_the_one_in_another_file_is_the_new_one() -> None:
    assert match([at("a"), at("b")], [], [entry("b")]) == [None, Since.BASELINE]


def test_a_renamed_file_keeps_what_is_known() -> None:
    assert match([at("renamed")], [], [entry("b")]) == [Since.BASELINE]


def test_base_and_baseline_do_not_add_up() -> None:
    assert match([at("a"), at("a")], [entry("a")], [entry("a")]) == [Since.BASE, None]
    assert match([at("p"), at("q")], [entry("q")], [entry("p")]) == [None, Since.BASE]
    assert match([at("p"), at("p"), at("q")], [entry("p")], [entry("p"), entry("q")]) == [
        Since.BASE,
        None,
        Since.BASELINE,
    ]


def test_what_the_gate_could_not_see_is_never_known() -> None:
    blind = [at("a", rule="GK-GATE-002", severity=Severity.LOW), at("a", severity=Severity.ERROR)]
    assert match(blind, [entry("a", 9)], [entry("a", 9)]) == [None, None]
    assert counted(blind) == ()


def test_entries_are_counted_and_sorted() -> None:
    assert counted([at("b"), at("a"), at("b")]) == (entry("a"), entry("b", 2))
