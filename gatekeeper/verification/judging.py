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
from gatekeeper.verification.core.messages import InMemory
from gatekeeper.verification.core.subject import About
from gatekeeper.verification.statements import Statements, last_part
from gatekeeper.verification.subjects.base import Subject
from gatekeeper.verification.trust.approvals import Authors, authors
from gatekeeper.verification.trust.attribution import Attributed, attribute
from gatekeeper.verification.trust.counting import Counted, check_revocations, check_times
from gatekeeper.verification.trust.loading import TrustFile
from gatekeeper.verification.trust.model import Rule
from gatekeeper.verification.trust.rules import STEPS, Outcome, applies, judge_rule, signed_as

Attribute = Callable[[Attestation, TrustFile, Message | None], tuple[Attributed, ...]]


@dataclass(frozen=True, slots=True)
class Refused:
    """An attestation that does not count, and why."""

    attestation: Attestation
    failure: VerificationFailure
    kind: str = ""  # of what it claims to be
    elsewhere: bool = False  # it claims to be about something else only


@dataclass(frozen=True, slots=True)
class Judgement:
    """All that was found out about a subject. ``trust`` is the sha256 of the trust file, in hex.

    ``authors`` are who made or judged it, or may; ``names`` what it is called besides its own name and URI, by all that
    counts and, of a file or folder, by the last part of its name.
    """

    subject: Subject
    trust: str
    clock: datetime.datetime
    counted: tuple[Counted, ...]
    refused: tuple[Refused, ...]
    outcomes: tuple[Outcome, ...]
    authors: Authors
    names: frozenset[str] = frozenset()

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
        failure = self._with_reason(unmet) if unmet else None
        if unmet and failure and unmet.signed_as:
            return VerificationFailure(
                f"it is signed as {unmet.signed_as}: {failure.message}",
                expected=failure.expected,
                found=failure.found,
                hint=failure.hint,
                step=failure.step,
            )
        return failure

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
        kinds = outcome.rule.predicate
        fitting = [one for one in self.refused if one.kind in kinds and not one.elsewhere]
        if self.counted and not fitting:
            # What is refused is about other artifacts, or of other kinds: that is not the reason.
            return failure
        first = min(fitting or self.refused, key=lambda one: (one.elsewhere, one.kind not in kinds))
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
    names = [last_part(subject)]
    for attestation in attestations:
        try:
            payload = attestation.payload
            message = subject.message if payload is None else InMemory(payload)
            signatures = attributing(attestation, trust, message)
        except VerificationFailure as failure:
            refused.append(_refused(attestation, failure, known, subject))
            continue
        for one in signatures:
            try:
                about = known.signed(one.signed)
                _check_about(about, payload, subject)
                check_revocations(attestation, one, trust.document)
                check_times(one.signed.times, clock)
                counted.append(Counted(attestation, about.statement if about else None, one.signed, one.signers))
                names.append(known.names(one.signed, subject))
            except VerificationFailure as failure:
                refused.append(_refused(attestation, failure, known, subject))
    applying = _applying(trust.document.rule, subject, names)
    document = dataclasses.replace(trust.document, rule=tuple(rule for rule, _ in applying))
    outcomes = tuple(
        dataclasses.replace(judge_rule(rule, counted, document, clock), signed_as=signed) for rule, signed in applying
    )
    people = authors(counted, document)
    return Judgement(
        subject, trust.sha256, clock, tuple(counted), tuple(refused), outcomes, people, frozenset().union(*names)
    )


def _applying(rules: Sequence[Rule], subject: Subject, names: Sequence[frozenset[str]]) -> list[tuple[Rule, str]]:
    """The rules about a subject; with a signed name, those that are about it by that only.

    What nobody wrote a rule for, as it is called now, is in none by what it was called once.
    """
    if not any(applies(rule, subject) for rule in rules):
        return []
    found = [(rule, "" if applies(rule, subject) else signed_as(rule, names)) for rule in rules]
    return [(rule, signed) for rule, signed in found if signed or applies(rule, subject)]


def _refused(attestation: Attestation, failure: VerificationFailure, known: Statements, subject: Subject) -> Refused:
    elsewhere = not known.may_be_about(attestation, subject)
    return Refused(attestation, failure, known.kind(attestation), elsewhere)


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
