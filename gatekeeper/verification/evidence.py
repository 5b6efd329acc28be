"""What was verified, as evidence for policies: only of statements that a rule of the trust file accepts."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from typing import TypeVar

from gatekeeper.formats import jsonable, predicates
from gatekeeper.formats.dsse import Envelope
from gatekeeper.formats.predicates import approval
from gatekeeper.formats.predicates.claims import Claims
from gatekeeper.formats.predicates.summary import Summary
from gatekeeper.formats.statement import Statement
from gatekeeper.model.place import Place
from gatekeeper.model.provenance import (
    Provenance,
    ReleaseSubject,
    VerifiedApproval,
    VerifiedBuild,
    VerifiedDecision,
    VerifiedSigner,
    VerifiedSource,
    VerifiedStatement,
    VerifiedSummary,
)
from gatekeeper.verification.judging import Judgement
from gatekeeper.verification.trust import builds
from gatekeeper.verification.trust.contents import PROVENANCES, SUMMARIES, provenance, verification_summary
from gatekeeper.verification.trust.counting import Counted
from gatekeeper.verification.trust.model import Builder, Rule, Signer

T = TypeVar("T")
_SBOMS = (predicates.CYCLONEDX, "https://spdx.dev/Document")
# Who signs one of these made the artifact or judged it.
_AUTHORSHIP = (*PROVENANCES, *SUMMARIES, predicates.DECISION)
_ANY = "*"


def evidence_of(judgements: Sequence[Judgement], builders: Sequence[Builder]) -> Provenance:
    """The evidence: subjects by URI, statements by name. ``builders`` are the trust file's."""
    subjects = sorted((_subject(one, builders) for one in judgements), key=lambda subject: subject.uri)
    return Provenance(tuple(subjects), next((one.trust for one in judgements), ""))


def _subject(judgement: Judgement, builders: Sequence[Builder]) -> ReleaseSubject:
    authors = {signer.who for one in judgement.counted if one.predicate_type in _AUTHORSHIP for signer in one.signers}
    statements = []
    for one in judgement.counted:
        accepted = [
            (outcome.rule, signer)
            for outcome in judgement.outcomes
            for counted, signer in outcome.satisfying
            if counted is one
        ]
        if accepted:
            author = any(signer.who in authors for signer in one.signers)
            statements.append(_statement(one, accepted, builders, author))
    subject = judgement.subject
    return ReleaseSubject(
        at=Place(subject.name or subject.uri),
        uri=subject.uri,
        name=subject.name,
        digests=dict(sorted(subject.digests.items())),
        statements=tuple(sorted(statements, key=lambda one: (one.at.path, one.bundle, one.payload))),
    )


def _statement(
    one: Counted, accepted: Sequence[tuple[Rule, Signer]], builders: Sequence[Builder], author: bool
) -> VerifiedStatement:
    statement, content = one.statement, one.signed.content
    build = provenance(statement) if statement else None
    level = builds.level(builders, [signer.name for signer in one.signers], build.builder_id) if build else None
    known = level is not None
    source = builds.verified_source(build, one.claims, known)
    summary = verification_summary(statement) if statement else None
    return VerifiedStatement(
        at=Place(one.attestation.name),
        bundle=one.attestation.sha256,
        payload=sha256(content.payload).hexdigest() if isinstance(content, Envelope) else "",
        predicate_type=one.predicate_type,
        rules=tuple(rule.name for rule, _ in accepted),
        signers=tuple(_signers(one, accepted)),
        author=author,
        times=tuple(_utc(trusted.time) for trusted in one.signed.times),
        source=VerifiedSource(source.repository, source.ref, source.commit),
        build=VerifiedBuild(builds.verified_builder(build, one.claims, known), level) if build else None,
        summary=_summary(summary, [rule for rule, _ in accepted]) if summary else None,
        sbom=_well_formed(_sbom, statement) or "",
        decision=_well_formed(_decision, statement),
        approval=_well_formed(_approval, statement),
    )


def _signers(one: Counted, accepted: Sequence[tuple[Rule, Signer]]) -> Iterator[VerifiedSigner]:
    names = {signer.name for _, signer in accepted}
    for signer in one.signers:
        if signer.name in names:
            yield VerifiedSigner(signer.name, signer.who, tuple(sorted(signer.roles)))


def _summary(summary: Summary, rules: Sequence[Rule]) -> VerifiedSummary:
    named = any(rule.verifier == summary.verifier_id for rule in rules if rule.verifier != _ANY)
    policies = summary.policy.digests.get("sha256", "")
    return VerifiedSummary(
        verifier=summary.verifier_id if named else "",
        stage=summary.policy.uri.rpartition("#")[2] if "#" in summary.policy.uri else "",
        policies=f"sha256:{policies}" if policies else "",
        resource=summary.resource_uri,
        result=summary.result,
        levels=summary.verified_levels,
        verified=summary.time_verified.isoformat() if summary.time_verified else "",
        inputs=tuple(sorted({one.digests["sha256"] for one in summary.inputs if "sha256" in one.digests})),
    )


def _well_formed(read: Callable[[Statement], T | None], statement: Statement | None) -> T | None:
    """What a statement says; None where it says nothing of the kind, or what cannot be understood."""
    try:
        return read(statement) if statement else None
    except (ValueError, TypeError):
        # TypeError: a number that canonical JSON cannot hold.
        return None


def _sbom(statement: Statement) -> str | None:
    kind = statement.predicate_type
    # Some put the version of the format behind its name.
    named = any(kind == one or kind.startswith(f"{one}/v") for one in _SBOMS)
    return jsonable.digest(statement.predicate) if named else None


def _decision(statement: Statement) -> VerifiedDecision | None:
    if statement.predicate_type != predicates.DECISION:
        return None
    claims = Claims(statement.predicate)
    ruling = claims.inner("decision")
    return VerifiedDecision(ruling.text("verdict"), ruling.text("stage"), claims.inner("policies").text("digest"))


def _approval(statement: Statement) -> VerifiedApproval | None:
    if statement.predicate_type != predicates.APPROVAL:
        return None
    said = approval.read(statement.predicate)
    return VerifiedApproval(said.decision_sha256, said.role)


def _utc(time: datetime.datetime) -> str:
    return time.astimezone(datetime.UTC).isoformat().replace("+00:00", "Z")
