"""Whether a rule holds: who signed what a rule asks for, and what it says."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from gatekeeper.errors import VerificationFailure
from gatekeeper.formats import globs, predicates
from gatekeeper.formats.predicates.summary import FAILED, PASSED, Summary
from gatekeeper.verification.subjects.base import Subject
from gatekeeper.verification.trust import builds, checking, identities
from gatekeeper.verification.trust.contents import PROVENANCES, SUMMARIES, TEST_RESULT, provenance, verification_summary
from gatekeeper.verification.trust.counting import CLOCK_SKEW, Counted
from gatekeeper.verification.trust.model import AgeBy, Document, Rule, Signer

# Whose statements make an artifact or judge it: they cannot approve it as well.
_AUTHORSHIP = (*PROVENANCES, *SUMMARIES, predicates.DECISION)
# In the order in which they are checked: what fails late was nearly right.
STEPS = (
    "predicate type",
    "signer",
    "author",
    "statement",
    "time",
    "builder",
    "parameters",
    "source",
    "verifier",
    "stage",
    "resource",
    "result",
    "newer summary",
    "policies",
    "levels",
    "age",
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a rule made of the statements: those that satisfy it, with the signer as whom each counts, and the others.

    ``failure`` is None where the rule holds.
    """

    rule: Rule
    satisfying: tuple[tuple[Counted, Signer], ...]
    others: tuple[tuple[Counted, VerificationFailure], ...]
    failure: VerificationFailure | None = None


def applies(rule: Rule, subject: Subject) -> bool:
    """Whether a rule is about a subject."""
    return any(globs.matches(glob, text) for glob in rule.subject for text in (subject.uri, subject.name))


def judge_rule(rule: Rule, counted: Sequence[Counted], document: Document, clock: datetime.datetime) -> Outcome:
    """What the rule makes of all statements that count."""
    satisfying: list[tuple[Counted, Signer]] = []
    others: list[tuple[Counted, VerificationFailure]] = []
    authors = _authors(rule, counted)
    fallen = _latest(_failed_summaries(rule, counted, document))
    for one in counted:
        try:
            signer = _signer(rule, one, document, authors)
            _check_contents(rule, one, document, clock, fallen)
            _check_age(rule, one, clock)
        except VerificationFailure as failure:
            others.append((one, failure))
        else:
            satisfying.append((one, signer))
    persons = {signer.who for _, signer in satisfying}
    too_few = len(persons) < rule.threshold
    unmet = _unmet(rule, sorted(persons), [failure for _, failure in others]) if too_few else None
    return Outcome(rule, tuple(satisfying), tuple(others), unmet)


def stated_time(one: Counted) -> datetime.datetime | None:
    """When a verifier says that it verified; None for other statements."""
    summary = verification_summary(one.statement) if one.statement else None
    return summary.time_verified if summary else None


def _unmet(rule: Rule, persons: Sequence[str], failures: Sequence[VerificationFailure]) -> VerificationFailure:
    nearest = max(failures, key=lambda failure: STEPS.index(failure.step), default=None)
    if nearest is not None and nearest.step == STEPS[0]:
        nearest = None
    if persons:
        return VerificationFailure(
            f"{rule.name}: too few persons have signed" + (f"; {nearest.message}" if nearest else ""),
            expected=f"{rule.threshold} distinct persons{f' in the role {rule.role}' if rule.role else ''}",
            found=", ".join(persons),
            hint=nearest.hint if nearest else "get another person to sign",
            step="threshold",
        )
    if nearest is not None:
        return VerificationFailure(
            f"{rule.name}: {nearest.message}",
            expected=nearest.expected,
            found=nearest.found,
            hint=nearest.hint,
            step=nearest.step,
        )
    return VerificationFailure(
        f"{rule.name}: nothing of this kind that counts",
        expected=f"a statement {' or '.join(rule.predicate)} signed by {', '.join(rule.signers) or rule.role}",
        found="none",
        step=STEPS[0],
    )


def _signer(rule: Rule, one: Counted, document: Document, authors: Collection[str]) -> Signer:
    """As whom it counts: the first in the order of the file, so that one signature is never two persons."""
    if one.predicate_type not in rule.predicate:
        raise VerificationFailure(
            "of another kind", expected=" or ".join(rule.predicate), found=one.predicate_type, step="predicate type"
        )
    names = {signer.name for signer in one.signers}
    allowed = [signer for signer in checking.members(rule, document.signer) if signer.name in names]
    if not allowed:
        raise VerificationFailure(
            "signed by somebody who may not",
            expected=", ".join(rule.signers) or f"the role {rule.role}",
            found=", ".join(sorted(names)),
            step="signer",
        )
    if rule.role and any(signer.who in authors for signer in one.signers):
        raise VerificationFailure(
            "the author does not count as approver",
            expected="a person who neither built nor judged it",
            found=allowed[0].who,
            hint="get another person to sign",
            step="author",
        )
    return allowed[0]


def _authors(rule: Rule, counted: Sequence[Counted]) -> set[str]:
    kinds = [kind for kind in _AUTHORSHIP if kind not in rule.predicate]
    return {signer.who for one in counted if one.predicate_type in kinds for signer in one.signers}


def _check_contents(
    rule: Rule, one: Counted, document: Document, clock: datetime.datetime, fallen: Sequence[Counted]
) -> None:
    build = provenance(one.statement) if one.statement else None
    known = None
    if build is not None:
        names = [signer.name for signer in one.signers]
        known = builds.level(document.builder, names, build.builder_id)
        builds.check_build(rule, build, one.claims, known)
    builds.check_source(rule, builds.verified_source(build, one.claims, known is not None))
    summary = verification_summary(one.statement) if one.statement else None
    if summary is not None:
        _check_pair(rule, summary)
        if summary.time_verified is not None and summary.time_verified > clock + CLOCK_SKEW:
            _refuse("time", "from the future", f"not later than {clock.isoformat()}", summary.time_verified.isoformat())
        _check_result(rule, summary.result)
        _check_newer(one, fallen)
        _check_policies(rule, summary)
    elif one.statement is not None and one.predicate_type == TEST_RESULT:
        _check_result(rule, str(one.statement.predicate.get("result", "")))


def _check_pair(rule: Rule, summary: Summary) -> None:
    if rule.verifier not in ("*", summary.verifier_id):
        _refuse("verifier", "another verifier", rule.verifier, summary.verifier_id)
    stage = summary.policy.uri.rpartition("#")[2] if "#" in summary.policy.uri else ""
    if rule.stage and rule.stage != stage:
        _refuse("stage", "passed for another stage", rule.stage, stage or "none", f"gate it for {rule.stage}")
    if rule.resource and not identities.path_matches(rule.resource, summary.resource_uri):
        _refuse("resource", "about another resource", rule.resource, summary.resource_uri or "none")


def _check_policies(rule: Rule, summary: Summary) -> None:
    wanted, digest = rule.policies.removeprefix("sha256:"), summary.policy.digests.get("sha256", "")
    if wanted and wanted != digest:
        _refuse(
            "policies", "judged by other policies", f"sha256:{wanted}", f"sha256:{digest}" if digest else "no digest"
        )
    missing = [level for level in rule.levels if level not in summary.verified_levels]
    if missing:
        found = ", ".join(summary.verified_levels) or "none"
        _refuse("levels", "not verified at the level", ", ".join(rule.levels), found)


def _check_result(rule: Rule, result: str) -> None:
    accepted = rule.result or (PASSED,)
    if result not in accepted:
        _refuse("result", "did not pass", " or ".join(accepted), result or "none", "mend it and have it verified again")


def _failed_summaries(rule: Rule, counted: Sequence[Counted], document: Document) -> list[Counted]:
    """Summaries of the rule's own pairs of signer and verifier that say FAILED, whatever policies judged."""
    if FAILED in rule.result:
        return []
    found = []
    for one in counted:
        try:
            summary = verification_summary(one.statement) if one.statement else None
            if summary is None or summary.result != FAILED:
                continue
            _signer(rule, one, document, ())
            _check_pair(rule, summary)
        except VerificationFailure:
            continue
        found.append(one)
    return found


def _latest(fallen: Sequence[Counted]) -> list[Counted]:
    """Those that stand for all: the latest by each clock, and one without a trusted time."""
    stated = [(time, one) for one in fallen if (time := stated_time(one)) is not None]
    trusted = [(one.latest, one) for one in fallen if one.latest is not None]
    timeless = [one for one in fallen if one.latest is None]
    newest = [max(times, key=lambda pair: pair[0])[1] for times in (stated, trusted) if times]
    return [*newest, *timeless[:1]]


def _check_newer(one: Counted, fallen: Sequence[Counted]) -> None:
    for failed in fallen:
        if _is_newer(failed, one):
            when = stated_time(failed) or failed.latest
            _refuse(
                "newer summary",
                "a newer summary says FAILED",
                "no summary that failed later",
                f"{failed.attestation.name}{f', {when.isoformat()}' if when else ''}",
                "mend it and have it verified again",
            )


def _is_newer(failed: Counted, passed: Counted) -> bool:
    """Whether it may be. Anybody can add a later timestamp to an old bundle: the verifier's own time counts first."""
    said, other = stated_time(failed), stated_time(passed)
    if said is not None and other is not None:
        return said >= other
    first = min((one.time for one in passed.signed.times), default=None)
    return failed.latest is None or first is None or failed.latest >= first


def _check_age(rule: Rule, one: Counted, clock: datetime.datetime) -> None:
    if not rule.max_age:
        return
    time = one.latest
    if time is None and rule.age_by is AgeBy.SIGNER:
        time = stated_time(one)
    if time is None:
        _refuse("age", "no trusted time, so its age is unknown", f"at most {rule.max_age} old", "no time")
    elif clock - time > checking.age(rule.max_age):
        _refuse(
            "age",
            "too old",
            f"at most {rule.max_age} old at {clock.isoformat()}",
            f"{time.isoformat()}, {(clock - time).days} days ago",
            "have it verified and signed again",
        )


def _refuse(step: str, message: str, expected: str, found: str, hint: str = "") -> None:
    raise VerificationFailure(message, expected=expected, found=found, hint=hint, step=step)
