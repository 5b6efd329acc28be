"""A judgement as plain data for reports: what was looked at, what of it counts, and why the rest does not."""

from __future__ import annotations

from collections.abc import Sequence

from gatekeeper.crypto import public_keys
from gatekeeper.errors import VerificationFailure
from gatekeeper.formats.attestations.digests import signed_digest
from gatekeeper.formats.times import in_utc
from gatekeeper.model.verification import (
    Gated,
    Refusal,
    RuleAnswer,
    RuleResult,
    ShownAttestation,
    ShownTime,
    VerifiedSubject,
)
from gatekeeper.verification.gathering import Unread
from gatekeeper.verification.judging import Judgement
from gatekeeper.verification.summary import Tied, predicate_of, tie
from gatekeeper.verification.trust.counting import Counted
from gatekeeper.verification.trust.rules import STEPS

# Where these are as far as a rule came, what could not be read is the likeliest reason.
_NOTHING_COUNTS = (STEPS[0], "attestations")
_SHOWN_REASONS = 4


def describe(judgement: Judgement, unread: Sequence[Unread], others: int, *, gated: bool) -> VerifiedSubject:
    """The subject with its verdict. With ``gated``, what a gate signs beside its summary must be there as well."""
    refused = [(one.attestation.name, one.failure) for one in judgement.refused]
    bad = [(one.name, one.failure) for one in unread]
    failure, tied = judgement.failure, None
    if failure is None:
        try:
            tied = tie(judgement, required=gated)
        except VerificationFailure as missing:
            failure = _with_reasons(missing, [*refused, *bad])
    elif failure.step in _NOTHING_COUNTS:
        failure = _with_reasons(failure, bad)
    subject = judgement.subject
    return VerifiedSubject(
        uri=subject.uri,
        name=subject.name,
        digests=dict(subject.digests),
        refusal=refusal(failure) if failure else None,
        rules=tuple(
            RuleResult(
                outcome.rule.name,
                tuple(one.attestation.name for one, _ in outcome.satisfying),
                refusal(outcome.failure) if outcome.failure else None,
                outcome.age,
            )
            for outcome in judgement.outcomes
        ),
        attestations=(
            *(_counted(one, judgement) for one in judgement.counted),
            *(
                ShownAttestation(
                    one.attestation.name,
                    one.attestation.format,
                    one.attestation.sha256,
                    refusal(one.failure),
                    signed_sha256=signed_digest(one.attestation),
                )
                for one in judgement.refused
            ),
            *(ShownAttestation(one.name, "unknown", one.sha256, refusal(one.failure)) for one in unread),
        ),
        others=others,
        gated=_gated(tied) if tied else None,
    )


def refusal(failure: VerificationFailure) -> Refusal:
    """A failure as plain data."""
    return Refusal(failure.step, failure.message, failure.expected, failure.found, failure.hint)


def _with_reasons(
    failure: VerificationFailure, reasons: Sequence[tuple[str, VerificationFailure]]
) -> VerificationFailure:
    """Where something is missing, the first attestation that was refused is usually the reason: tell the first few."""
    if failure.found != "none" and failure.step not in _NOTHING_COUNTS:
        return failure
    if not reasons:
        return failure
    told = "; ".join(f"{name}: {one.message}" for name, one in reasons[:_SHOWN_REASONS])
    more = f"; and {len(reasons) - _SHOWN_REASONS} more" if len(reasons) > _SHOWN_REASONS else ""
    first = reasons[0][1]
    return VerificationFailure(
        f"{failure.message}: {told}{more}",
        expected=first.expected or failure.expected,
        found=first.found or failure.found,
        hint=first.hint or failure.hint,
        step=first.step,
    )


def _counted(one: Counted, judgement: Judgement) -> ShownAttestation:
    signed = one.signed
    identity = signed.signer.identity
    return ShownAttestation(
        name=one.attestation.name,
        format=one.attestation.format,
        sha256=one.attestation.sha256,
        kind=one.predicate_type,
        signers=tuple(signer.name for signer in one.signers),
        identity=identity.subject if identity else "",
        issuer=identity.issuer if identity else "",
        key="" if identity else public_keys.hint(signed.signer.key),
        times=tuple(ShownTime(in_utc(trusted.time), trusted.source) for trusted in signed.times),
        logs=signed.logs,
        notes=signed.notes,
        rules=tuple(_answers(one, judgement)),
        signed_sha256=signed_digest(one.attestation),
    )


def _answers(one: Counted, judgement: Judgement) -> list[RuleAnswer]:
    answers = []
    for outcome in judgement.outcomes:
        answers += [RuleAnswer(outcome.rule.name, signer.name) for own, signer in outcome.satisfying if own is one]
        answers += [RuleAnswer(outcome.rule.name, "", refusal(why)) for own, why in outcome.others if own is one]
    return answers


def _gated(tied: Tied) -> Gated:
    signer = tied.summary.signed.signer
    three = (tied.summary, tied.decision, tied.sbom)
    return Gated(
        signer.identity.subject if signer.identity else f"key {public_keys.hint(signer.key)}",
        predicate_of(tied.summary),
        predicate_of(tied.decision),
        predicate_of(tied.sbom),
        tuple(one.attestation.name for one in three),
    )
