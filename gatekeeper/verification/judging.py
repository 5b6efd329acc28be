"""What a trust file makes of the attestations of a subject: which count, which do not and why, which rules hold."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from gatekeeper.crypto.public_keys import Message
from gatekeeper.errors import VerificationFailure
from gatekeeper.formats.attestations import simple_signing
from gatekeeper.formats.attestations.base import Attestation
from gatekeeper.verification.core.bundles import InMemory
from gatekeeper.verification.statements import Statements
from gatekeeper.verification.subjects.base import Subject
from gatekeeper.verification.trust.about import About
from gatekeeper.verification.trust.approvals import authors
from gatekeeper.verification.trust.attribution import Attributed, attribute
from gatekeeper.verification.trust.counting import Counted, check_revocations, check_times
from gatekeeper.verification.trust.loading import TrustFile
from gatekeeper.verification.trust.rules import STEPS, Outcome, applies, judge_rule

Attribute = Callable[[Attestation, TrustFile, Message | None], tuple[Attributed, ...]]


@dataclass(frozen=True, slots=True)
class Refused:
    """An attestation that does not count, and why."""

    attestation: Attestation
    failure: VerificationFailure
    kind: str = ""  # of what it claims to be


@dataclass(frozen=True, slots=True)
class Judgement:
    """All that was found out about a subject. ``trust`` is the sha256 of the trust file, in hex.

    ``authors`` are the persons who made or judged it, or may.
    """

    subject: Subject
    trust: str
    clock: datetime.datetime
    counted: tuple[Counted, ...]
    refused: tuple[Refused, ...]
    outcomes: tuple[Outcome, ...]
    authors: frozenset[str] = frozenset()

    @property
    def failure(self) -> VerificationFailure | None:
        """Why the subject is refused: the first rule that does not hold; None where all hold, and there is one."""
        if not self.outcomes:
            return VerificationFailure(
                f"no rule of the trust file is about {self.subject.uri}",
                expected="a rule whose subject matches it",
                found="none",
                hint="add a [[rule]] for it, or name the subject as the rules do",
                step="rule",
            )
        unmet = next((outcome for outcome in self.outcomes if outcome.failure), None)
        return self._with_reason(unmet) if unmet else None

    def looked_at(self, outcome: Outcome) -> list[tuple[str, VerificationFailure]]:
        """The names of all attestations that do not count for a rule, and why: those of its kind first."""
        others = [(one.attestation.name, failure) for one, failure in outcome.others]
        kind = [other for other in others if other[1].step != STEPS[0]]
        rest = [other for other in others if other[1].step == STEPS[0]]
        return [*kind, *((one.attestation.name, one.failure) for one in self.refused), *rest]

    def _with_reason(self, outcome: Outcome) -> VerificationFailure | None:
        """Where nothing of the rule's kind counts, why the first attestation was refused is usually the reason."""
        failure = outcome.failure
        if failure is None or failure.step != STEPS[0]:
            return failure
        if not self.refused:
            if not self.counted:
                return VerificationFailure(
                    f"{outcome.rule.name}: there is no signature",
                    expected=failure.expected,
                    found="no attestation at all",
                    hint="name where they are with --attestations; what was rejected has none",
                    step="attestations",
                )
            return failure
        first = min(self.refused, key=lambda one: one.kind not in outcome.rule.predicate)
        return VerificationFailure(
            f"{outcome.rule.name}: there are signatures, and none counts: {first.attestation.name}:"
            f" {first.failure.message}",
            expected=first.failure.expected or failure.expected,
            found=first.failure.found,
            hint=first.failure.hint,
            step=first.failure.step,
        )


def judge(
    subject: Subject,
    attestations: Sequence[Attestation],
    trust: TrustFile,
    clock: datetime.datetime,
    attributing: Attribute = attribute,
    statements: Statements | None = None,
) -> Judgement:
    """Judge all attestations of a subject; nothing is read, asked or raised.

    ``attributing`` finds out whose an attestation is; some know already. ``statements`` are those of the whole run.

    Raises:
        UnreadableInput: the subject's file cannot be read again, or was changed.
    """
    known = statements or Statements()
    counted: list[Counted] = []
    refused: list[Refused] = []
    for attestation in attestations:
        try:
            payload = attestation.payload
            message = subject.message if payload is None else InMemory(payload)
            signatures = attributing(attestation, trust, message)
        except VerificationFailure as failure:
            refused.append(Refused(attestation, failure, known.kind(attestation)))
            continue
        for one in signatures:
            try:
                about = known.signed(one.signed)
                _check_about(about, payload, subject)
                check_revocations(attestation, one, trust.document)
                check_times(one.signed.times, clock)
                counted.append(Counted(attestation, about.statement if about else None, one.signed, one.signers))
            except VerificationFailure as failure:
                refused.append(Refused(attestation, failure, known.kind(attestation)))
    applying = tuple(rule for rule in trust.document.rule if applies(rule, subject))
    document = dataclasses.replace(trust.document, rule=applying)
    outcomes = tuple(judge_rule(rule, counted, document, clock) for rule in applying)
    people = authors(counted, document)
    return Judgement(subject, trust.sha256, clock, tuple(counted), tuple(refused), outcomes, people)


def _check_about(about: About | None, payload: bytes | None, subject: Subject) -> None:
    """See that it is about the subject; a signature over the subject's own bytes is."""
    if about is not None:
        about.check(subject)
    elif payload is not None:
        _check_image(payload, subject)


def _check_image(payload: bytes, subject: Subject) -> None:
    try:
        signed = simple_signing.read(payload)
    except ValueError as error:
        raise VerificationFailure(f"the signed payload: {error}", step="statement") from None
    if signed.sha256 != subject.digests.get("sha256"):
        raise VerificationFailure(
            "about another image", expected=subject.digests.get("sha256", ""), found=signed.sha256, step="subject"
        )
