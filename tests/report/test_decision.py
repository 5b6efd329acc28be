"""The record of a decision, and how two of them are compared."""

from __future__ import annotations

import dataclasses
import json

import pytest

from gatekeeper.errors import UsageError
from gatekeeper.formats import jsonable
from gatekeeper.model.decision import DecisionRecord, Inputs, PolicySet, UsedEngine, Verdict
from gatekeeper.model.finding import Failure, FindingStatus, KnownFinding
from gatekeeper.model.settings import GateSettings, Settings
from gatekeeper.report.base import Report
from gatekeeper.report.decision import DecisionOutput, record, written
from gatekeeper.report.differences import differences, same_engines, shown
from gatekeeper.report.evidence import EvidenceOutput
from tests.report.samples import RULES, WAIVER, decision, finding, images

PORT = finding("GK-INF-001", "infra/network.tf", 12, snippet="  password = 'hunter2'")
INPUTS = Inputs(Settings(gate=GateSettings()), (WAIVER,), (KnownFinding("GK-INF-007", "a", "s", "0" * 32, 2),), (), ())
DECISION = decision(PORT, *images(2, status=FindingStatus.WAIVED, waiver=WAIVER), failures=[Failure("engine", "x")])
RECORD = record(DECISION, INPUTS)


def test_it_is_canonical_json_without_text_of_the_source() -> None:
    text = DecisionOutput().render(Report(DECISION, RULES, inputs=INPUTS))
    document = json.loads(text)
    assert text == json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False) + "\n"
    assert "hunter2" not in text
    assert "snippet" not in text
    assert document["digests"]["waivers"] == jsonable.digest(jsonable.plain([WAIVER]))
    assert document["digests"]["settings"] == jsonable.digest(document["inputs"]["settings"])
    assert document["decision"]["verdict"] == "ERROR"


def test_it_is_read_back_whole() -> None:
    assert jsonable.decode(DecisionRecord, json.loads(written(RECORD))) == RECORD


def test_without_what_it_rests_on_there_is_no_record() -> None:
    with pytest.raises(UsageError):
        DecisionOutput().render(Report(DECISION, RULES))
    with pytest.raises(UsageError):
        EvidenceOutput().render(Report(DECISION, RULES))


def test_the_evidence_is_canonical_json() -> None:
    text = EvidenceOutput().render(Report(DECISION, RULES, evidence={"version": 1, "helm": []}))
    assert text == '{"helm":[],"version":1}\n'


def test_the_same_decision_has_no_differences() -> None:
    assert list(differences(RECORD, record(DECISION, INPUTS))) == []


def test_each_difference_is_told_with_both_sides() -> None:
    other = decision(*images(2, status=FindingStatus.WAIVED, waiver=WAIVER))
    changed = dataclasses.replace(
        other,
        evidence={"terraform": "sha256:00", "sast": "sha256:11"},
        policies=dataclasses.replace(other.policies, digest="sha256:22", rules=("GK-INF-001",)),
        decision=dataclasses.replace(other.decision, verdict=Verdict.PASS),
    )
    lines = list(differences(RECORD, record(changed, INPUTS)))
    told = "\n".join(lines)
    assert "- digest of the evidence sast: (none)\n+ digest of the evidence sast: sha256:11" in told
    assert "+ digest of the policies: sha256:22" in told
    assert "- rule that ran: GK-INF-007" in told
    assert "- decision: ERROR at" in told
    assert '- failure: {"component":"engine"' in told
    assert any(line.startswith("- finding: fail (new) critical GK-INF-001 infra/network.tf") for line in lines)
    assert not any(line.startswith("+ finding") for line in lines)


def test_another_engine_is_no_difference_and_tells_failures_in_its_own_words() -> None:
    opa = dataclasses.replace(DECISION.policies, engine="opa", engine_version="1.22.0")
    other = dataclasses.replace(DECISION, policies=opa, failures=(Failure("engine", "other words"),))
    assert not same_engines(DECISION.policies, opa)
    assert list(differences(RECORD, record(other, INPUTS))) == []


def test_findings_are_compared_as_a_multiset() -> None:
    lines = list(differences(record(decision(PORT), INPUTS), record(decision(PORT, PORT), INPUTS)))
    assert [line[:9] for line in lines] == ["- decisio", "+ decisio", "+ finding"]


def test_a_record_that_was_edited_does_not_fit_its_own_digests() -> None:
    edited = dataclasses.replace(RECORD, inputs=dataclasses.replace(INPUTS, waivers=()))
    again = record(DECISION, edited.inputs)
    assert [line for line in differences(edited, again) if "inputs" in line and "waivers" in line]


def test_long_differences_are_cut_and_made_printable() -> None:
    assert shown(["a\x1b[31m"] * 3, limit=2) == ["a\\x1b[31m"] * 2 + ["... and 1 more lines"]


def test_a_server_of_the_organisation_is_not_the_same_engine() -> None:
    def judged_by(served: bool) -> PolicySet:
        return dataclasses.replace(DECISION.policies, engines=(UsedEngine("opa", "1.0.0", (), served),))

    assert same_engines(judged_by(True), judged_by(True))
    assert not same_engines(judged_by(True), judged_by(False))
