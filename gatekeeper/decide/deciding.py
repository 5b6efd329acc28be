"""From findings to a decision: a pure function of its arguments."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gatekeeper.decide import adjustments, effective, outlook
from gatekeeper.decide import waivers as waiving
from gatekeeper.decide.judging import Docket, Outcome
from gatekeeper.model.decision import Ruling, Verdict
from gatekeeper.model.finding import Effect, Failure, Finding, JudgedFinding, KnownFinding, Rule, Stage, Waiver
from gatekeeper.model.place import Location
from gatekeeper.model.settings import Settings

_EFFECTS = tuple(Effect)  # the worst first


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
    baseline: Sequence[KnownFinding] = (),
    base: Sequence[KnownFinding] = (),
) -> Decided:
    """Judge each finding by severity, waivers, what was there before, settings and dates, and add up.

    ERROR where something failed or a finding of severity ``error`` stands; FAIL where a finding reaches
    ``settings.gate.fail_on``; WARN where milder ones stand; else PASS. ``clock`` is aware of its time zone.
    ``baseline`` and ``base`` (what stands in the base of the change) are matched by fingerprint and count.
    """
    today = clock.astimezone(datetime.UTC).date()
    over = Counter(finding.rule for finding in findings if effective.ended(rules[finding.rule], today))
    docket = Docket(
        sorted((finding for finding in findings if finding.rule not in over), key=_order),
        rules=rules,
        waivers=waivers,
        settings=settings,
        stage=stage,
        baseline=baseline,
        base=base,
    )
    outcomes = docket.on(today)
    judged = sorted(_judged(docket, outcomes), key=lambda finding: _EFFECTS.index(finding.effect))
    used = {outcome.waiver for outcome in outcomes}
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
        tuple(waiver for n, waiver in enumerate(waivers) if n in used or waiving.expired(waiver, today)),
        (
            *outlook.announcements(docket, today, settings.waivers.announce_days),
            *outlook.starting_to_fail(docket, today),
            *docket.overruled(),
            *adjustments.idle(settings.adjust, rules.values()),
            *(
                f"{rule} ended on {rules[rule].until}: {over[rule]} of its findings do not count"
                for rule in sorted(over)
            ),
        ),
    )


def _judged(docket: Docket, outcomes: Sequence[Outcome]) -> list[JudgedFinding]:
    return [
        JudgedFinding(
            rule=case.finding.rule,
            title=case.rule.title,
            severity=case.finding.severity,
            effect=outcome.effect,
            status=outcome.status,
            message=case.finding.message,
            subject=case.finding.subject,
            remediation=case.finding.remediation or case.rule.remediation,
            fingerprint=case.fingerprint,
            at=case.finding.at,
            location=Location(case.finding.at.path),
            waiver=None if outcome.waiver is None else docket.waivers[outcome.waiver],
            note=outcome.note,
        )
        for case, outcome in zip(docket.cases, outcomes, strict=True)
    ]


def _verdict(effects: Sequence[Effect], failures: Sequence[Failure]) -> Verdict:
    if failures or Effect.ERROR in effects:
        return Verdict.ERROR
    if Effect.FAIL in effects:
        return Verdict.FAIL
    return Verdict.WARN if Effect.WARN in effects else Verdict.PASS


def _order(finding: Finding) -> tuple[object, ...]:
    keys = tuple((isinstance(key, str), str(key).zfill(9) if isinstance(key, int) else key) for key in finding.at.keys)
    span = finding.at.span
    where = (span.line, span.column, span.end_line, span.end_column) if span else (0, 0, 0, 0)
    place = (finding.at.path, finding.at.document, where, keys)
    return (finding.severity.rank, finding.rule, *place, finding.subject, finding.message, finding.remediation)
