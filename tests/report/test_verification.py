from __future__ import annotations

import copy
import json
import re
from dataclasses import replace
from typing import Any

import jsonschema_rs
import pytest

from gatekeeper.attest.statements import decision_statement, vsa_statement
from gatekeeper.errors import VerificationFailure
from gatekeeper.model.decision import Artifact
from gatekeeper.model.finding import FindingStatus
from gatekeeper.model.json import JsonObject
from gatekeeper.model.release import ReleaseFinding, ReleaseVerdict
from gatekeeper.model.settings import AttestSettings
from gatekeeper.model.verification import (
    Gated,
    Refusal,
    RuleAnswer,
    RuleResult,
    ShownAttestation,
    ShownTime,
    Verification,
    VerifiedSubject,
)
from gatekeeper.report.verification import as_text
from gatekeeper.report.verification_json import as_json
from gatekeeper.report.verification_sarif import as_sarif
from gatekeeper.roads.describing import PLACE, verification_schema
from tests.report.samples import WAIVER, assert_golden, decision, finding, images
from tests.services.tools import sarif_schema

ARTIFACT = Artifact("shop-1.4.0.tar.gz", "ab" * 32, 1000)
SETTINGS = AttestSettings(resource_uri="https://shop.example/app")
WARNED = decision(
    finding("GK-GATE-002", "", subject="vulnerabilities", message="Not looked at: no advisory data for Go"),
    *images(2, status=FindingStatus.WAIVED, waiver=WAIVER),
    notes=["the inspected repository itself brings 1 waivers"],
)


VSA = "https://slsa.dev/verification_summary/v1"


def gated() -> Gated:
    """What a gate signed, as its own statements say it."""
    return Gated(
        signer="key a2V5",
        summary=vsa_statement(ARTIFACT, WARNED, SETTINGS, {"shop.sbom.sigstore.json": "cd" * 32}).predicate,
        decision=copy.deepcopy(decision_statement(ARTIFACT, WARNED, SETTINGS).predicate),
        sbom={"bomFormat": "CycloneDX", "components": [{"name": "fastapi"}, {"name": "starlette"}]},
        bundles=("shop.vsa.sigstore.json", "shop.decision.sigstore.json", "shop.sbom.sigstore.json"),
    )


def subject(**changed: Any) -> VerifiedSubject:
    """An artifact of which one attestation counts and one does not."""
    counts = ShownAttestation(
        "shop.vsa.sigstore.json",
        "Sigstore bundle v0.3",
        "ef" * 32,
        kind=VSA,
        signers=("gate",),
        identity="https://github.com/acme/shop/.github/workflows/release.yml@refs/tags/v1",
        issuer="https://token.actions.githubusercontent.com",
        times=(ShownTime("2026-11-01T12:00:00Z", "promise of the log https://log.example"),),
        logs=("https://log.example",),
        notes=("2 signatures of unknown witnesses of the checkpoint were not looked at",),
        rules=(RuleAnswer("gated", "gate"), RuleAnswer("built", "", Refusal("predicate type", "of another kind"))),
        signed_sha256="23" * 32,
    )
    refused = ShownAttestation("other.sigstore.json", "Sigstore bundle v0.3", "01" * 32, refusal=TOO_OLD)
    values: dict[str, Any] = {
        "uri": f"file:dist/{ARTIFACT.name}",
        "name": ARTIFACT.name,
        "digests": {"sha256": ARTIFACT.sha256},
        "rules": (RuleResult("gated", ("shop.vsa.sigstore.json",)),),
        "attestations": (counts, refused),
        "others": 3,
    }
    return VerifiedSubject(**(values | changed))


TOO_OLD = Refusal("age", "too old", "at most 30 days", "31 days", "gate it again")
REFUSED = {"refusal": TOO_OLD, "rules": (RuleResult("built", (), TOO_OLD),)}


def verification(*subjects: VerifiedSubject) -> Verification:
    return Verification("2026-11-21T09:30:00Z", "12" * 32, "/etc/gatekeeper/trust.toml", subjects)


def text_of(one: Gated) -> str:
    return as_text(verification(subject(gated=one)))


def test_what_a_release_manager_reads() -> None:
    assert_golden("verified.txt", text_of(gated()))
    assert_golden("verified-foreign.txt", as_text(verification(subject())))


def test_what_explains_it() -> None:
    assert_golden("explained.txt", as_text(verification(subject(), subject(**REFUSED)), explain=True))


def test_what_a_program_reads() -> None:
    assert_golden("verified.json", as_json(verification(subject(gated=gated()))))


def test_the_schema_that_ships_is_that_of_the_document() -> None:
    """Mended by ``python -m gatekeeper.roads.describing``."""
    shipped = PLACE.read_bytes()
    assert shipped == verification_schema()
    schema = json.loads(shipped)
    jsonschema_rs.meta.validate(schema)
    for definition in schema["$defs"].values():
        assert all(field.get("description") for field in definition["properties"].values())


def test_documents_fit_the_schema() -> None:
    validator = jsonschema_rs.validator_for(json.loads(verification_schema()))
    hostile = gated()
    hostile.summary["verifier"]["id"] = ["\ud800", {"x": None}]
    verdict = ReleaseVerdict("WARN", 0, (ReleaseFinding("GK-PRV-001", "low", "warn", "x", "y"),), policies="sha256:ab")
    subjects = (subject(gated=gated()), subject(gated=hostile), subject(**REFUSED, digests={}), subject())
    for judged in (verification(), replace(verification(*subjects), release=verdict)):
        document = json.loads(as_json(judged))
        validator.validate(document)
        assert not validator.is_valid({**document, "more": 1})
        assert not validator.is_valid({name: value for name, value in document.items() if name != "trust"})


def test_why_an_artifact_is_refused() -> None:
    assert_golden("refused.json", as_json(verification(subject(**REFUSED))))
    assert_golden("refused.txt", as_text(verification(subject(**REFUSED))))
    assert_golden("refused.sarif", as_sarif(verification(subject(), subject(**REFUSED))))


@pytest.mark.services
def test_sarif_is_valid() -> None:
    hostile = subject(**REFUSED, uri="file:/a b\udcff\n%.tar", name="a b\udcff\n")
    registry = subject(**REFUSED, uri="oci://registry.example/acme/app:1", digests={})
    log = json.loads(as_sarif(verification(hostile, registry, subject())))
    jsonschema_rs.validator_for(json.loads(sarif_schema())).validate(log)
    assert [one["ruleId"] for one in log["runs"][0]["results"]] == ["verify/age"] * 2


@pytest.mark.services
def test_sarif_says_where_policies_could_not_be_evaluated() -> None:
    undecided = ReleaseVerdict("ERROR", 4, failures=("ACME-1: the policy aborted",))
    log = json.loads(as_sarif(replace(verification(subject()), release=undecided)))
    jsonschema_rs.validator_for(json.loads(sarif_schema())).validate(log)
    [invocation] = log["runs"][0]["invocations"]
    assert (invocation["executionSuccessful"], invocation["exitCode"]) == (False, 4)
    [notification] = invocation["toolExecutionNotifications"]
    assert notification == {"level": "error", "message": {"text": "ACME-1: the policy aborted"}}


@pytest.mark.parametrize(("verdict", "code"), [("PASS", 0), ("WARN", 0), ("FAIL", 1)])
def test_sarif_says_where_policies_decided(verdict: str, code: int) -> None:
    log = json.loads(as_sarif(replace(verification(subject()), release=ReleaseVerdict(verdict, code))))
    [invocation] = log["runs"][0]["invocations"]
    assert (invocation["executionSuccessful"], invocation["exitCode"]) == (True, code)


def test_texts_of_signed_statements_are_not_obeyed() -> None:
    hostile = "\x1b[2J\n::error::x ##[error] \u202e\ud800"
    signed = gated()
    signed.decision["notes"] = [hostile]
    signed.decision["policies"]["revision"] = hostile
    signed.decision["findings"][0]["message"] = hostile
    signed.decision["waivers"][0]["reason"] = hostile
    signed.summary["resourceUri"] = hostile
    signed.summary["verifier"]["id"] = [hostile]
    text = text_of(signed)
    assert len(text.splitlines()) == len(text_of(gated()).splitlines())
    for line in text.splitlines():
        assert line.isprintable()
        assert not line.lstrip().startswith("::")
        assert not re.search(r"##\w*\[", line)
    assert json.loads(as_json(verification(subject(gated=signed))))["subjects"][0]["gate"]["notes"] == [hostile]


def test_many_warnings_are_counted() -> None:
    signed = gated()
    signed.decision["notes"] = [f"note {number}" for number in range(500)]
    text = text_of(signed)
    assert "note:      490 more (--output json lists all)" in text
    assert len(text.splitlines()) < 40


@pytest.mark.parametrize("missing", ["policies", "source", "coverage", "findings", "waivers", "notes"])
def test_a_statement_of_another_shape_is_refused(missing: str) -> None:
    signed = gated()
    del signed.decision[missing]
    for render in (as_text, as_json):
        with pytest.raises(VerificationFailure, match="not of the shape"):
            render(verification(subject(gated=signed)))


@pytest.mark.parametrize("value", [None, 7, "text", {}, [7]])
def test_what_is_shown_must_be_there(value: object) -> None:
    signed = gated()
    coverage: JsonObject = {"counts": value}
    signed.decision["coverage"] = coverage
    with pytest.raises(VerificationFailure, match="not of the shape"):
        text_of(signed)
