"""Verification summaries that say FAILED: they defeat every one of the same rule that is not newer.

Whoever may say PASSED for a rule is believed when they say anything else, too, in whatever version, and if only a part
of it can be understood: what is unclear about a failure makes it wider, never void.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gatekeeper.errors import VerificationFailure
from gatekeeper.formats.predicates.summary import FAILED, Summary
from gatekeeper.verification.trust import checking, identities
from gatekeeper.verification.trust.contents import summary_against, verification_summary
from gatekeeper.verification.trust.counting import Counted
from gatekeeper.verification.trust.model import ANY_VERIFIER, Document, Rule


@dataclass(frozen=True, slots=True)
class Failed:
    """A summary that says FAILED; ``said`` is the verifier's own time, None where it says none that can be read."""

    counted: Counted
    said: datetime.datetime | None


def stated_time(one: Counted) -> datetime.datetime | None:
    """When a verifier says that it verified; None for other statements.

    Raises:
        VerificationFailure: it is malformed.
    """
    summary = verification_summary(one.statement) if one.statement else None
    return summary.time_verified if summary else None


def failures(rule: Rule, counted: Sequence[Counted], document: Document) -> list[Failed]:
    """Those that a summary must be newer than: they stand for all of the rule's own pairs of signer and verifier."""
    return [] if FAILED in rule.result else list(_latest(list(_failed(rule, counted, document))))


def check_pair(rule: Rule, summary: Summary) -> None:
    """See that it is of the rule's verifier, for its stage and about its resource.

    Raises:
        VerificationFailure: it is not.
    """
    # What a failure does not say it does not restrict: it may be of any verifier, and about any stage and resource.
    anything = summary.result == FAILED
    verifier, stage, resource = summary.verifier_id, summary.stage, summary.resource_uri
    if rule.verifier not in (ANY_VERIFIER, verifier) and not (anything and not verifier):
        raise VerificationFailure(
            "another verifier",
            expected=rule.verifier,
            found=verifier,
            hint="a summary counts for the verifier that the rule names; with --key name another one with --verifier",
            step="verifier",
        )
    if rule.stage and rule.stage != stage and not (anything and not stage):
        raise VerificationFailure(
            "passed for another stage",
            expected=rule.stage,
            found=stage or "none",
            hint=f"gate it for {rule.stage}",
            step="stage",
        )
    if rule.resource and not identities.path_matches(rule.resource, resource) and not (anything and not resource):
        raise VerificationFailure(
            "about another resource", expected=rule.resource, found=resource or "none", step="resource"
        )


def check_newer(one: Counted, failed: Sequence[Failed]) -> None:
    """See that none of those that failed may be newer.

    Raises:
        VerificationFailure: one may be.
    """
    for other in failed:
        if _is_newer(other, one):
            when = other.said or other.counted.latest
            raise VerificationFailure(
                "a newer summary says FAILED",
                expected="no summary that failed later",
                found=f"{other.counted.attestation.name}{f', {when.isoformat()}' if when else ''}",
                hint="mend it and have it verified again",
                step="newer summary",
            )


def _failed(rule: Rule, counted: Sequence[Counted], document: Document) -> Iterator[Failed]:
    may = {signer.name for signer in checking.members(rule, document.signer)}
    for one in counted:
        summary = summary_against(one.statement) if one.statement else None
        if summary is None or may.isdisjoint(signer.name for signer in one.signers):
            continue
        try:
            check_pair(rule, summary)
        except VerificationFailure:
            continue
        yield Failed(one, summary.time_verified)


def _latest(failed: Sequence[Failed]) -> Iterator[Failed]:
    """Of those with a time of their own and of those without: the latest by it, by trusted time, one without that."""
    for group in (
        [one for one in failed if one.said is not None],
        [one for one in failed if one.said is None],
    ):
        stated = [(one.said, one) for one in group if one.said is not None]
        trusted = [(one.counted.latest, one) for one in group if one.counted.latest is not None]
        yield from (max(times, key=lambda pair: pair[0])[1] for times in (stated, trusted) if times)
        yield from [one for one in group if one.counted.latest is None][:1]


def _is_newer(failed: Failed, passed: Counted) -> bool:
    """Whether it may be. Anybody can add a later timestamp to an old bundle: the verifier's own time counts first."""
    other = stated_time(passed)
    if failed.said is not None and other is not None:
        return failed.said >= other
    first = min((one.time for one in passed.signed.times), default=None)
    return failed.counted.latest is None or first is None or failed.counted.latest >= first
