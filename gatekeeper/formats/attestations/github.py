"""The answer of GitHub's API for attestations: ``{"attestations": [{"bundle": ...}]}``.

``gh attestation download`` writes the bundles alone, one a line.
"""

from __future__ import annotations

from gatekeeper.formats.attestations import wrapped
from gatekeeper.formats.attestations.base import Attestation
from gatekeeper.model.json import JsonObject


def recognises(document: JsonObject) -> bool:
    """By its members; npm's, which name their predicate types, are asked for before."""
    return "attestations" in document


def read(name: str, data: bytes, document: JsonObject) -> list[Attestation]:
    """Each bundle."""
    return wrapped.each(name, wrapped.members(document, "attestations"), _member)


def _member(name: str, member: JsonObject) -> Attestation:
    if member.get("bundle") is None and member.get("bundle_url"):
        raise ValueError("it names its bundle by an address only: use `gh attestation download`")
    bundle = wrapped.bundle_of(member)
    return Attestation(
        name,
        f"GitHub attestation, Sigstore bundle v{bundle.version}",
        wrapped.digest(member["bundle"]),
        bundle,
        closed=member.keys() == {"bundle"},
    )
