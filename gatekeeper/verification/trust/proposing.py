"""From bundles to a trust file: what they claim, and the file that trusts the claims that a person confirmed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from gatekeeper.crypto import certificates
from gatekeeper.errors import UsageError, VerificationFailure
from gatekeeper.formats.attestations.base import Attestation
from gatekeeper.formats.attestations.certificates import from_pem
from gatekeeper.formats.dsse import Envelope
from gatekeeper.formats.sigstore.bundle import Bundle
from gatekeeper.formats.statement import Statement
from gatekeeper.verification.trust import identities
from gatekeeper.verification.trust.contents import PROVENANCES, SUMMARIES, provenance, verification_summary
from gatekeeper.verification.trust.model import SIGNATURE, VERSION, Authority, Document, Rule, Signer

SIGSTORE, KEY = "sigstore", "key"
_OWNER, _REPOSITORY = "source_repository_owner_id", "source_repository_id"


@dataclass(frozen=True, slots=True)
class Claim:
    """What an attestation claims about itself; nothing of it is verified. What it does not say is "" or empty."""

    attestation: Attestation
    identity: str = ""
    issuer: str = ""
    certified: Mapping[str, str] = field(default_factory=dict)
    key_hint: str = ""
    predicate_type: str = SIGNATURE
    subjects: tuple[str, ...] = ()
    builder: str = ""
    verifier: str = ""


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What a person confirmed: patterns of identities, issuers, verifiers of VSAs, globs over subjects."""

    identities: tuple[str, ...] = ()
    issuers: tuple[str, ...] = ()
    verifiers: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()


def claim_of(attestation: Attestation) -> Claim:
    """What an attestation claims.

    Raises:
        UsageError: its certificate or statement cannot be read.
    """
    content = attestation.content
    try:
        chain, hint = _material(content)
        identity = certificates.identity(certificates.load(chain[0])) if chain else certificates.Identity("")
        envelope = content if isinstance(content, Envelope) else content.content
        named = (attestation, identity.subject, identity.issuer, identity.claims, hint)
        if not isinstance(envelope, Envelope):
            return Claim(*named)
        statement = Statement.decode(envelope.payload)
        build, summary = provenance(statement), verification_summary(statement)
    except (ValueError, VerificationFailure) as error:
        raise UsageError(f"{attestation.name}: {error}") from None
    return Claim(
        *named,
        predicate_type=statement.predicate_type,
        subjects=tuple(one.name or one.uri for one in statement.subjects),
        builder=build.builder_id if build else "",
        verifier=summary.verifier_id if summary else "",
    )


def propose(claims: Sequence[Claim], authorities: Sequence[Authority], confirmed: Confirmed) -> Document:
    """The trust file for the confirmed claims: a signer an identity, a rule a predicate type.

    Ids of owner and repository are taken over from the certificates: they make trust narrower, never wider.

    Raises:
        UsageError: something that was confirmed is claimed by nobody, or something that is needed was not confirmed.
    """
    chosen = [claim for claim in claims if _is_confirmed(claim, authorities, confirmed)]
    _check_used(chosen, claims, confirmed)
    signers: dict[tuple[str, ...], Signer] = {}
    rules: dict[tuple[str, str], list[str]] = {}
    for claim in chosen:
        signer = _signer(claim, confirmed, f"signer-{len(signers) + 1}")
        key = (signer.authority, signer.identity, signer.issuer or "", signer.owner_id, signer.repository_id)
        name = signers.setdefault(key, signer).name
        members = rules.setdefault((claim.predicate_type, claim.verifier), [])
        members += [name] if name not in members else []
    return Document(
        version=VERSION,
        authority=tuple(one for one in authorities if any(s.authority == one.name for s in signers.values())),
        signer=tuple(signers.values()),
        rule=tuple(
            Rule(
                name=f"{_KINDS.get(kind, 'statement')}-{number}",
                subject=confirmed.subjects,
                predicate=(kind,),
                signers=tuple(members),
                verifier=verifier,
            )
            for number, ((kind, verifier), members) in enumerate(rules.items(), 1)
        ),
    )


_KINDS = {
    SIGNATURE: "signature",
    **dict.fromkeys(PROVENANCES, "provenance"),
    **dict.fromkeys(SUMMARIES, "vsa"),
}


def _material(content: Bundle | Envelope) -> tuple[Sequence[bytes], str]:
    if isinstance(content, Bundle):
        return content.certificates, content.key_hint
    first = content.signatures[0]
    return (from_pem(first.certificate) if first.certificate else ()), first.key_id


def _is_confirmed(claim: Claim, authorities: Sequence[Authority], confirmed: Confirmed) -> bool:
    known = {one.name for one in authorities}
    if claim.verifier and claim.verifier not in confirmed.verifiers:
        return False
    if not claim.identity:
        return KEY in known
    return SIGSTORE in known and claim.issuer in confirmed.issuers and bool(_pattern(claim, confirmed))


def _pattern(claim: Claim, confirmed: Confirmed) -> str:
    return next((one for one in confirmed.identities if identities.matches(one, claim.identity)), "")


def _signer(claim: Claim, confirmed: Confirmed, name: str) -> Signer:
    if not claim.identity:
        return Signer(name, KEY)
    pattern = _pattern(claim, confirmed)
    one_repository = "*" not in identities.split(pattern)[0]
    return Signer(
        name,
        SIGSTORE,
        claim.issuer,
        pattern,
        owner_id=claim.certified.get(_OWNER, ""),
        repository_id=claim.certified.get(_REPOSITORY, "") if one_repository else "",
    )


def _check_used(chosen: Sequence[Claim], claims: Sequence[Claim], confirmed: Confirmed) -> None:
    unused = [
        *(
            ("--identity", one, [claim.identity for claim in claims])
            for one in confirmed.identities
            if not any(identities.matches(one, claim.identity) for claim in chosen)
        ),
        *(
            ("--issuer", one, [claim.issuer for claim in claims])
            for one in confirmed.issuers
            if not any(one == claim.issuer for claim in chosen)
        ),
        *(
            ("--verifier", one, [claim.verifier for claim in claims])
            for one in confirmed.verifiers
            if not any(one == claim.verifier for claim in chosen)
        ),
    ]
    for flag, value, claimed in unused:
        found = ", ".join(dict.fromkeys(filter(None, claimed))) or "nothing"
        raise UsageError(
            f"{flag} {value}: no bundle that is confirmed claims that",
            hint=f"claimed: {found}; identity, issuer and root are confirmed together",
        )
    if not chosen:
        raise UsageError("nothing is confirmed", hint="; ".join(dict.fromkeys(_flags(claims))))
    if not confirmed.subjects:
        raise UsageError("--subject is missing: what the signers are trusted with", hint='--subject "**" is everything')


def _flags(claims: Sequence[Claim]) -> Iterator[str]:
    for claim in claims:
        if claim.identity:
            yield "--root public or FILE, --identity and --issuer confirm a certificate"
        else:
            yield "--key FILE confirms a key"
        if claim.verifier:
            yield "--verifier confirms the verifier of a VSA"
