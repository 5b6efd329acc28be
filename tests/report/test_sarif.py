from __future__ import annotations

import dataclasses
import gzip
import json
import re
from urllib.parse import unquote, urlsplit

import jsonschema_rs
import pytest

from gatekeeper.model.decision import Decision, Source
from gatekeeper.model.finding import Effect, Failure, FindingStatus, Severity
from gatekeeper.model.json import Json, JsonObject
from gatekeeper.model.place import Location, Place, Span
from gatekeeper.report.base import Report
from gatekeeper.report.sarif import MAX_RESULTS, SarifOutput
from tests.report.samples import RULES, WAIVER, assert_golden, decision, finding, images, report, rule
from tests.services.tools import sarif_schema

PORT = finding("GK-INF-001", "infra/network.tf", 12, subject="aws_security_group.admin", snippet="  from_port = 22")
SMALL = decision(
    PORT,
    *images(1, status=FindingStatus.WAIVED, waiver=WAIVER),
    finding("GK-GATE-002", "", subject="vulnerabilities"),
    failures=[Failure("scanner", "semgrep ended with exit code 2", "install it again", "backend/app.py", 7)],
)
HOSTILE = decision(
    finding("GK-API-001", "a b/ü%20?#[x]:y.yaml", 1, subject="\x1b[31m\u202e", message="::error::\nnext {0} [a](b)"),
    finding("GK-API-001", "c:/d.yaml", 1, snippet="\x00"),
    finding("GK-API-001", "//evil.example/x", 1),
    failures=[Failure("engine", "\n\x1b", path="../x y")],
)
EMPTY = decision()


def log_of(of: Decision) -> JsonObject:
    log: JsonObject = json.loads(SarifOutput().render(report(of)))
    return log


def run_of(of: Decision) -> JsonObject:
    [run] = log_of(of)["runs"]
    assert isinstance(run, dict)
    return run


def refuse(address: str) -> Json:
    raise AssertionError(f"{address} is not part of the schema: a validation must not use the network")


@pytest.mark.services
@pytest.mark.parametrize("of", [SMALL, HOSTILE, EMPTY], ids=["small", "hostile", "empty"])
def test_it_is_valid_by_the_official_schema(of: Decision) -> None:
    schema = json.loads(sarif_schema())
    assert schema["id"] == log_of(of)["$schema"]
    validator = jsonschema_rs.validator_for(schema, retriever=refuse, validate_formats=True)
    assert [error.message for error in validator.iter_errors(log_of(of))] == []
    assert not validator.is_valid({"version": "2.1.0"})


def test_what_code_scanning_gets() -> None:
    assert_golden("small.sarif", SarifOutput().render(report(SMALL)))


def test_every_result_has_a_place_with_all_four_numbers_and_a_fingerprint() -> None:
    for result in run_of(SMALL)["results"]:
        [location] = result["locations"]
        region = location["physicalLocation"]["region"]
        assert {"startLine", "startColumn", "endLine", "endColumn"} <= region.keys()
        assert all(number >= 1 for number in region.values())
        assert re.fullmatch(r"[0-9a-f]{32}:\d+", result["partialFingerprints"]["primaryLocationLineHash"])


def test_addresses_are_relative_and_percent_encoded() -> None:
    addresses = [
        result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for result in run_of(HOSTILE)["results"]
    ]
    for address, path in zip(addresses, ["a b/ü%20?#[x]:y.yaml", "c:/d.yaml", "//evil.example/x"], strict=True):
        parts = urlsplit(address)
        assert (parts.scheme, parts.netloc, parts.query, parts.fragment) == ("", "", "", "")
        assert re.fullmatch(r"[A-Za-z0-9._~/%-]+", address)
        assert unquote(address).lstrip("./") == path.lstrip("/")


def test_rules_are_named_once_and_told_in_markdown() -> None:
    run = run_of(SMALL)
    rules = run["tool"]["driver"]["rules"]
    assert len({one["id"] for one in rules}) == len(rules)
    assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in run["results"])
    for one in rules:
        assert 0 < float(one["properties"]["security-severity"]) <= 10
        assert isinstance(one["properties"]["security-severity"], str)
        assert RULES[one["id"]].remediation in one["help"]["markdown"]
        assert "security" in one["properties"]["tags"]


def test_a_rule_is_as_severe_as_its_worst_finding() -> None:
    mild = finding("GK-INF-001", "a.tf", 1, severity=Severity.LOW)
    moved = finding("GK-INF-001", "b.tf", 1, severity=Severity.MEDIUM)
    [one] = run_of(decision(mild, moved))["tool"]["driver"]["rules"]
    assert one["properties"]["security-severity"] == "5.5"


def test_a_rule_has_no_more_tags_than_code_scanning_takes() -> None:
    controls = {"framework": tuple(f"control-{number}" for number in range(50))}
    tagged = rule("GK-INF-001", "x", Severity.LOW, "Title", "Mend it.", controls=controls)
    log = json.loads(SarifOutput().render(Report(decision(PORT), {**RULES, "GK-INF-001": tagged})))
    [one] = log["runs"][0]["tool"]["driver"]["rules"]
    assert len(one["properties"]["tags"]) == 20


def test_a_line_stands_beside_its_region_not_in_it() -> None:
    [result] = run_of(decision(PORT))["results"]
    physical = result["locations"][0]["physicalLocation"]
    assert physical["contextRegion"] == {"startLine": 12, "snippet": {"text": "  from_port = 22"}}
    many_lines = dataclasses.replace(PORT, location=Location("a.tf", Span(1, 1, 9, 2), "resource {"))
    [result] = run_of(decision(many_lines))["results"]
    assert "contextRegion" not in result["locations"][0]["physicalLocation"]


def test_the_fingerprint_is_the_findings_own() -> None:
    [result] = run_of(decision(PORT))["results"]
    assert result["partialFingerprints"] == {"primaryLocationLineHash": f"{PORT.fingerprint}:1"}


def test_findings_of_one_fingerprint_in_a_file_are_numbered() -> None:
    elsewhere = dataclasses.replace(PORT, at=Place("b.tf"))
    hashes = [one["partialFingerprints"] for one in run_of(decision(PORT, PORT, elsewhere))["results"]]
    ordinals = [one["primaryLocationLineHash"].rpartition(":")[2] for one in hashes]
    assert ordinals == ["1", "2", "1"]


def test_what_was_there_before_is_suppressed_and_what_warns_for_now_says_until_when() -> None:
    known = finding("GK-INF-007", "a.yaml", 3, status=FindingStatus.BASELINE, note="the baseline knows it")
    pending = finding("GK-INF-001", "b.tf", 1, status=FindingStatus.PENDING, effect=Effect.WARN, note="it warns until")
    later, old = run_of(decision(known, pending))["results"]
    assert old["suppressions"] == [{"kind": "external", "status": "accepted", "justification": "the baseline knows it"}]
    assert (later["level"], later["properties"]["note"]) == ("warning", "it warns until")
    assert "suppressions" not in later


def test_a_waived_finding_is_suppressed_with_its_reason() -> None:
    [result] = run_of(decision(*images(1, status=FindingStatus.WAIVED, waiver=WAIVER)))["results"]
    [suppression] = result["suppressions"]
    assert suppression["justification"] == "moves in January (platform team, until 2027-01-31)"
    [expired] = run_of(decision(*images(1, status=FindingStatus.EXPIRED, waiver=WAIVER)))["results"]
    assert "suppressions" not in expired


def test_a_failure_is_told_and_the_run_was_no_success() -> None:
    [invocation] = run_of(SMALL)["invocations"]
    assert invocation["executionSuccessful"] is False
    assert invocation["exitCode"] == 4
    assert "semgrep ended" in invocation["toolExecutionNotifications"][0]["message"]["text"]


def test_no_more_results_than_code_scanning_takes_and_it_says_so() -> None:
    text = SarifOutput().render(report(decision(*images(MAX_RESULTS + 5))))
    [run] = json.loads(text)["runs"]
    assert len(run["results"]) == MAX_RESULTS
    assert "5 milder findings are left out" in run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"]
    assert len(gzip.compress(text.encode(), 6)) < 10_000_000


def test_the_commit_is_named_where_the_repository_has_an_address() -> None:
    [origin] = run_of(SMALL)["versionControlProvenance"]
    assert origin == {"repositoryUri": "https://git.example/shop.git", "revisionId": SMALL.source.commit}
    local = dataclasses.replace(SMALL, source=Source("sha256:00", "0" * 40, True, "git@git.example:shop.git"))
    assert "versionControlProvenance" not in run_of(local)
