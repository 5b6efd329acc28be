"""What settings make of findings, and what they may not."""

from __future__ import annotations

import dataclasses

import pytest

from gatekeeper.model.finding import Effect, FindingStatus, JudgedFinding, Rule, Severity, Stage
from gatekeeper.model.settings import AdjustedEffect, Adjustment
from tests.decide.cases import decided, finding, rule

WARN, FAIL, OFF = AdjustedEffect.WARN, AdjustedEffect.FAIL, AdjustedEffect.OFF


def adjusted(*adjust: Adjustment, severity: Severity = Severity.HIGH, rule: str = "GK-X-001") -> JudgedFinding:
    [one] = decided(finding(severity, rule=rule), adjust=adjust, stage=Stage.CHANGE).findings
    return one


def entry(effect: AdjustedEffect, by: str = "organisation", **match: object) -> Adjustment:
    return dataclasses.replace(Adjustment(effect, "a reason"), by=by, **match)  # type: ignore[arg-type]  # of a test


@pytest.mark.parametrize(
    ("effect", "severity", "expected"),
    [
        (WARN, Severity.HIGH, Effect.WARN),
        (OFF, Severity.HIGH, Effect.NONE),
        (FAIL, Severity.LOW, Effect.FAIL),
        (OFF, Severity.ERROR, Effect.NONE),
    ],
)
def test_the_finding_says_who_adjusted_it_and_why(effect: AdjustedEffect, severity: Severity, expected: Effect) -> None:
    one = adjusted(entry(effect), severity=severity)
    assert (one.effect, one.status) == (expected, FindingStatus.ADJUSTED)
    assert one.note.startswith("the organisation ")
    assert one.note.endswith(": a reason")


def test_the_first_that_fits_counts() -> None:
    assert adjusted(entry(WARN), entry(OFF)).effect is Effect.WARN
    assert adjusted(entry(WARN, rules=("GK-Y-*",)), entry(OFF)).effect is Effect.NONE


def test_one_that_changes_nothing_ends_the_search_and_is_not_told() -> None:
    one = adjusted(entry(FAIL), entry(OFF))
    assert (one.effect, one.status, one.note) == (Effect.FAIL, FindingStatus.NEW, "")


@pytest.mark.parametrize(
    ("match", "fits"),
    [
        ({"rules": ("GK-X-*",)}, True),
        ({"rules": ("GK-Y-*", "GK-X-001")}, True),
        ({"rules": ("GK-Y-*",)}, False),
        ({"domains": ("api",)}, True),
        ({"domains": ("code",)}, False),
        ({"severities": (Severity.HIGH,)}, True),
        ({"severities": (Severity.LOW,)}, False),
        ({"paths": ("a/**",)}, True),
        ({"paths": ("*",)}, False),
        ({"stages": (Stage.CHANGE, Stage.BUILD)}, True),
        ({"stages": (Stage.RELEASE,)}, False),
        ({"domains": ("api",), "paths": ("z/**",)}, False),
    ],
)
def test_all_that_is_named_must_fit(match: dict[str, object], fits: bool) -> None:
    assert (adjusted(entry(OFF, "organisation", **match)).effect is Effect.NONE) is fits


@pytest.mark.parametrize("by", ["repository", "", "repository: gatekeeper.toml"])
@pytest.mark.parametrize("effect", [WARN, OFF, FAIL])
def test_a_repository_does_not_soften_errors(by: str, effect: AdjustedEffect) -> None:
    result = decided(finding(Severity.ERROR), adjust=[entry(effect, by)])
    assert result.findings[0].effect is Effect.ERROR
    assert any("may not soften GK-X-001" in note for note in result.notes)


def test_a_repository_does_not_soften_the_gates_own_rules_but_may_harden_them() -> None:
    assert adjusted(entry(OFF, "repository"), rule="GK-GATE-002", severity=Severity.LOW).effect is Effect.WARN
    assert adjusted(entry(FAIL, "repository"), rule="GK-GATE-002", severity=Severity.LOW).effect is Effect.FAIL
    assert adjusted(entry(OFF, "organisation"), rule="GK-GATE-002", severity=Severity.LOW).effect is Effect.NONE


def test_what_a_repository_may_not_do_leaves_the_next_entry_its_turn() -> None:
    entries = [entry(OFF, "repository"), entry(WARN, "organisation")]
    assert adjusted(*entries, severity=Severity.ERROR).effect is Effect.WARN


@pytest.mark.parametrize(
    ("package", "expected"),
    [
        ("gatekeeper.rules.personal_data.personal_data_in_url", "personal_data"),
        ("main", "main"),
        ("company.terraform.s3", "company"),
        ("gatekeeper.rules", "gatekeeper"),
    ],
)
def test_the_domain_of_a_rule(package: str, expected: str) -> None:
    one: Rule = dataclasses.replace(rule(), package=package)
    assert one.domain == expected


@pytest.mark.parametrize(
    ("match", "told"), [({"rules": ("GK-X-*",)}, 0), ({"rules": ("GK-Z-*",)}, 1), ({"domains": ("apis",)}, 1), ({}, 0)]
)
def test_an_adjustment_for_no_rule_is_told(match: dict[str, tuple[str, ...]], told: int) -> None:
    adjustment = dataclasses.replace(entry(FAIL), **match)  # type: ignore[arg-type]  # of a test
    notes = decided(finding(), rules=[rule()], adjust=[adjustment]).notes
    assert len([note for note in notes if "an adjustment of the organisation is for no rule" in note]) == told
