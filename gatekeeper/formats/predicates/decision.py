"""Decisions of a gate, gatekeeper's own: of all that they hold, what others compare."""

from __future__ import annotations

from dataclasses import dataclass

from gatekeeper.formats.predicates.claims import Claims
from gatekeeper.model.json import JsonObject

# Verdicts that let something pass.
PASSING = ("PASS", "WARN")


@dataclass(frozen=True, slots=True)
class Decision:
    """What a gate decided; what it does not say is "". ``policies`` is ``sha256:hex``, ``verifier`` the gate's id."""

    verdict: str
    stage: str
    policies: str
    verifier: str


def read(predicate: JsonObject) -> Decision:
    """What the predicate claims.

    Raises:
        ValueError: a field is of another type.
    """
    claims = Claims(predicate)
    ruling = claims.inner("decision")
    policies, verifier = claims.inner("policies"), claims.inner("verifier")
    return Decision(ruling.text("verdict"), ruling.text("stage"), policies.text("digest"), verifier.text("id"))
