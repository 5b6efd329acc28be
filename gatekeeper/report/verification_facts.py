"""What a gate signed about a subject, as the facts that reports show."""

from __future__ import annotations

from gatekeeper.errors import VerificationFailure
from gatekeeper.model.json import JsonObject
from gatekeeper.model.verification import Gated


def gate_facts(gated: Gated) -> JsonObject:
    """The signed facts, without the documents that carry them.

    Raises:
        VerificationFailure: a statement lacks one of them.
    """
    summary, decision = gated.summary, gated.decision
    try:
        return {
            "verdict": decision["decision"]["verdict"],
            "time": summary["timeVerified"],
            "verifier": summary["verifier"],
            "signer": gated.signer,
            "resource": summary["resourceUri"],
            "stage": decision["decision"]["stage"],
            "policies": decision["policies"],
            "source": decision["source"],
            "coverage": decision["coverage"],
            "warnings": [f for f in decision["findings"] if f["effect"] == "warn"],
            "waivers": decision["waivers"],
            "notes": decision["notes"],
            "components": len(gated.sbom.get("components", [])),
            "bundles": list(gated.bundles),
        }
    except (AttributeError, KeyError, TypeError) as error:
        raise unknown_shape(error) from error


def unknown_shape(error: Exception) -> VerificationFailure:
    """For statements whose signatures hold, and which say something else than we know."""
    return VerificationFailure(
        "a signed statement is not of the shape that this version of gatekeeper knows",
        expected="all fields of urn:gatekeeper:decision:v1 and of the verification summary",
        found=f"{type(error).__name__}: {error}",
        hint="verify with the version that signed it: verifier.version of the summary names it",
    )
