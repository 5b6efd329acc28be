"""JSON Schemas of the predicates that are written: the fields of the public specifications; our own are closed."""

from __future__ import annotations

from gatekeeper.formats.predicates import (
    APPROVAL,
    CYCLONEDX,
    DECISION,
    PROVENANCE_V1,
    TEST_RESULT,
    VSA,
    VULNERABILITIES,
)
from gatekeeper.model.json import JsonObject

TEXT: JsonObject = {"type": "string"}
WORDS: JsonObject = {"type": "string", "minLength": 1}
URI: JsonObject = {"type": "string", "pattern": r"^[A-Za-z][A-Za-z0-9+.-]*:\S+$"}
TIME: JsonObject = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$"}
DIGEST: JsonObject = {
    "type": "object",
    "minProperties": 1,
    "additionalProperties": {"type": "string", "pattern": "^[0-9a-f]{40,128}$"},
}


def record(required: JsonObject, optional: JsonObject | None = None, *, closed: bool = False) -> JsonObject:
    """An object with these fields."""
    return {
        "type": "object",
        "required": list(required),
        "properties": required | (optional or {}),
        "additionalProperties": not closed,
    }


def many(item: JsonObject) -> JsonObject:
    return {"type": "array", "items": item}


# in-toto's ResourceDescriptor: one of the three names it.
DESCRIPTOR: JsonObject = record(
    {}, {"uri": URI, "name": WORDS, "digest": DIGEST, "annotations": {"type": "object"}}, closed=True
) | {"anyOf": [{"required": ["uri"]}, {"required": ["digest"]}, {"required": ["content"]}]}
PROVENANCE: JsonObject = record(
    {
        "buildDefinition": record(
            {"buildType": URI, "externalParameters": {"type": "object"}},
            {"internalParameters": {"type": "object"}, "resolvedDependencies": many(DESCRIPTOR)},
            closed=True,
        ),
        "runDetails": record(
            {"builder": record({"id": URI}, {"version": {"type": "object"}, "builderDependencies": many(DESCRIPTOR)})},
            {
                "metadata": record({}, {"invocationId": WORDS, "startedOn": TIME, "finishedOn": TIME}, closed=True),
                "byproducts": many(DESCRIPTOR),
            },
            closed=True,
        ),
    },
    closed=True,
)
SUMMARY: JsonObject = record(
    {
        "verifier": record({"id": URI}, {"version": {"type": "object", "additionalProperties": TEXT}}, closed=True),
        "timeVerified": TIME,
        "resourceUri": URI,
        "policy": DESCRIPTOR,
        "verificationResult": {"enum": ["PASSED", "FAILED"]},
        "verifiedLevels": many(WORDS),
    },
    {
        "inputAttestations": many(record({"digest": DIGEST}, {"uri": WORDS}, closed=True)),
        "dependencyLevels": {"type": "object"},
        "slsaVersion": {"type": "string", "pattern": r"^\d+\.\d+$"},
    },
    closed=True,
)
TESTS: JsonObject = record(
    {"result": {"enum": ["PASSED", "WARNED", "FAILED"]}, "configuration": many(DESCRIPTOR)},
    {"url": URI, "passedTests": many(WORDS), "warnedTests": many(WORDS), "failedTests": many(WORDS)},
    closed=True,
)
VULNS: JsonObject = record(
    {
        "scanner": record(
            {
                "uri": URI,
                "db": record({"lastUpdate": TIME}, {"uri": URI, "version": TEXT}, closed=True),
                "result": many(
                    record(
                        {"id": WORDS, "severity": many(record({"method": WORDS, "score": WORDS}, closed=True))},
                        {"annotations": many({"type": "object"})},
                        closed=True,
                    )
                ),
            },
            {"version": WORDS, "unchecked": many(WORDS)},
            closed=True,
        ),
        "metadata": record({"scanStartedOn": TIME, "scanFinishedOn": TIME}, closed=True),
    },
    closed=True,
)
_SHA256: JsonObject = record({"sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"}}, closed=True)
APPROVED: JsonObject = record(
    {
        "role": WORDS,
        "time": TIME,
        "decision": record(
            {
                "digest": _SHA256,
                "verdict": {"enum": ["PASS", "WARN"]},
                "stage": {"enum": ["change", "build", "release", "promote"]},
                "time": TIME,
                "policies": record({"digest": _SHA256}, closed=True),
            },
            closed=True,
        ),
    },
    closed=True,
)
DECIDED: JsonObject = record(
    {
        "decision": record(
            {
                "verdict": {"enum": ["PASS", "WARN"]},
                "stage": {"enum": ["change", "build", "release", "promote"]},
                "time": TIME,
                "fail_on": WORDS,
                "summary": {"type": "object", "additionalProperties": {"type": "integer"}},
            },
            closed=True,
        ),
        "findings": many({"type": "object"}),
        "failures": {"type": "array", "maxItems": 0},
        "coverage": record(
            {"counts": {"type": "object"}, "files": many({"type": "object"}), "gaps": many({"type": "object"})},
            closed=True,
        ),
        "policies": record({"digest": {"type": "string", "pattern": "^sha256:[0-9a-f]{64}$"}, "rules": many(WORDS)}),
        "evidence": {"type": "object", "additionalProperties": {"type": "string", "pattern": "^sha256:[0-9a-f]{64}$"}},
        "source": {"type": "object"},
        "settings": many({"type": "object"}),
        "notes": many(TEXT),
        "artifacts": many({"type": "object"}),
        "waivers": many({"type": "object"}),
        "tool": record({"name": WORDS, "version": WORDS}, closed=True),
        "version": {"const": 1},
        "verifier": record({"id": URI}, closed=True),
    },
    {
        "claimed": record(
            {"platform": {"enum": ["github", "gitlab"]}},
            dict.fromkeys(("repository", "ref", "commit", "workflow", "run"), WORDS),
            closed=True,
        )
    },
    closed=True,
)
BILL: JsonObject = record(
    {"bomFormat": {"const": "CycloneDX"}, "specVersion": {"type": "string", "pattern": r"^1\.\d$"}}
)
SCHEMAS = {
    PROVENANCE_V1: PROVENANCE,
    VSA: SUMMARY,
    TEST_RESULT: TESTS,
    VULNERABILITIES: VULNS,
    APPROVAL: APPROVED,
    DECISION: DECIDED,
    CYCLONEDX: BILL,
}
