"""What a trust file makes of the attestations of a subject: which count, which do not and why, which rules hold."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from gatekeeper.crypto.public_keys import Message
from gatekeeper.errors import VerificationFailure
from gatekeeper.formats.attestations import simple_signing
from gatekeeper.formats.attestations.base import Attestation
from gatekeeper.formats.dsse import Envelope
from gatekeeper.formats.statement import PAYLOAD_TYPE, Statement
from gatekeeper.verification.core.bundles import InMemory
from gatekeeper.verification.core.results import Signed
from gatekeeper.verification.subjects.base import Subject
from gatekeeper.verification.trust.attribution import Attributed, attribute
from gatekeeper.verification.trust.counting import Counted, check_revocations, check_subject, check_times
from gatekeeper.verification.trust.loading import TrustFile
from gatekeeper.verification.trust.rules import STEPS, Outcome, applies, judge_rule

Attribute = Callable[[Attestation, TrustFile, Message | None], tuple[Attributed, ...]]


@dataclass(frozen=True, slots=True)
class Refused:
    """An attestation that does not count, and why."""

    attestation: Attestation
    failure: VerificationFailure


@dataclass(frozen=True, slots=True)
class Judgement:
    """All that was found out about a subject. ``trust`` is the sha256 of the trust file, in hex."""

    subject: Subject
    trust: str
    clock: datetime.datetime
    counted: tuple[Counted, ...]
    refused: tuple[Refused, ...]
    outcomes: tuple[Outcome, ...]

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
        first = min(self.refused, key=lambda one: not _is_of(one.attestation, outcome.rule.predicate))
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
    payloads: Mapping[str, bytes] | None = None,
    attributing: Attribute = attribute,
) -> Judgement:
    """Judge all attestations of a subject; nothing is read, asked or raised.

    ``payloads`` are what signatures are over that are neither of a statement nor of the subject itself (simple signing
    of images), by the sha256 of the attestation. ``attributing`` finds out whose an attestation is; some know already.
    """
    counted: list[Counted] = []
    refused: list[Refused] = []
    for attestation in attestations:
        try:
            payload = (payloads or {}).get(attestation.sha256)
            message = subject.message if payload is None else InMemory(payload)
            signatures = attributing(attestation, trust, message)
        except VerificationFailure as failure:
            refused.append(Refused(attestation, failure))
            continue
        for one in signatures:
            try:
                statement = _statement(one.signed)
                _check_about(statement, payload, subject)
                check_revocations(attestation, one, trust.document)
                check_times(one.signed.times, clock)
                counted.append(Counted(attestation, statement, one.signed, one.signers))
            except VerificationFailure as failure:
                refused.append(Refused(attestation, failure))
    outcomes = tuple(
        judge_rule(rule, counted, trust.document, clock) for rule in trust.document.rule if applies(rule, subject)
    )
    return Judgement(subject, trust.sha256, clock, tuple(counted), tuple(refused), outcomes)


def _check_about(statement: Statement | None, payload: bytes | None, subject: Subject) -> None:
    """See that it is about the subject; a signature over the subject's own bytes is."""
    if statement is not None:
        check_subject(statement, subject)
    elif payload is not None:
        _check_image(payload, subject)


def _statement(signed: Signed) -> Statement | None:
    """The statement that was signed; None where the signature is over the file."""
    envelope = signed.content
    if not isinstance(envelope, Envelope):
        return None
    if envelope.payload_type != PAYLOAD_TYPE:
        raise VerificationFailure(
            "no in-toto statement", expected=PAYLOAD_TYPE, found=envelope.payload_type, step="payload type"
        )
    try:
        return Statement.decode(envelope.payload)
    except ValueError as error:
        raise VerificationFailure(f"the signed payload is no statement: {error}", step="statement") from None


def _check_image(payload: bytes, subject: Subject) -> None:
    try:
        signed = simple_signing.read(payload)
    except ValueError as error:
        raise VerificationFailure(f"the signed payload: {error}", step="statement") from None
    if signed.sha256 != subject.digests.get("sha256"):
        raise VerificationFailure(
            "about another image", expected=subject.digests.get("sha256", ""), found=signed.sha256, step="subject"
        )


def _is_of(attestation: Attestation, kinds: Sequence[str]) -> bool:
    """Whether it claims to be of one of these kinds: good enough to choose what to tell."""
    content = attestation.content
    envelope = content if isinstance(content, Envelope) else content.content
    if not isinstance(envelope, Envelope):
        return False
    try:
        return Statement.decode(envelope.payload).predicate_type in kinds
    except ValueError:
        return False
