"""npm's attestations document, as the registry serves it: a publish and a provenance attestation in Sigstore bundles.

https://docs.npmjs.com/generating-provenance-statements. The predicate type beside each bundle decides nothing: what
counts is the one that is signed.
"""

from __future__ import annotations

from gatekeeper.formats.attestations import wrapped
from gatekeeper.formats.attestations.base import Attestation
from gatekeeper.model.json import JsonObject


def recognises(document: JsonObject) -> bool:
    """By the predicate type that each member names; GitHub's do not."""
    members = document.get("attestations")
    return isinstance(members, list) and any(isinstance(one, dict) and "predicateType" in one for one in members)


def read(name: str, data: bytes, document: JsonObject) -> list[Attestation]:
    """Each bundle; those of 2023 carry the authority's root along."""
    return wrapped.each(name, wrapped.members(document, "attestations"), _member)


def _member(name: str, member: JsonObject) -> Attestation:
    bundle = wrapped.bundle_of(member)
    return Attestation(
        name,
        f"npm attestation, Sigstore bundle v{bundle.version}",
        wrapped.digest(member["bundle"]),
        bundle,
        with_root=True,
        closed=member.keys() <= {"bundle", "predicateType"}
        and member.get("predicateType") in (None, wrapped.predicate_type(bundle)),
    )
