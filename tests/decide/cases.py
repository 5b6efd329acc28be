"""Findings, rules and waivers to decide about."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from gatekeeper.decide.deciding import Decided, decide
from gatekeeper.model.finding import Failure, Finding, KnownFinding, Rule, Severity, Stage, Waiver
from gatekeeper.model.place import Key, Place
from gatekeeper.model.settings import Adjustment, GateSettings, Settings

NOON = datetime.datetime(2026, 11, 21, 12, tzinfo=datetime.UTC)


def rule(identifier: str = "GK-X-001", *, domain: str = "api", effective_on: str = "", until: str = "") -> Rule:
    package = f"gatekeeper.rules.{domain}.x"
    stages = (Stage.CHANGE,)
    return Rule(
        identifier,
        package,
        "x.rego",
        "Title",
        "Why",
        Severity.HIGH,
        "Mend it",
        stages,
        effective_on=effective_on,
        until=until,
    )


def finding(
    severity: Severity = Severity.HIGH,
    path: str = "a/b.tf",
    subject: str = "aws_x.y",
    message: str = "It is wrong",
    rule: str = "GK-X-001",
    keys: tuple[Key, ...] = ("resource", 0, "acl"),
) -> Finding:
    return Finding(rule, severity, message, subject, Place(path, 0, keys))


def waiver(expires: str = "2026-12-31", rule: str = "GK-X-*", **match: str) -> Waiver:
    return Waiver(rule, "the team", "a reason", expires, **(match or {"path": "a/**"}))


def decided(
    *findings: Finding,
    failures: Sequence[Failure] = (),
    waivers: Sequence[Waiver] = (),
    fail_on: Severity = Severity.MEDIUM,
    clock: datetime.datetime = NOON,
    rules: Sequence[Rule] = (),
    adjust: Sequence[Adjustment] = (),
    stage: Stage = Stage.CHANGE,
    baseline: Sequence[KnownFinding] = (),
    base: Sequence[KnownFinding] = (),
) -> Decided:
    """What is decided; rules that nobody describes are ordinary ones."""
    described = {one.rule: rule(one.rule) for one in findings} | {one.id: one for one in rules}
    return decide(
        findings,
        failures,
        rules=described,
        waivers=waivers,
        settings=Settings(gate=GateSettings(fail_on), adjust=tuple(adjust)),
        stage=stage,
        clock=clock,
        baseline=baseline,
        base=base,
    )
