"""Who may approve of what: never who made or judged the artifact, and only decisions that are there and count.

What is withheld must not make an author a stranger: who may sign provenance, decision or summary of the subject counts
as an author whether such a statement is there or not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from gatekeeper.errors import VerificationFailure
from gatekeeper.formats import predicates
from gatekeeper.formats.attestations.digests import digests, signed_digest
from gatekeeper.formats.predicates import approval
from gatekeeper.formats.predicates import decision as decisions
from gatekeeper.formats.predicates.approval import Approval
from gatekeeper.formats.predicates.decision import PASSING, Decision
from gatekeeper.verification.trust import checking
from gatekeeper.verification.trust.attribution import is_named
from gatekeeper.verification.trust.contents import is_authorship
from gatekeeper.verification.trust.counting import Counted
from gatekeeper.verification.trust.model import Document, Rule, Signer
from gatekeeper.verification.trust.persons import Mark, marks

STEP = "approval"
SHOWN = 3


@dataclass(frozen=True, slots=True)
class Authors:
    """Who made or judged a subject, or may: persons by name, what their signatures show, and signers who may."""

    persons: frozenset[str]
    marks: frozenset[Mark] = frozenset()
    signers: tuple[Signer, ...] = ()

    def include(self, one: Counted) -> bool:
        """Whether a signature is that of an author, under whatever name it counts."""
        identity = one.signed.signer.identity
        return (
            any(signer.who in self.persons for signer in one.signers)
            or not self.marks.isdisjoint(marks(one))
            or (identity is not None and any(is_named(signer, identity) for signer in self.signers))
        )


def authors(counted: Sequence[Counted], document: Document) -> Authors:
    """Who signed statements of authorship, or may by the rules of ``document``, which are the subject's."""
    signed = [one for one in counted if is_authorship(one.predicate_type)]
    may = _who_may(is_authorship, document)
    return Authors(
        frozenset(signer.who for signers in (may, *(one.signers for one in signed)) for signer in signers),
        frozenset(mark for one in signed for mark in marks(one)),
        tuple(signer for signer in may if signer.identity),
    )


def is_approval(rule: Rule, kind: str) -> bool:
    """Whether an author's statement of this kind does not count: an approval, or whatever else is asked of a role."""
    return kind == predicates.APPROVAL or (bool(rule.role) and not is_authorship(kind))


def decided(counted: Sequence[Counted], document: Document) -> dict[str, Counted]:
    """The decisions that count, by the digests that they go by.

    A decision counts if it is of somebody who may sign decisions by the rules of ``document``; where no rule is about
    decisions, of any signer.
    """
    may = {signer.who for signer in _who_may(lambda kind: kind == predicates.DECISION, document)}
    return {
        digest: one
        for one in counted
        if one.predicate_type == predicates.DECISION and (not may or may & {signer.who for signer in one.signers})
        for digest in digests(one.attestation)
    }


def approved_decision(rule: Rule, one: Counted, known: Mapping[str, Counted]) -> str:
    """The digest of the decision that is approved as it was decided, and in the rule's role.

    It is "" for whatever is no gatekeeper's approval. ``known`` are the decisions that count.

    Raises:
        VerificationFailure: it is of none, or in another role.
    """
    if one.statement is None or one.predicate_type != predicates.APPROVAL:
        return ""
    try:
        said = approval.read(one.statement.predicate)
    except ValueError as error:
        raise VerificationFailure(f"the signed statement is malformed: {error}", step="statement") from None
    if rule.role and said.role != rule.role:
        raise VerificationFailure(
            "approved in another role", expected=rule.role, found=said.role, hint=f"--role {rule.role}", step=STEP
        )
    decision = known.get(said.decision_sha256)
    if decision is None:
        found = dict.fromkeys(f"{other.attestation.name} sha256 {other.attestation.sha256}" for other in known.values())
        raise VerificationFailure(
            "approves of a decision that is not there, or does not count",
            expected=f"the decision with sha256 {said.decision_sha256}",
            found=", ".join([*found][:SHOWN]) or "none",
            hint="the gate has decided anew, or the decision was left out: have the one that counts approved",
            step=STEP,
        )
    _compare(said, _decision(decision))
    return signed_digest(decision.attestation)


def _who_may(is_asked: Callable[[str], bool], document: Document) -> list[Signer]:
    """The signers by whom rules want statements of some kinds."""
    found = {
        signer.name: signer
        for rule in document.rule
        if any(map(is_asked, rule.predicate))
        for signer in checking.members(rule, document.signer)
    }
    return list(found.values())


def _decision(one: Counted) -> Decision:
    assert one.statement is not None, "only statements have the predicate type of a decision"
    try:
        return decisions.read(one.statement.predicate)
    except ValueError as error:
        raise VerificationFailure(f"the decision that is approved is malformed: {error}", step=STEP) from None


def _compare(said: Approval, decided: Decision) -> None:
    if decided.verdict not in PASSING:
        raise VerificationFailure(
            "the decision that is approved rejects", expected=" or ".join(PASSING), found=decided.verdict, step=STEP
        )
    for name, claimed, found in (
        ("verdict", said.verdict, decided.verdict),
        ("stage", said.stage, decided.stage),
        ("policies", said.policies_sha256, decided.policies.removeprefix("sha256:")),
    ):
        if claimed != found:
            raise VerificationFailure(
                f"approval and decision say different things ({name})",
                expected=found,
                found=claimed,
                hint="approve anew what the gate decided",
                step=STEP,
            )
