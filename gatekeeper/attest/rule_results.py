"""in-toto's test result v0.1 (https://in-toto.io/attestation/test-result/v0.1): the rules of the gate are the tests."""

from __future__ import annotations

from gatekeeper.attest.statements import subject_of
from gatekeeper.formats.predicates import TEST_RESULT
from gatekeeper.formats.statement import Statement
from gatekeeper.model.decision import Artifact, Decision, Verdict
from gatekeeper.model.json import JsonObject

_RESULTS = {Verdict.PASS: "PASSED", Verdict.WARN: "WARNED"}


def rules_statement(artifact: Artifact, decision: Decision) -> Statement:
    """Each rule that ran, by its id: passed without a finding, else warned, whether a waiver excused it or not.

    A gate that rejects signs nothing: no rule can have failed.
    """
    found = {finding.rule for finding in decision.findings}
    predicate: JsonObject = {
        "result": _RESULTS.get(decision.decision.verdict, "FAILED"),
        "configuration": [
            {"name": "policies", "digest": {"sha256": decision.policies.digest.removeprefix("sha256:")}},
        ],
        "passedTests": sorted(set(decision.policies.rules) - found),
        "warnedTests": sorted(found),
        "failedTests": [],
    }
    return Statement((subject_of(artifact),), TEST_RESULT, predicate)
