"""The trust file as people write it; its JSON Schema is generated from these classes."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated

from gatekeeper.model.json import Json
from gatekeeper.verification.core.trust import Need

VERSION = 1
PUBLIC = "public"
# The predicate type of a signature over the file itself, which makes no statement.
SIGNATURE = "signature"
ANY = "any"
ANY_VERIFIER = "*"


class AgeBy(StrEnum):
    """Which clock tells how old a statement is."""

    TRUSTED = "trusted"  # logs and timestamp authorities only
    SIGNER = "signer"  # where there is no trusted time, the time that the signer itself states


@dataclass(frozen=True, slots=True)
class Authority:
    """Whose word makes a signature somebody's: a Sigstore root, a key, or a certificate authority."""

    name: Annotated[str, "How signers refer to it"]
    root: Annotated[
        str,
        "Trusted root of a Sigstore (JSON file beside the trust file), or public for the one that ships; beside a key"
        " or certificate it names the logs and timestamp authorities",
    ] = ""
    key: Annotated[str, "PEM file of a public key"] = ""
    certificate: Annotated[str, "PEM or DER file: a certificate authority's chain, the root last"] = ""
    sha256: Annotated[str, "Digest of the root's file; without a root, of the key's"] = ""
    key_sha256: Annotated[str, "Digest of the key's file, where sha256 is the root's"] = ""
    certificate_sha256: Annotated[str, "Digest of the certificate's file"] = ""
    log: Annotated[Need | None, "Entry of a transparency log; default: required with a root, optional without"] = None
    sct: Annotated[
        Need | None, "Proof that the certificate was logged; default: required with a root's own authorities"
    ] = None
    timestamp: Annotated[Need | None, "Timestamp of an authority of the root; default: optional"] = None


@dataclass(frozen=True, slots=True)
class Signer:
    """Somebody whom an authority vouches for."""

    name: Annotated[str, "How rules refer to it"]
    authority: Annotated[str, "Name of the authority"]
    issuer: Annotated[
        str | None, "Who told the authority, exactly: the issuer of the token; empty: the certificate names none"
    ] = None
    identity: Annotated[
        str, "Exact, or with * inside a segment of the path; what is behind the first @ of a workflow is its ref"
    ] = ""
    ref: Annotated[str, "The identity's ref, where it does not stand behind an @ in the identity"] = ""
    owner_id: Annotated[str, "Id of the repository's owner: a name can be registered anew, an id cannot"] = ""
    repository_id: Annotated[str, "Id of the repository"] = ""
    claims: Annotated[dict[str, str], "Further claims of the certificate by their names, exactly"] = field(
        default_factory=dict
    )
    person: Annotated[str, "Who it is: several signers may be one person; default: the signer's name"] = ""
    roles: Annotated[tuple[str, ...], "What this person may do, e.g. reviewer"] = ()

    @property
    def who(self) -> str:
        """Whom it counts as where persons are counted."""
        return self.person or self.name

    @property
    def pattern(self) -> str:
        """The pattern of its identity, with the ref wherever that stands."""
        return f"{self.identity}@{self.ref}" if self.ref else self.identity


@dataclass(frozen=True, slots=True)
class Builder:
    """What a builder's provenance is worth: said here, for the provenance would say anything."""

    signer: Annotated[str, "Name of the signer of its provenance"]
    id: Annotated[str, "builder.id, matched as identities are"]
    level: Annotated[int, "SLSA build level, 0 to 4"]


@dataclass(frozen=True, slots=True)
class Rule:
    """What must be there for subjects; all rules that match a subject must hold."""

    name: Annotated[str, "How messages call it"]
    subject: Annotated[tuple[str, ...], "Globs over the subject's URI or name; * stays inside a segment, ** crosses"]
    predicate: Annotated[tuple[str, ...], "Predicate types, any of them; signature for a signature over the file"]
    signers: Annotated[tuple[str, ...], "Names of signers; none: whoever has the role"] = ()
    role: Annotated[str, "Role that a signer must have"] = ""
    threshold: Annotated[int, "How many distinct persons must have signed"] = 1
    max_age: Annotated[str, "How old it may be: 30d, 12h, 90m"] = ""
    age_by: Annotated[AgeBy, "Which clock tells the age"] = AgeBy.TRUSTED
    builder: Annotated[str, "Provenance: builder.id, matched as identities are"] = ""
    level: Annotated[int, "Provenance: least SLSA build level that the builder table gives it"] = 0
    source: Annotated[str, "URI of the source repository, * inside a segment"] = ""
    ref: Annotated[str, "Branch or tag of the source, e.g. refs/tags/v*"] = ""
    commit: Annotated[str, "Commit of the source, exactly"] = ""
    owner_id: Annotated[str, "Id of the source repository's owner, where many repositories share a signer"] = ""
    repository_id: Annotated[str, "Id of the source repository"] = ""
    parameters: Annotated[
        dict[str, Json],
        'Provenance: external parameters (path of keys with dots) and a list of their allowed values, or "any"; all'
        " others refuse, but for those that name the source and are compared with the certificate or this rule",
    ] = field(default_factory=dict)
    verifier: Annotated[str, "VSA: verifier.id, exactly; * for any that the signer states"] = ""
    stage: Annotated[
        str, "VSA of our own gate, which the rule says that these signers with this verifier are: the stage passed"
    ] = ""
    policies: Annotated[str, "VSA: sha256 of the policies"] = ""
    resource: Annotated[str, "VSA: resourceUri, * inside a segment"] = ""
    levels: Annotated[tuple[str, ...], "VSA: verifiedLevels, each of them"] = ()
    result: Annotated[tuple[str, ...], "Test results and VSAs: accepted results; default: PASSED"] = ()


@dataclass(frozen=True, slots=True)
class Revocation:
    """What no longer counts: a signer, a key or a bundle."""

    signer: Annotated[str, "Name of a signer"] = ""
    key: Annotated[str, "A key: sha256 of its SubjectPublicKeyInfo, as hex or (the hint of bundles) as base64"] = ""
    bundle: Annotated[
        str, "sha256 of what is signed in a bundle, as attestation show prints it, or of the bundle's own file"
    ] = ""
    from_: Annotated[str, "Since when: what has a trusted time from then on, or none, is refused; empty: ever"] = ""
    reason: Annotated[str, "Why"] = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A trust file."""

    version: Annotated[int, "Version of this format: 1"]
    authority: Annotated[tuple[Authority, ...], "Who is believed"] = ()
    signer: Annotated[tuple[Signer, ...], "Who signs"] = ()
    builder: Annotated[tuple[Builder, ...], "What builders are worth"] = ()
    rule: Annotated[tuple[Rule, ...], "What must be there"] = ()
    revoke: Annotated[tuple[Revocation, ...], "What no longer counts"] = ()
