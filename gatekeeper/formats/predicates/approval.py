"""Approvals, gatekeeper's own: somebody, in a role, lets pass what a gate decided."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from gatekeeper.formats.predicates.claims import Claims
from gatekeeper.model.json import JsonObject


@dataclass(frozen=True, slots=True)
class Approval:
    """What was approved: the decision whose bundle has this sha256, with what it says.

    ``role`` is the one in which the signer acts, as the signer claims; the trust file says who has it. ``time`` is the
    signer's clock.
    """

    role: str
    decision_sha256: str
    verdict: str
    stage: str
    policies_sha256: str
    time: datetime.datetime


def read(predicate: JsonObject) -> Approval:
    """What the predicate claims.

    Raises:
        ValueError: a field is missing or of another type.
    """
    claims = Claims(predicate)
    decision = claims.inner("decision")
    time = claims.time("time")
    if time is None:
        raise ValueError("predicate.time is missing")
    return Approval(
        role=claims.required("role"),
        decision_sha256=_sha256(decision),
        verdict=decision.required("verdict"),
        stage=decision.required("stage"),
        policies_sha256=_sha256(decision.inner("policies")),
        time=time,
    )


def _sha256(claims: Claims) -> str:
    digest = claims.digests("digest").get("sha256", "")
    if not digest:
        raise ValueError(f"{claims.where}.digest.sha256 is missing")
    return digest
