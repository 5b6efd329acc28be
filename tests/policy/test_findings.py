from __future__ import annotations

import pytest

from gatekeeper.model.finding import Rule, Severity, Stage
from gatekeeper.model.json import Json, unknown
from gatekeeper.model.place import Place, Span
from gatekeeper.policy.findings import to_finding

RULE = Rule("ACME-1", "acme.a", "a.rego", "t", "d", Severity.HIGH, "r", (Stage.CHANGE,))
AT: Json = {"path": "a.tf", "document": 0, "keys": ["resource", "x", 0], "span": None}
RAW: Json = {"message": "is open", "subject": "x", "at": AT}


def test_a_finding() -> None:
    finding = to_finding(RULE, RAW)
    assert (finding.rule, finding.severity, finding.message, finding.subject) == (
        "ACME-1", Severity.HIGH, "is open", "x",
    )  # fmt: skip
    assert finding.at == Place("a.tf", 0, ("resource", "x", 0))


def test_the_key_leads_further_and_keeps_a_span() -> None:
    assert to_finding(RULE, RAW | {"key": ["ingress", 1]}).at.keys == ("resource", "x", 0, "ingress", 1)
    span = {"line": 1, "column": 1, "end_line": 1, "end_column": 2}
    assert to_finding(RULE, RAW | {"at": AT | {"span": span}}).at.span == Span(1, 1, 1, 2)


def test_severities() -> None:
    assert to_finding(RULE, RAW | {"severity": "low"}).severity is Severity.LOW
    assert to_finding(RULE, RAW | {"severity": "low"}, Severity.CRITICAL).severity is Severity.CRITICAL


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        ("is open", "a finding is an object"),
        ({"message": "m", "subject": "s"}, "a finding has no 'at'"),
        (RAW | {"message": unknown("var.x")}, "message is {'$unknown': 'var.x'}, which is no text"),
        (RAW | {"subject": " "}, "subject is ' ', which is no text"),
        (RAW | {"severity": "sever"}, "'sever', which is none of error, critical"),
        (RAW | {"severity": ["low"]}, "which is none of"),
        (RAW | {"at": None}, "`at` is no place of evidence"),
        (RAW | {"at": AT | {"line": 3}}, "unknown field 'line'"),
        (RAW | {"key": "ingress"}, "`key` is no path of keys"),
        (RAW | {"key": [1.5]}, "`key` is no path of keys"),
        (RAW | {"keys": []}, "unknown field 'keys'"),
    ],
)
def test_malformed_findings_are_refused(raw: Json, message: str) -> None:
    with pytest.raises(ValueError) as caught:
        to_finding(RULE, raw)
    assert message in str(caught.value)
