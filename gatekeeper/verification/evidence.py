"""What was verified, as evidence for policies: only of statements that a rule of the trust file accepts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeVar

from gatekeeper.formats import jsonable, predicates
from gatekeeper.formats.attestations.digests import signed_digest
from gatekeeper.formats.dsse import Envelope
from gatekeeper.formats.predicates import approval, decision
from gatekeeper.formats.predicates.summary import Summary
from gatekeeper.formats.statement import Statement
from gatekeeper.formats.times import in_utc
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
from gatekeeper.verification.trust.contents import provenance, release, verification_summary
from gatekeeper.verification.trust.counting import Counted
from gatekeeper.verification.trust.model import ANY_VERIFIER, Builder, Rule, Signer
from gatekeeper.verification.trust.persons import first_names, signing

T = TypeVar("T")
_SBOMS = (predicates.CYCLONEDX, "https://spdx.dev/Document")


def evidence_of(judgements: Sequence[Judgement], builders: Sequence[Builder]) -> Provenance:
    """The evidence: subjects by URI, statements by name. ``builders`` are the trust file's."""
    subjects = sorted((_subject(one, builders) for one in judgements), key=lambda subject: subject.uri)
    return Provenance(tuple(subjects), next((one.trust for one in judgements), ""))


def _subject(judgement: Judgement, builders: Sequence[Builder]) -> ReleaseSubject:
    subject = judgement.subject
    statements = []
    # Whoever has two names in the trust file is one person to policies too.
    known = first_names(signing(one, signer) for one in judgement.counted for signer in one.signers)
    for one in judgement.counted:
        accepted = [
            (outcome.rule, signer)
            for outcome in judgement.outcomes
            for counted, signer in outcome.satisfying
            if counted is one
        ]
        if accepted:
            statements.append(_statement(one, accepted, builders, known, author=judgement.authors.include(one)))
    return ReleaseSubject(
        at=Place(subject.name or subject.uri),
        uri=subject.uri,
        name=subject.name,
        digests=dict(sorted(subject.digests.items())),
        statements=tuple(sorted(statements, key=lambda one: (one.at.path, one.bundle, one.payload))),
        names=tuple(sorted(judgement.names)),
    )


def _statement(
    one: Counted,
    accepted: Sequence[tuple[Rule, Signer]],
    builders: Sequence[Builder],
    persons: Mapping[str, str],
    *,
    author: bool,
) -> VerifiedStatement:
    statement = one.statement
    build = provenance(statement) if statement else None
    level = builds.level(builders, [signer.name for signer in one.signers], build.builder_id) if build else None
    known = level is not None
    published = release(statement) if statement else None
    source = builds.verified_source(build or published, one.claims, known or published is not None)
    summary = verification_summary(statement) if statement else None
    return VerifiedStatement(
        at=Place(one.attestation.name),
        bundle=one.attestation.sha256,
        payload=signed_digest(one.attestation) if isinstance(one.signed.content, Envelope) else "",
        predicate_type=one.predicate_type,
        rules=tuple(rule.name for rule, _ in accepted),
        signers=tuple(_signers(one, accepted, persons)),
        author=author,
        times=tuple(in_utc(trusted.time) for trusted in one.signed.times),
        source=VerifiedSource(source.repository, source.ref, source.commit),
        build=VerifiedBuild(builds.verified_builder(build, one.claims, known), level) if build else None,
        summary=_summary(summary, [rule for rule, _ in accepted]) if summary else None,
        sbom=_well_formed(_sbom, statement) or "",
        decision=_well_formed(_decision, statement),
        approval=_well_formed(_approval, statement),
    )


def _signers(
    one: Counted, accepted: Sequence[tuple[Rule, Signer]], persons: Mapping[str, str]
) -> Iterator[VerifiedSigner]:
    names = {signer.name for _, signer in accepted}
    for signer in one.signers:
        if signer.name in names:
            yield VerifiedSigner(signer.name, persons[signer.who], tuple(sorted(signer.roles)))


def _summary(summary: Summary, rules: Sequence[Rule]) -> VerifiedSummary:
    named = [rule for rule in rules if rule.verifier == summary.verifier_id and rule.verifier != ANY_VERIFIER]
    policies = summary.policy.digests.get("sha256", "")
    return VerifiedSummary(
        verifier=summary.verifier_id if named else "",
        # Only our own gate has stages, and a rule with a stage says who that is.
        stage=summary.stage if any(rule.stage for rule in named) else "",
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
    said = decision.read(statement.predicate)
    return VerifiedDecision(said.verdict, said.stage, said.policies)


def _approval(statement: Statement) -> VerifiedApproval | None:
    if statement.predicate_type != predicates.APPROVAL:
        return None
    said = approval.read(statement.predicate)
    return VerifiedApproval(said.decision_sha256, said.role)
