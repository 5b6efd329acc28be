"""What is said about an artifact that passed: its SBOM, the decision, and the verification summary."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from types import MappingProxyType

from gatekeeper.formats import jsonable
from gatekeeper.formats.predicates import CYCLONEDX, DECISION, VSA
from gatekeeper.formats.statement import Statement, Subject
from gatekeeper.model.coverage import Coverage, Status
from gatekeeper.model.decision import Artifact, Decision
from gatekeeper.model.json import JsonObject
from gatekeeper.model.settings import AttestSettings

SLSA_VERSION = "1.2"


def sbom_statement(artifact: Artifact, sbom: bytes) -> Statement:
    """The CycloneDX document as predicate."""
    return Statement(_subjects(artifact), CYCLONEDX, jsonable.loads(sbom))


def decision_statement(
    artifact: Artifact, decision: Decision, settings: AttestSettings, claimed: Mapping[str, str] = MappingProxyType({})
) -> Statement:
    """The decision: digests, source, settings, waivers, warnings; of the coverage the counts and all that was left out.

    Snippets stay behind: a statement travels further than a report. ``claimed`` is what the environment says about the
    build, which nobody vouches for.
    """
    predicate: JsonObject = jsonable.plain(decision)
    for finding in predicate["findings"]:
        del finding["location"]["snippet"]
    predicate["coverage"] = _coverage(decision.coverage)
    predicate["verifier"] = {"id": settings.verifier_id}
    if claimed:
        predicate["claimed"] = dict(claimed)
    return Statement(_subjects(artifact), DECISION, predicate)


def vsa_statement(
    artifact: Artifact, decision: Decision, settings: AttestSettings, inputs: Mapping[str, str]
) -> Statement:
    """The SLSA verification summary (SLSA 1.2); ``inputs`` are names and sha256 of the bundles that it rests on.

    A gate evaluates no build track, and says so instead of inventing a level.
    """
    return Statement(
        _subjects(artifact),
        VSA,
        {
            "verifier": {"id": settings.verifier_id, "version": {"gatekeeper": decision.tool["version"]}},
            "timeVerified": decision.decision.time,
            "resourceUri": settings.resource_uri or _resource(artifact),
            "policy": {
                "uri": f"{settings.policy_uri}#{decision.decision.stage}",
                "digest": {"sha256": decision.policies.digest.removeprefix("sha256:")},
            },
            "inputAttestations": [
                {"uri": name, "digest": {"sha256": digest}} for name, digest in sorted(inputs.items())
            ],
            "verificationResult": "PASSED",
            "verifiedLevels": ["SLSA_BUILD_LEVEL_UNEVALUATED"],
            "slsaVersion": SLSA_VERSION,
        },
    )


def subject_of(artifact: Artifact) -> Subject:
    """The artifact as a statement names it."""
    return Subject(artifact.name, {"sha256": artifact.sha256})


def _resource(artifact: Artifact) -> str:
    """Names of files have no slash, those of images have: HOST/NAME."""
    return f"oci://{artifact.name}" if "/" in artifact.name else f"pkg:generic/{artifact.name}"


def _subjects(artifact: Artifact) -> tuple[Subject, ...]:
    return (subject_of(artifact),)


def _coverage(coverage: Coverage) -> JsonObject:
    counts = Counter(file.status for file in coverage.files)
    kept = (Status.EXCLUDED, Status.FAILED, Status.UNSUPPORTED)
    return {
        "counts": {status.value: counts[status] for status in Status},
        "files": jsonable.plain([file for file in coverage.files if file.status in kept]),
        "gaps": jsonable.plain(coverage.gaps),
    }
