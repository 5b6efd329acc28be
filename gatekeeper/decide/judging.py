"""What each finding does to the verdict on a day."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gatekeeper.decide import adjustments, effective
from gatekeeper.decide import waivers as waiving
from gatekeeper.decide.known import Since, match, occurrence
from gatekeeper.model.finding import Effect, Finding, FindingStatus, KnownFinding, Rule, Severity, Stage, Waiver
from gatekeeper.model.settings import Settings

_KNOWN = {Since.BASE: "it stands in the base of the change already", Since.BASELINE: "the baseline knows it"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was decided about a finding."""

    effect: Effect
    status: FindingStatus
    waiver: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class _Case:
    """A finding with all about it that does not depend on the day."""

    finding: Finding
    rule: Rule
    fingerprint: str
    since: Since | None
    covering: tuple[int, ...]


class Docket:
    """Findings in a fixed order, to be judged on today or any other day."""

    def __init__(
        self,
        findings: Sequence[Finding],
        *,
        rules: Mapping[str, Rule],
        waivers: Sequence[Waiver],
        settings: Settings,
        stage: Stage,
        baseline: Sequence[KnownFinding],
        base: Sequence[KnownFinding],
    ) -> None:
        occurrences = [occurrence(finding, rules[finding.rule]) for finding in findings]
        self.waivers = tuple(waivers)
        self._settings = settings
        self._stage = stage
        names = [one.fingerprint for one in occurrences]
        covering = waiving.covering(waivers, zip(findings, names, strict=True))
        known = match(occurrences, base, baseline)
        self.cases = tuple(
            _Case(finding, rules[finding.rule], name, since, waived)
            for finding, name, since, waived in zip(findings, names, known, covering, strict=True)
        )
        # What the baseline excuses leaves its waiver to others.
        self._order = sorted(range(len(self.cases)), key=lambda number: self.cases[number].since is not None)

    def on(self, today: datetime.date) -> list[Outcome]:
        """An outcome for each case.

        Who says that a finding counts otherwise, the first of these: a waiver in force, what was there before, the
        settings, the rule's own dates.
        """
        assigned = waiving.assign(self.waivers, [case.covering for case in self.cases], self._order, today)
        return [self._outcome(case, waiver, today) for case, waiver in zip(self.cases, assigned, strict=True)]

    def overruled(self) -> list[str]:
        """What adjustments say of findings that they may not soften, and that they do not count."""
        settings = self._settings
        told = {
            f"the {adjustment.by or 'repository'} may not soften {case.rule.id}: its adjustment ({adjustment.reason})"
            " does not count there"
            for case in self.cases
            for adjustment in adjustments.overstepping(
                settings.adjust, case.finding, case.rule, self._stage, self._own(case)
            )
        }
        return sorted(told)

    def _own(self, case: _Case) -> Effect:
        return _effect(case.finding.severity, self._settings.gate.fail_on)

    def _outcome(self, case: _Case, waiver: int | None, today: datetime.date) -> Outcome:
        expired = waiver is not None and waiving.expired(self.waivers[waiver], today)
        if waiver is not None and not expired:
            return Outcome(Effect.NONE, FindingStatus.WAIVED, waiver)
        if case.since is not None:
            return Outcome(Effect.NONE, FindingStatus.BASELINE, waiver, _KNOWN[case.since])
        own = self._own(case)
        adjustment = adjustments.adjusting(self._settings.adjust, case.finding, case.rule, self._stage, own)
        if adjustment is not None:
            effect, note = adjustments.effect_of(adjustment), adjustments.described(adjustment)
            if effect is not own:
                return Outcome(effect, FindingStatus.ADJUSTED, waiver, note)
        first = effective.effective_on(case.rule, today)
        if adjustment is None and first is not None:
            future = "fails" if own is Effect.FAIL else "counts fully"
            return Outcome(Effect.WARN, FindingStatus.PENDING, waiver, f"it warns until {first}, from when it {future}")
        return Outcome(own, FindingStatus.EXPIRED if expired else FindingStatus.NEW, waiver)


def _effect(severity: Severity, fail_on: Severity) -> Effect:
    if severity is Severity.ERROR:
        return Effect.ERROR
    return Effect.FAIL if severity.rank <= fail_on.rank else Effect.WARN
