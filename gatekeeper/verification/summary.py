"""Our own gate's statements about a subject: the verification summary, and the decision and SBOM that it rests on."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gatekeeper.errors import VerificationFailure
from gatekeeper.formats.attestations.digests import digests
from gatekeeper.formats.predicates import CYCLONEDX, DECISION, VSA
from gatekeeper.formats.predicates import decision as decisions
from gatekeeper.formats.predicates.decision import PASSING
from gatekeeper.formats.statement import Statement
from gatekeeper.model.json import JsonObject
from gatekeeper.verification.judging import Judgement
from gatekeeper.verification.trust.contents import verification_summary
from gatekeeper.verification.trust.counting import Counted
from gatekeeper.verification.trust.defeats import stated_time

KINDS = {DECISION: "decision", CYCLONEDX: "SBOM"}
_EVER = datetime.datetime.min.replace(tzinfo=datetime.UTC)


@dataclass(frozen=True, slots=True)
class Tied:
    """The three, each with its statement."""

    summary: Counted
    decision: Counted
    sbom: Counted


def tie(judgement: Judgement, *, required: bool) -> Tied | None:
    """The newest summary of a gate that satisfies a rule and is there with the decision and the SBOM it rests on.

    Where they are not ``required``, None if there are not all three; a decision that contradicts its summary is
    refused in any case.

    Raises:
        VerificationFailure: one is missing, or they do not belong together.
    """
    satisfying = [one for outcome in judgement.outcomes for one, _ in outcome.satisfying]
    summaries = [one for one in satisfying if _is_gates(one, any_verifier=required)]
    if not summaries:
        if required:
            raise VerificationFailure("no verification summary that counts", expected=VSA, found="none")
        return None
    missing: list[VerificationFailure] = []
    # One that came without its companions does not spoil an older one: it could be left out.
    for summary in sorted(summaries, key=lambda one: stated_time(one) or _EVER, reverse=True):
        try:
            decision, sbom = (_rested_on(summary, kind, judgement.counted) for kind in (DECISION, CYCLONEDX))
        except VerificationFailure as failure:
            missing.append(failure)
            continue
        _check_decision(decision, summary)
        return Tied(summary, decision, sbom)
    if required:
        raise missing[0]
    return None


def predicate_of(one: Counted) -> JsonObject:
    """What it says."""
    return _statement(one).predicate


def _statement(one: Counted) -> Statement:
    assert one.statement is not None, "only statements have a predicate type that is looked for here"
    return one.statement


def _is_gates(one: Counted, *, any_verifier: bool) -> bool:
    if one.predicate_type != VSA:
        return False
    verifier = predicate_of(one).get("verifier")
    version = verifier.get("version") if isinstance(verifier, Mapping) else None
    return any_verifier or (isinstance(version, Mapping) and "gatekeeper" in version)


def _rested_on(summary: Counted, kind: str, counted: Sequence[Counted]) -> Counted:
    candidates = [one for one in counted if one.predicate_type == kind]
    if not candidates:
        raise VerificationFailure(
            f"no {KINDS[kind]} that counts", expected=f"a bundle with predicate type {kind}", found="none", step="gate"
        )
    read = verification_summary(_statement(summary))
    inputs = {one.digests.get("sha256", "") for one in read.inputs} if read else set()
    for one in candidates:
        if inputs.intersection(digests(one.attestation)):
            return one
    raise VerificationFailure(
        f"the summary does not rest on this {KINDS[kind]}",
        expected=f"a bundle with one of: {', '.join(sorted(inputs)) or 'no inputs'}",
        found=f"{candidates[0].attestation.name} sha256 {candidates[0].attestation.sha256}",
        hint="the bundles belong to different runs: copy them all from one",
        step="gate",
    )


def _check_decision(counted: Counted, summary: Counted) -> None:
    said = verification_summary(_statement(summary))
    assert said is not None, "it satisfies a rule as a summary"
    try:
        decided = decisions.read(predicate_of(counted))
    except ValueError as error:
        raise VerificationFailure(f"the decision is malformed: {error}", step="gate") from None
    if decided.verdict not in PASSING:
        raise VerificationFailure(
            "the decision rejects it",
            expected=" or ".join(PASSING),
            found=decided.verdict or "no verdict",
            hint="mend and gate it again",
            step="gate",
        )
    _equal("policies", said.policy.digests.get("sha256", ""), decided.policies.removeprefix("sha256:"))
    _equal("stages", said.stage, decided.stage)
    _equal("verifiers", said.verifier_id, decided.verifier)


def _equal(what: str, expected: str, found: str) -> None:
    if not (expected and found):
        raise VerificationFailure(
            f"decision and summary must both name {what}", expected=expected, found=found, step="gate"
        )
    if expected != found:
        raise VerificationFailure(
            f"decision and summary name different {what}",
            expected=expected,
            found=found,
            hint="copy all bundles from one run",
            step="gate",
        )
