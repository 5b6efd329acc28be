"""Whether a rule holds: who signed what a rule asks for, and what it says."""

from __future__ import annotations

import datetime
import functools
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from gatekeeper.errors import VerificationFailure
from gatekeeper.formats import globs
from gatekeeper.formats.predicates import TEST_RESULT
from gatekeeper.formats.predicates.summary import PASSED, Summary
from gatekeeper.verification.subjects.base import Subject
from gatekeeper.verification.trust import approvals, builds, checking
from gatekeeper.verification.trust.ages import age
from gatekeeper.verification.trust.contents import provenance, release, verification_summary
from gatekeeper.verification.trust.counting import CLOCK_SKEW, Counted
from gatekeeper.verification.trust.defeats import Failed, check_newer, check_pair, failures, stated_time
from gatekeeper.verification.trust.model import AgeBy, Document, Rule, Signer
from gatekeeper.verification.trust.persons import Signing, distinct, signing

# In the order in which they are checked: what fails late was nearly right.
STEPS = (
    "predicate type",
    "signer",
    "author",
    "statement",
    approvals.STEP,
    "time",
    "builder",
    "source",
    "parameters",
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

    ``failure`` is None where the rule holds. ``signed_as`` is the name that the rule is about, where the subject is not
    called so now.
    """

    rule: Rule
    satisfying: tuple[tuple[Counted, Signer], ...]
    others: tuple[tuple[Counted, VerificationFailure], ...]
    failure: VerificationFailure | None = None
    signed_as: str = ""

    @property
    def age(self) -> str:
        """By whose word what satisfies the rule is not too old, where no trusted time tells it; else ""."""
        timeless = [one for one, _ in self.satisfying if one.latest is None]
        if not (self.rule.max_age and timeless):
            return ""
        times = ", ".join(sorted(f"{time.isoformat()}" for one in timeless if (time := stated_time(one)) is not None))
        return f"no trusted time; that it is at most {self.rule.max_age} old is the signer's word only: {times}"


def applies(rule: Rule, subject: Subject) -> bool:
    """Whether a rule is about a subject as it is called now."""
    return any(globs.matches(glob, text) for glob in rule.subject for text in (subject.uri, subject.name))


def signed_as(rule: Rule, names: Sequence[frozenset[str]]) -> str:
    """The name that a rule is about, of those that were signed or the last part of that it has now; "" for none.

    No rule is left by calling something else or laying it elsewhere.
    """
    return next(filter(None, (_first_about(rule.subject, one) for one in names)), "")


@functools.lru_cache(maxsize=4096)
def _first_about(patterns: tuple[str, ...], names: frozenset[str]) -> str:
    """Statements may name thousands of subjects alike, which are asked for one after another."""
    return next((name for name in sorted(names) for glob in patterns if globs.matches(glob, name)), "")


def judge_rule(rule: Rule, counted: Sequence[Counted], document: Document, clock: datetime.datetime) -> Outcome:
    """What the rule makes of all statements that count; the rules of ``document`` are those about the subject."""
    satisfying: list[tuple[Counted, Signer]] = []
    others: list[tuple[Counted, VerificationFailure]] = []
    by_decision: dict[str, set[Signing]] = {}
    authors, known = approvals.authors(counted, document), approvals.decided(counted, document)
    failed = failures(rule, counted, document)
    for one in counted:
        try:
            signer = _signer(rule, rule.predicate, one, document)
            _check_author(rule, one, signer, authors)
            decision = approvals.approved_decision(rule, one, known)
            _check_contents(rule, one, document, clock, failed)
            _check_age(rule, one, clock)
        except VerificationFailure as failure:
            others.append((one, failure))
        else:
            satisfying.append((one, signer))
            by_decision.setdefault(decision, set()).add(signing(one, signer))
    # Persons who approve of different decisions do not add up; what approves of none counts for each.
    of_any = by_decision.get("", set())
    persons = max((distinct(one | of_any) for one in by_decision.values()), key=len, default=[])
    too_few = len(persons) < rule.threshold
    unmet = _unmet(rule, persons, [failure for _, failure in others]) if too_few else None
    return Outcome(rule, tuple(satisfying), tuple(others), unmet)


def _unmet(rule: Rule, persons: Sequence[str], failures: Sequence[VerificationFailure]) -> VerificationFailure:
    nearest = max(failures, key=lambda failure: STEPS.index(failure.step), default=None)
    if nearest is not None and nearest.step == STEPS[0]:
        nearest = None
    if persons:
        return VerificationFailure(
            f"{rule.name}: too few persons have signed" + (f"; {nearest.message}" if nearest else ""),
            expected=f"{rule.threshold} distinct persons{f' in the role {rule.role}' if rule.role else ''}",
            found=", ".join(persons),
            hint="get another person to sign" + (f"; or {nearest.hint}" if nearest and nearest.hint else ""),
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
        hint="have it signed by one of them; if it is, name where it lies with --attestations",
        step=STEPS[0],
    )


def _signer(rule: Rule, kinds: Collection[str], one: Counted, document: Document) -> Signer:
    """As whom it counts: the first in the order of the file, so that one signature is never two persons."""
    if one.predicate_type not in kinds:
        raise VerificationFailure(
            "of another kind", expected=" or ".join(kinds), found=one.predicate_type, step="predicate type"
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
    return allowed[0]


def _check_author(rule: Rule, one: Counted, counts_as: Signer, authors: approvals.Authors) -> None:
    if approvals.is_approval(rule, one.predicate_type) and authors.include(one):
        _refuse(
            "author",
            "the author does not count as approver",
            "a person who neither built nor judged it, nor may",
            counts_as.who,
            "get another person to sign",
        )


def _check_contents(
    rule: Rule, one: Counted, document: Document, clock: datetime.datetime, failed: Sequence[Failed]
) -> None:
    build = provenance(one.statement) if one.statement else None
    known = None
    if build is not None:
        names = [signer.name for signer in one.signers]
        known = builds.level(document.builder, names, build.builder_id)
    published = release(one.statement) if one.statement else None
    vouched = known is not None or published is not None
    source = builds.verified_source(build or published, one.claims, vouched)
    if build is not None:
        builds.check_builder(rule, build, one.claims, known)
    builds.check_source(rule, source)
    builds.check_ids(rule, published, one.claims)
    if build is not None:
        builds.check_parameters(rule, build, one.claims)
    summary = verification_summary(one.statement) if one.statement else None
    if summary is not None:
        check_pair(rule, summary)
        if summary.time_verified is not None and summary.time_verified > clock + CLOCK_SKEW:
            _refuse("time", "from the future", f"not later than {clock.isoformat()}", summary.time_verified.isoformat())
        _check_result(rule, summary.result)
        check_newer(one, failed)
        _check_policies(rule, summary)
    elif one.statement is not None and one.predicate_type == TEST_RESULT:
        _check_result(rule, str(one.statement.predicate.get("result", "")))


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


def _check_age(rule: Rule, one: Counted, clock: datetime.datetime) -> None:
    if not rule.max_age:
        return
    time, by = one.latest, ""
    if time is None and rule.age_by is AgeBy.SIGNER:
        time, by = stated_time(one), " by the signer's own clock"
    if time is None:
        _refuse(
            "age",
            "no trusted time, so its age is unknown",
            f"at most {rule.max_age} old",
            "no time",
            "sign with a log or timestamp authority (--trust-config); or, where a VSA's signer may tell its age, say"
            ' age_by = "signer" in the rule',
        )
    elif clock - time > age(rule.max_age):
        _refuse(
            "age",
            "too old",
            f"at most {rule.max_age} old at {clock.isoformat()}",
            f"{time.isoformat()}{by}, {(clock - time).days} days ago",
            "have it verified and signed again",
        )


def _refuse(step: str, message: str, expected: str, found: str, hint: str = "") -> None:
    raise VerificationFailure(message, expected=expected, found=found, hint=hint, step=step)
