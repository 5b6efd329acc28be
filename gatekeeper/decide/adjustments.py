"""What the settings make of findings of some rules, domains, severities, paths and stages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gatekeeper.formats import globs
from gatekeeper.model.finding import Effect, Finding, Rule, Severity, Stage
from gatekeeper.model.settings import AdjustedEffect, Adjustment
from gatekeeper.settings.layers import FLAG, GATES_OWN, ORGANISATION

_EFFECTS = {AdjustedEffect.FAIL: Effect.FAIL, AdjustedEffect.WARN: Effect.WARN, AdjustedEffect.OFF: Effect.NONE}
_STRENGTH = (Effect.NONE, Effect.WARN, Effect.FAIL, Effect.ERROR)
_LIBRARY = ("gatekeeper", "rules")


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


def domain(rule: Rule) -> str:
    """``api`` of gatekeeper.rules.api.unauthenticated_operation; of other packages the first part."""
    parts = rule.package.split(".")
    return parts[2] if tuple(parts[:2]) == _LIBRARY and len(parts) > 2 else parts[0]


def _fits(adjustment: Adjustment, finding: Finding, rule: Rule, stage: Stage) -> bool:
    return (
        (not adjustment.stages or stage in adjustment.stages)
        and (not adjustment.severities or finding.severity in adjustment.severities)
        and (not adjustment.domains or domain(rule) in adjustment.domains)
        and (not adjustment.rules or any(globs.segment_matches(glob, finding.rule) for glob in adjustment.rules))
        and (not adjustment.paths or any(globs.matches(glob, finding.at.path) for glob in adjustment.paths))
    )


def _oversteps(adjustment: Adjustment, finding: Finding, effect: Effect) -> bool:
    if adjustment.by in (ORGANISATION, FLAG):
        return False
    guarded = finding.severity is Severity.ERROR or finding.rule.startswith(GATES_OWN)
    return guarded and _STRENGTH.index(effect_of(adjustment)) < _STRENGTH.index(effect)
