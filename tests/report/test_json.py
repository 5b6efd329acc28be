from __future__ import annotations

import dataclasses
import json

import jsonschema_rs
import pytest

from gatekeeper.formats import jsonable
from gatekeeper.model.decision import SCHEMA_VERSION, Artifact, Decision, SettingOrigin
from gatekeeper.model.finding import Failure, FindingStatus
from gatekeeper.model.json import Json, JsonObject
from gatekeeper.report.json import JsonOutput
from gatekeeper.workspace.shipped import shipped_policies
from tests.report.samples import WAIVER, decision, finding, images, report

FULL = dataclasses.replace(
    decision(
        finding("GK-INF-001", "infra/network.tf", 12, snippet="from_port = 22"),
        *images(2, status=FindingStatus.EXPIRED, waiver=WAIVER),
        finding("GK-GATE-002", ""),
        failures=[Failure("engine", "stopped", "try again", "a.rego", 3)],
        notes=["a note"],
        artifacts=[Artifact("shop.tar.gz", "ab" * 32, 1)],
    ),
    settings=(SettingOrigin("residency.allowed_regions", ["eu-*"], "organisation"),),
)


def refuse(address: str) -> Json:
    raise AssertionError(f"{address} is not part of the schema: a validation must not use the network")


def document_of(of: Decision) -> JsonObject:
    document: JsonObject = json.loads(JsonOutput().render(report(of)))
    return document


@pytest.mark.parametrize("of", [FULL, decision()], ids=["full", "empty"])
def test_it_is_valid_by_the_published_schema(of: Decision) -> None:
    schema = json.loads((shipped_policies() / "schemas" / "decision.json").read_bytes())
    validator = jsonschema_rs.validator_for(schema, retriever=refuse)
    assert [error.message for error in validator.iter_errors(document_of(of))] == []
    assert not validator.is_valid({**document_of(of), "surplus": 1})


def test_it_says_what_programs_look_for() -> None:
    document = document_of(FULL)
    assert document["version"] == SCHEMA_VERSION
    assert document["decision"]["verdict"] == "ERROR"
    worst = document["findings"][0]
    assert (worst["rule"], worst["severity"], worst["status"]) == ("GK-INF-001", "critical", "new")
    assert (worst["location"]["path"], worst["location"]["span"]["line"]) == ("infra/network.tf", 12)
    assert worst["fingerprint"]
    assert worst["remediation"]
    assert {"failures", "coverage", "policies", "evidence", "source", "artifacts"} <= document.keys()


def test_it_can_be_read_back() -> None:
    assert jsonable.decode(Decision, document_of(FULL)) == FULL


def test_what_a_terminal_would_obey_is_escaped_by_json_itself() -> None:
    text = JsonOutput().render(report(decision(finding("GK-API-001", "a", 1, message="\x1b[2J\n::error::x\x07"))))
    assert "\x1b" not in text
    assert not any(line.lstrip().startswith("::") for line in text.split("\n"))
    assert json.loads(text)["findings"][0]["message"] == "\x1b[2J\n::error::x\x07"
