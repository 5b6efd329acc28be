from __future__ import annotations

import copy
import json
import re

import pytest

from gatekeeper.attest.statements import decision_statement, vsa_statement
from gatekeeper.errors import VerificationFailure
from gatekeeper.model.decision import Artifact
from gatekeeper.model.finding import FindingStatus
from gatekeeper.model.json import JsonObject
from gatekeeper.model.settings import AttestSettings
from gatekeeper.model.verification import Verification
from gatekeeper.report.verification import as_json, as_text, failure_as_json
from tests.report.samples import WAIVER, assert_golden, decision, finding, images

ARTIFACT = Artifact("shop-1.4.0.tar.gz", "ab" * 32, 1000)
SETTINGS = AttestSettings(resource_uri="https://shop.example/app")
WARNED = decision(
    finding("GK-GATE-002", "", subject="vulnerabilities", message="Not looked at: no advisory data for Go"),
    *images(2, status=FindingStatus.WAIVED, waiver=WAIVER),
    notes=["the inspected repository itself brings 1 waivers"],
)


def proof() -> Verification:
    """What a verification hands over, as the gate's own statements say it."""
    return Verification(
        name=ARTIFACT.name,
        sha256=ARTIFACT.sha256,
        key="a2V5",
        summary=vsa_statement(ARTIFACT, WARNED, SETTINGS, {"shop.sbom.sigstore.json": "cd" * 32}).predicate,
        decision=copy.deepcopy(decision_statement(ARTIFACT, WARNED, SETTINGS).predicate),
        sbom={"bomFormat": "CycloneDX", "components": [{"name": "fastapi"}, {"name": "starlette"}]},
        bundles=("shop.vsa.sigstore.json", "shop.decision.sigstore.json", "shop.sbom.sigstore.json"),
    )


def test_what_a_release_manager_reads() -> None:
    assert_golden("verified.txt", as_text(proof()))


def test_what_a_program_reads() -> None:
    assert_golden("verified.json", as_json(proof()))


def test_why_an_artifact_is_refused() -> None:
    refusal = VerificationFailure("too old", expected="at most 30 days", found="31 days", hint="gate it again")
    assert_golden("refused.json", failure_as_json(ARTIFACT.name, refusal))


def test_texts_of_signed_statements_are_not_obeyed() -> None:
    hostile = "\x1b[2J\n::error::x ##[error] \u202e\ud800"
    signed = proof()
    signed.decision["notes"] = [hostile]
    signed.decision["policies"]["revision"] = hostile
    signed.decision["findings"][0]["message"] = hostile
    signed.decision["waivers"][0]["reason"] = hostile
    signed.summary["resourceUri"] = hostile
    signed.summary["verifier"]["id"] = [hostile]
    text = as_text(signed)
    assert len(text.splitlines()) == len(as_text(proof()).splitlines())
    for line in text.splitlines():
        assert line.isprintable()
        assert not line.lstrip().startswith("::")
        assert not re.search(r"##\w*\[", line)
    assert json.loads(as_json(signed))["notes"] == [hostile]


def test_many_warnings_are_counted() -> None:
    signed = proof()
    signed.decision["notes"] = [f"note {number}" for number in range(500)]
    text = as_text(signed)
    assert "note:      490 more (--output json lists all)" in text
    assert len(text.splitlines()) < 40


@pytest.mark.parametrize("missing", ["policies", "source", "coverage", "findings", "waivers", "notes"])
def test_a_statement_of_another_shape_is_refused(missing: str) -> None:
    signed = proof()
    del signed.decision[missing]
    for render in (as_text, as_json):
        with pytest.raises(VerificationFailure, match="not of the shape"):
            render(signed)


@pytest.mark.parametrize("value", [None, 7, "text", {}, [7]])
def test_what_is_shown_must_be_there(value: object) -> None:
    signed = proof()
    coverage: JsonObject = {"counts": value}
    signed.decision["coverage"] = coverage
    with pytest.raises(VerificationFailure, match="not of the shape"):
        as_text(signed)
