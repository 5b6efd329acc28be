"""The whole gate on two large public projects: it runs through, and what it says has been read."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.end_to_end.command import gate_json
from tests.services.tools import project

pytestmark = pytest.mark.real_projects


@pytest.mark.parametrize(("name", "kubernetes", "helm"), [("loki", 12, 160), ("argo-cd", 220, 10)])
def test_a_large_project_is_judged(name: str, kubernetes: int, helm: int) -> None:
    exit_code, decision = gate_json(project(name))
    assert decision["failures"] == []
    assert exit_code == 1
    kinds = Counter((file["status"], file["kind"]) for file in decision["coverage"]["files"])
    assert kinds["read", "kubernetes"] >= kubernetes
    assert kinds["unsupported", "helm"] >= helm
    assert not [file for file in decision["coverage"]["files"] if file["status"] == "failed"]
    # Rules that would cry wolf here: these projects hold no API documents that the gate reads.
    rules = Counter(finding["rule"] for finding in decision["findings"])
    assert not {rule for rule in rules if rule.startswith(("GK-API", "GK-PII", "GK-RES"))}
    assert rules.total() < 300


@pytest.mark.parametrize("name", ["loki"])
def test_every_finding_has_its_line(name: str) -> None:
    _, decision = gate_json(project(name))
    without = {finding["rule"] for finding in decision["findings"] if not finding["location"]["span"]}
    assert without <= {"GK-DEP-002", "GK-DEP-003", "GK-DEP-004", "GK-GATE-002", "GK-API-002"}
