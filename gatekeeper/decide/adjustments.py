"""What the settings make of findings of some rules, domains, severities, paths and stages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from gatekeeper.formats import globs
from gatekeeper.model.finding import Effect, Finding, Rule, Severity, Stage
from gatekeeper.model.settings import AdjustedEffect, Adjustment
from gatekeeper.settings.layers import FLAG, GATES_OWN, ORGANISATION

_EFFECTS = {AdjustedEffect.FAIL: Effect.FAIL, AdjustedEffect.WARN: Effect.WARN, AdjustedEffect.OFF: Effect.NONE}
_STRENGTH = (Effect.NONE, Effect.WARN, Effect.FAIL, Effect.ERROR)


def effect_of(adjustment: Adjustment) -> Effect:
    """What it does to the verdict."""
    return _EFFECTS[adjustment.effect]


def adjusting(
    adjustments: Sequence[Adjustment], finding: Finding, rule: Rule, stage: Stage, effect: Effect
) -> Adjustment | None:
    """The first that fits; ``effect`` is what the finding does without one.

    Only the organisation and the command line may soften what the gate says of itself (GK-GATE-*) and findings of
    severity ``error``: entries of anybody else that would are passed over.
    """
    for adjustment in adjustments:
        if _fits(adjustment, finding, rule, stage) and not _oversteps(adjustment, finding, effect):
            return adjustment
    return None


def overstepping(
    adjustments: Sequence[Adjustment], finding: Finding, rule: Rule, stage: Stage, effect: Effect
) -> Iterator[Adjustment]:
    """Those that fit and are passed over."""
    for adjustment in adjustments:
        if _oversteps(adjustment, finding, effect) and _fits(adjustment, finding, rule, stage):
            yield adjustment


def described(adjustment: Adjustment) -> str:
    """Who adjusts, to what, and why."""
    what = {
        AdjustedEffect.FAIL: "makes it fail",
        AdjustedEffect.WARN: "makes it warn",
        AdjustedEffect.OFF: "switches it off",
    }[adjustment.effect]
    return f"the {adjustment.by or 'repository'} {what}: {adjustment.reason}"


def idle(adjustments: Sequence[Adjustment], rules: Iterable[Rule]) -> Iterator[str]:
    """Notes on adjustments that are for no rule at all: one that was to make findings fail would never do so."""
    known = list(rules)
    for adjustment in adjustments:
        if not any(_is_for(adjustment, rule) for rule in known):
            what = ", ".join((*adjustment.rules, *adjustment.domains))
            yield f"an adjustment of the {adjustment.by or 'repository'} is for no rule: {what} ({adjustment.reason})"


def _is_for(adjustment: Adjustment, rule: Rule) -> bool:
    return (not adjustment.domains or rule.domain in adjustment.domains) and (
        not adjustment.rules or any(globs.segment_matches(glob, rule.id) for glob in adjustment.rules)
    )


def _fits(adjustment: Adjustment, finding: Finding, rule: Rule, stage: Stage) -> bool:
    return (
        (not adjustment.stages or stage in adjustment.stages)
        and (not adjustment.severities or finding.severity in adjustment.severities)
        and _is_for(adjustment, rule)
        and (not adjustment.paths or any(globs.matches(glob, finding.at.path) for glob in adjustment.paths))
    )


def _oversteps(adjustment: Adjustment, finding: Finding, effect: Effect) -> bool:
    if adjustment.by in (ORGANISATION, FLAG):
        return False
    guarded = finding.severity is Severity.ERROR or finding.rule.startswith(GATES_OWN)
    return guarded and _STRENGTH.index(effect_of(adjustment)) < _STRENGTH.index(effect)
