"""The document of ``verify --output json``, version 2; its JSON Schema is generated from these classes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from gatekeeper.model.json import Json
from gatekeeper.model.release import ReleaseVerdict
from gatekeeper.model.verification import Refusal, RuleResult, ShownAttestation

SCHEMA_VERSION = 2


@dataclass(frozen=True, slots=True)
class UsedTrust:
    """The trust file by which all subjects were judged."""

    name: Annotated[str, "Where it was found"]
    sha256: Annotated[str, "Hex digest of its bytes"]


@dataclass(frozen=True, slots=True)
class GateFacts:
    """What our own gate signed about a subject, as it stands in its statements."""

    verdict: Annotated[Json, "Verdict of the decision"]
    time: Annotated[Json, "When the gate judged, by its own clock"]
    verifier: Annotated[Json, "The gate, and its version"]
    signer: Annotated[str, "Who signed the summary: a certificate's identity, or a key's fingerprint"]
    resource: Annotated[Json, "What the summary is meant for"]
    stage: Annotated[Json, "Stage that was passed"]
    policies: Annotated[Json, "The policies that judged, and their rules"]
    source: Annotated[Json, "Commit and tree that were inspected"]
    coverage: Annotated[Json, "What was read, and what was left out"]
    warnings: Annotated[tuple[Json, ...], "Findings that warn"]
    waivers: Annotated[Json, "Findings that were waived"]
    notes: Annotated[Json, "What else the gate has to say"]
    components: Annotated[int, "Number of components of the SBOM"]
    bundles: Annotated[tuple[str, ...], "Attestations that say all this"]


@dataclass(frozen=True, slots=True)
class DocumentSubject:
    """A subject, the verdict on it, and why."""

    uri: Annotated[str, "What was asked for"]
    name: Annotated[str, "Its short name"]
    digests: Annotated[dict[str, str], "Hex digests by algorithm; none: it could not be had"]
    verified: Annotated[bool, "Whether it is accepted"]
    refusal: Annotated[Refusal | None, "Why it is refused: the first step that did not hold"]
    rules: Annotated[tuple[RuleResult, ...], "The rules of the trust file that are about it"]
    gate: Annotated[GateFacts | None, "What our own gate decided; null: none of its summaries counts"]
    attestations: Annotated[tuple[ShownAttestation, ...], "All that was looked at"]
    others: Annotated[int, "How many more attestations are about something else"]


@dataclass(frozen=True, slots=True)
class VerificationDocument:
    """What a verification found out. Fields may be added; what is there keeps its meaning within a version."""

    version: Annotated[int, "Version of this format: 2"]
    verified: Annotated[bool, "Whether all subjects are accepted, and policies do not reject them"]
    time: Annotated[str, "The clock that counted, RFC 3339"]
    trust: Annotated[UsedTrust, "Whom it rests on"]
    release: Annotated[
        ReleaseVerdict | None, "What policies of the stage release say; null: none was asked, or a subject is refused"
    ]
    subjects: Annotated[tuple[DocumentSubject, ...], "In the order in which they were named"]
    left_out: Annotated[
        tuple[str, ...], "Files in folders that are no subjects: nothing but attestations which count for one"
    ]
