"""From findings to a decision: a pure function of its arguments."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gatekeeper.decide import waivers as waiving
from gatekeeper.decide.fingerprints import fingerprints
from gatekeeper.model.decision import Ruling, Verdict
from gatekeeper.model.finding import (
    Effect,
    Failure,
    Finding,
    FindingStatus,
    JudgedFinding,
    Rule,
    Severity,
    Stage,
    Waiver,
)
from gatekeeper.model.place import Location
from gatekeeper.model.settings import Settings


@dataclass(frozen=True, slots=True)
class Decided:
    """The ruling and the findings, the worst first, not yet located."""

    ruling: Ruling
    findings: tuple[JudgedFinding, ...]
    waivers: tuple[Waiver, ...]
    notes: tuple[str, ...]


def decide(
    findings: Sequence[Finding],
    failures: Sequence[Failure],
    *,
    rules: Mapping[str, Rule],
    waivers: Sequence[Waiver],
    settings: Settings,
    stage: Stage,
    clock: datetime.datetime,
) -> Decided:
    """Judge each finding by severity and waivers, and add up.

    ERROR where something failed or a finding of severity ``error`` stands; FAIL where a finding reaches
    ``settings.gate.fail_on``; WARN where milder ones stand; else PASS. ``clock`` is aware of its time zone.
    """
    today = clock.astimezone(datetime.UTC).date()
    findings = sorted(findings, key=_order)
    names = fingerprints(findings)
    judged = [_judge(*pair, rules, waivers, settings, today) for pair in zip(findings, names, strict=True)]
    judged.sort(key=lambda finding: finding.effect is Effect.NONE)
    used = {finding.waiver for finding in judged if finding.waiver}
    effects = [finding.effect for finding in judged]
    ruling = Ruling(
        verdict=_verdict(effects, failures),
        stage=stage,
        time=clock.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        fail_on=settings.gate.fail_on,
        summary={effect.value: effects.count(effect) for effect in Effect},
    )
    return Decided(
        ruling,
        tuple(judged),
        tuple(waiver for waiver in waivers if waiver in used or waiving.expired(waiver, today)),
        _announcements(waivers, used, settings, today),
    )


def _judge(
    finding: Finding,
    name: str,
    rules: Mapping[str, Rule],
    waivers: Sequence[Waiver],
    settings: Settings,
    today: datetime.date,
) -> JudgedFinding:
    waiver = waiving.matching(waivers, finding, name, today)
    status = FindingStatus.NEW
    if waiver is not None:
        status = FindingStatus.EXPIRED if waiving.expired(waiver, today) else FindingStatus.WAIVED
    rule = rules[finding.rule]
    return JudgedFinding(
        rule=finding.rule,
        title=rule.title,
        severity=finding.severity,
        effect=_effect(finding.severity, status, settings.gate.fail_on),
        status=status,
        message=finding.message,
        subject=finding.subject,
        remediation=finding.remediation or rule.remediation,
        fingerprint=name,
        at=finding.at,
        location=Location(finding.at.path),
        waiver=waiver,
    )


def _effect(severity: Severity, status: FindingStatus, fail_on: Severity) -> Effect:
    if status is FindingStatus.WAIVED:
        return Effect.NONE
    if severity is Severity.ERROR:
        return Effect.ERROR
    return Effect.FAIL if severity.rank <= fail_on.rank else Effect.WARN


def _verdict(effects: Sequence[Effect], failures: Sequence[Failure]) -> Verdict:
    if failures or Effect.ERROR in effects:
        return Verdict.ERROR
    if Effect.FAIL in effects:
        return Verdict.FAIL
    return Verdict.WARN if Effect.WARN in effects else Verdict.PASS


def _order(finding: Finding) -> tuple[object, ...]:
    keys = tuple((isinstance(key, str), str(key).zfill(9) if isinstance(key, int) else key) for key in finding.at.keys)
    span = finding.at.span
    place = (finding.at.path, finding.at.document, (span.line, span.column) if span else (0, 0), keys)
    return (finding.severity.rank, finding.rule, *place, finding.subject, finding.message)


def _announcements(
    waivers: Sequence[Waiver], used: set[Waiver], settings: Settings, today: datetime.date
) -> tuple[str, ...]:
    notes = []
    for waiver in waivers:
        last = waiving.expiry(waiver)
        what = f"the waiver of {waiver.owner} for {waiver.rule} ({waiver.origin})"
        if last is None:
            notes.append(f"{what} has no valid date ({waiver.expires!r}): it counts as expired")
        elif today > last:
            notes.append(f"{what} expired on {waiver.expires}")
        elif (last - today).days <= settings.waivers.announce_days:
            notes.append(f"{what} expires on {waiver.expires}, in {(last - today).days} days")
        elif waiver not in used:
            notes.append(f"{what} matches nothing: it can go")
    return tuple(notes)
