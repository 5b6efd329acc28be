"""A verification for a person and for a program."""

from __future__ import annotations

from collections.abc import Iterator

from gatekeeper.errors import VerificationFailure
from gatekeeper.model.json import JsonObject
from gatekeeper.model.verification import Verification

SCHEMA_VERSION = 1


def as_json(proof: Verification) -> JsonObject:
    """The signed facts, without the documents that carry them."""
    summary, decision = proof.summary, proof.decision
    return {
        "version": SCHEMA_VERSION,
        "verified": True,
        "artifact": {"name": proof.name, "sha256": proof.sha256},
        "key": proof.key,
        "verdict": decision["decision"]["verdict"],
        "time": summary["timeVerified"],
        "verifier": summary["verifier"],
        "resource": summary["resourceUri"],
        "stage": decision["decision"]["stage"],
        "policies": decision["policies"],
        "source": decision["source"],
        "coverage": decision["coverage"],
        "warnings": [f for f in decision["findings"] if f["effect"] == "warn"],
        "waivers": decision["waivers"],
        "notes": decision["notes"],
        "components": len(proof.sbom.get("components", [])),
        "bundles": list(proof.bundles),
    }


def failure_as_json(name: str, failure: VerificationFailure) -> JsonObject:
    """Why an artifact is refused."""
    return {
        "version": SCHEMA_VERSION,
        "verified": False,
        "artifact": {"name": name},
        "reason": failure.message,
        "expected": failure.expected,
        "found": failure.found,
        "do": failure.hint,
    }


def as_text(proof: Verification) -> str:
    """A few lines for a release manager."""
    return "\n".join(_lines(as_json(proof)))


def _lines(facts: JsonObject) -> Iterator[str]:
    source, policies = facts["source"], facts["policies"]
    counts = facts["coverage"]["counts"]
    yield f"VERIFIED {facts['artifact']['name']} sha256:{facts['artifact']['sha256']}"
    yield f"  verdict:   {facts['verdict']} at {facts['time']}, stage {facts['stage']}"
    yield f"  verifier:  {facts['verifier']['id']}, key {facts['key']}"
    yield f"  resource:  {facts['resource']}"
    yield f"  policies:  {policies['digest']} ({policies['revision']}), {len(policies['rules'])} rules"
    if source["commit"]:
        state = "clean" if source["clean"] else "with changes that are not in the commit"
        yield f"  source:    commit {source['commit']}, {state}"
    yield f"  tree:      {source['tree_digest']}"
    yield f"  coverage:  {counts['read']} files read, {counts['unclaimed']} searched, {counts['excluded']} left out"
    yield f"  SBOM:      {facts['components']} components"
    for finding in facts["warnings"][:10]:
        yield f"  warning:   {finding['rule']} {finding['location']['path']}: {finding['message']}"
    for waiver in facts["waivers"]:
        yield f"  waiver:    {waiver['rule']}: {waiver['reason']} ({waiver['owner']}, until {waiver['expires']})"
    for note in facts["notes"]:
        yield f"  note:      {note}"
