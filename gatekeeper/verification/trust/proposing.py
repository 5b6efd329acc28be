"""From bundles to a trust file: the file that trusts those claims that a person confirmed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from gatekeeper.crypto.certificates import OWNER_ID, REPOSITORY_ID
from gatekeeper.model.json import Json
from gatekeeper.verification.trust import identities
from gatekeeper.verification.trust.claiming import Claim
from gatekeeper.verification.trust.confirming import KEY, SIGSTORE, Confirmed, chosen, notes
from gatekeeper.verification.trust.contents import PROVENANCES, RELEASES, SUMMARIES
from gatekeeper.verification.trust.model import SIGNATURE, VERSION, Authority, Document, Rule, Signer

_KINDS = {
    SIGNATURE: "signature",
    **dict.fromkeys(PROVENANCES, "provenance"),
    **dict.fromkeys(SUMMARIES, "vsa"),
    **dict.fromkeys(RELEASES, "release"),
}
_VERSION = re.compile(r"v?[0-9.]+\Z")


@dataclass(frozen=True, slots=True)
class Proposal:
    """A trust file, the claims that it trusts with the name of each one's rule, and what is to be known about it."""

    document: Document
    trusted: tuple[tuple[Claim, str], ...]
    notes: tuple[str, ...]


def propose(claims: Sequence[Claim], authorities: Sequence[Authority], confirmed: Confirmed) -> Proposal:
    """The trust file for the confirmed claims: a signer an identity, a rule a predicate type.

    Ids of owner and repository are taken over from the certificates: they make trust narrower, never wider.

    Raises:
        UsageError: something that was confirmed is claimed by nobody, or something that is needed was not confirmed.
    """
    found = chosen(claims, authorities, confirmed)
    told = tuple(notes(claims, authorities, confirmed))
    signers: dict[tuple[str, ...], Signer] = {}
    rules: dict[_Demand, list[str]] = {}
    for claim in found:
        signer = _signer(claim, confirmed, f"signer-{len(signers) + 1}")
        key = (signer.authority, signer.identity, signer.issuer or "", signer.owner_id, signer.repository_id)
        name = signers.setdefault(key, signer).name
        members = rules.setdefault(_demand(claim, confirmed), [])
        members += [name] if name not in members else []
    names = {demand: f"{_kind(demand.kind)}-{number}" for number, demand in enumerate(rules, 1)}
    trusted = tuple((claim, names[_demand(claim, confirmed)]) for claim in found)
    document = Document(
        version=VERSION,
        authority=tuple(one for one in authorities if any(s.authority == one.name for s in signers.values())),
        signer=tuple(signers.values()),
        rule=tuple(
            Rule(
                name=names[demand],
                subject=confirmed.subjects,
                predicate=(demand.kind,),
                signers=tuple(members),
                source=demand.source,
                owner_id=demand.owner_id,
                repository_id=demand.repository_id,
                parameters=_parameters((claim for claim, name in trusted if name == names[demand]), confirmed),
                verifier=demand.verifier,
                stage=demand.stage,
            )
            for demand, members in rules.items()
        ),
    )
    return Proposal(document, trusted, told)


class _Demand(NamedTuple):
    """What a rule asks of a statement."""

    kind: str
    verifier: str
    stage: str = ""
    source: str = ""
    owner_id: str = ""
    repository_id: str = ""


def _demand(claim: Claim, confirmed: Confirmed) -> _Demand:
    source = confirmed.source(claim)
    ids = claim.ids if source and "*" not in source else ("", "")
    stage = claim.stage if claim.stage in confirmed.stages else ""
    return _Demand(claim.predicate_type, claim.verifier, stage, source, *ids)


def _kind(predicate_type: str) -> str:
    """What a rule about it is called: the last word of a type that has no name here, but for its version."""
    words = [one for one in re.split(r"[^A-Za-z0-9._-]+", predicate_type) if one and not _VERSION.match(one)]
    return _KINDS.get(predicate_type) or (words[-1] if words else "statement")


def _parameters(claims: Iterable[Claim], confirmed: Confirmed) -> dict[str, Json]:
    """The confirmed external parameters, with the values that are claimed."""
    allowed: dict[str, list[Json]] = {}
    for claim in claims:
        for path in confirmed.parameters:
            if path in claim.parameters:
                value, values = claim.parameters[path], allowed.setdefault(path, [])
                # A known parameter without a value chooses nothing, and TOML has none.
                values += [value] if value is not None and value not in values else []
    return {**allowed}


def _signer(claim: Claim, confirmed: Confirmed, name: str) -> Signer:
    if not claim.identity:
        return Signer(name, KEY)
    pattern = confirmed.pattern(claim)
    one_repository = "*" not in identities.split(pattern)[0]
    return Signer(
        name,
        SIGSTORE,
        claim.issuer,
        pattern,
        # Ids of the source are the rule's where the signer serves others, too.
        owner_id="" if claim.is_shared else claim.certified.get(OWNER_ID, ""),
        repository_id=claim.certified.get(REPOSITORY_ID, "") if one_repository and not claim.is_shared else "",
    )
