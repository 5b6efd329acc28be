"""Evidence about a release: what was verified of it by a trust file. What was merely claimed is not here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from gatekeeper.model.place import Place


@dataclass(frozen=True, slots=True)
class VerifiedSigner:
    """As whom a signature counts, as the trust file says."""

    name: Annotated[str, "Name of the signer in the trust file"]
    person: Annotated[str, "Who that is: several signers may be one person"]
    roles: Annotated[tuple[str, ...], "What this person may do, sorted"] = ()


@dataclass(frozen=True, slots=True)
class VerifiedSource:
    """A source that the certificate names, or provenance whose builder the trust file knows; empty: nobody vouches."""

    repository: Annotated[str, "URI of the repository"] = ""
    ref: Annotated[str, "Branch or tag, e.g. refs/heads/main"] = ""
    commit: Annotated[str, "Commit in hex"] = ""


@dataclass(frozen=True, slots=True)
class VerifiedBuild:
    """What provenance says about its builder, as far as the trust file or the certificate vouches for it."""

    builder: Annotated[str, "builder.id; empty: nobody vouches for it"] = ""
    level: Annotated[int | None, "SLSA build level that the trust file gives it, null where it gives none"] = None


@dataclass(frozen=True, slots=True)
class VerifiedSummary:
    """A verification summary (VSA) of a pair of signer and verifier that the trust file names."""

    verifier: Annotated[str, "verifier.id; empty where the trust file leaves it to the signer"]
    stage: Annotated[str, "Stage of our own gate, empty where no rule with a stage says that it is ours"]
    policies: Annotated[str, "sha256:hex of the policies, empty where it names none"]
    resource: Annotated[str, "resourceUri"]
    result: Annotated[str, "PASSED or FAILED"]
    levels: Annotated[tuple[str, ...], "verifiedLevels"]
    verified: Annotated[str, "When the verifier says that it verified, RFC 3339; empty where it does not"]
    inputs: Annotated[tuple[str, ...], "sha256 in hex of the attestations that it rests on"]


@dataclass(frozen=True, slots=True)
class VerifiedDecision:
    """The signed decision of a gate."""

    verdict: Annotated[str, "PASS or WARN"]
    stage: Annotated[str, "Stage of the gate"]
    policies: Annotated[str, "sha256:hex of the policies"]


@dataclass(frozen=True, slots=True)
class VerifiedApproval:
    """Somebody's approval of a decision."""

    decision: Annotated[str, "sha256 in hex of the decision that is approved"]
    role: Annotated[str, "Role in which it was given"]


@dataclass(frozen=True, slots=True)
class VerifiedStatement:
    """An attestation that satisfies a rule of the trust file; what its statement is not about is null."""

    at: Annotated[Place, "The attestation, by its name"]
    bundle: Annotated[str, "sha256 of the attestation in hex"]
    payload: Annotated[str, "sha256 of what is signed in hex, empty for a signature over the file itself"]
    predicate_type: Annotated[str, "Predicate type; signature for a signature over the file itself"]
    rules: Annotated[tuple[str, ...], "Rules of the trust file that it satisfies"]
    signers: Annotated[tuple[VerifiedSigner, ...], "As whom it counts for them: one signature is one person, the first"]
    author: Annotated[bool, "Whether this person signed provenance, decision or VSA of the subject, too, or may"]
    times: Annotated[tuple[str, ...], "Trusted times of the signature, RFC 3339 in UTC, ascending"]
    source: Annotated[VerifiedSource, "Where the signer's run, or the build, came from"]
    build: Annotated[VerifiedBuild | None, "Of provenance"] = None
    summary: Annotated[VerifiedSummary | None, "Of a verification summary"] = None
    sbom: Annotated[str, "Of a bill of materials: sha256:hex of its canonical JSON"] = ""
    decision: Annotated[VerifiedDecision | None, "Of a gate's decision"] = None
    approval: Annotated[VerifiedApproval | None, "Of an approval"] = None


@dataclass(frozen=True, slots=True)
class ReleaseSubject:
    """One thing that was verified."""

    at: Annotated[Place, "The subject, by its name"]
    uri: Annotated[str, "As the user named it, e.g. file:app.tar.gz"]
    name: Annotated[str, "Its name"]
    digests: Annotated[dict[str, str], "Digests in hex by their names in in-toto's digest sets"]
    statements: Annotated[tuple[VerifiedStatement, ...], "What counts, by the attestations' names"]
    names: Annotated[
        tuple[str, ...], "What all that counts calls it, name, URI and last part, sorted: a file can be renamed"
    ] = ()


@dataclass(frozen=True, slots=True)
class Provenance:
    """All that was verified about a release."""

    subjects: Annotated[tuple[ReleaseSubject, ...], "The subjects; none where nothing was verified"] = ()
    trust: Annotated[str, "sha256 of the trust file in hex"] = ""
