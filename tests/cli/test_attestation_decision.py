"""What an approver reads of a decision."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gatekeeper.attest.keys import new_key_pair
from gatekeeper.attest.signers import KeySigner
from gatekeeper.cli.passwords import VARIABLE
from gatekeeper.formats.predicates import DECISION
from gatekeeper.report.attestation_decision import read
from tests.cli.conftest import Run
from tests.verification.trust.instance import new_key, statement

WAIVER = '[[waiver]]\nrule = "GK-INF-007"\npath = "Dockerfile"\nowner = "ann"\nreason = "moves"\nexpires = 2099-01-01\n'


@pytest.fixture
def decision(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Of a project with warnings, one of them waived."""
    project = tmp_path / "project"
    project.mkdir()
    (project / "Dockerfile").write_text("FROM python:latest\n")
    (tmp_path / "waivers.toml").write_text(WAIVER)
    (tmp_path / "app.tgz").write_bytes(b"an artifact")
    private, _ = new_key_pair(tmp_path / "k.key", "p256", lambda: b"secret")
    monkeypatch.setenv(VARIABLE, "secret")
    gate = ("gate", project, "--artifact", tmp_path / "app.tgz", "--key", private, "--fail-on", "critical")
    ended = run(*gate, "--waivers", tmp_path / "waivers.toml")
    assert ended.code == 0, ended.out
    return tmp_path / "app.tgz.decision.sigstore.json"


def test_it_is_shown_as_it_was_decided(run: Run, decision: Path) -> None:
    shown = run("attestation", "show", decision).out
    assert "  verdict:      WARN at the stage build, 20" in shown
    assert "  policies:     sha256:" in shown
    assert "  artifact:     app.tgz sha256:" in shown
    assert "  findings:     2 medium\n" in shown
    assert "medium GK-INF-008: The image runs as root: no USER instruction names another user (Dockerfile:1)" in shown
    assert "GK-INF-007 waived for Dockerfile by ann until 2099-01-01: moves (flag: waivers.toml)" in shown
    assert "  looked at:    0 excluded, 0 failed, 1 read" in shown
    assert "  fields:" not in shown


def test_a_program_gets_the_same(run: Run, decision: Path) -> None:
    document = json.loads(run("attestation", "show", decision, "--output", "json").out)
    told = document["attestations"][0]["content"]["predicate"]["decision"]
    assert (told["verdict"], told["stage"], told["severities"]) == ("WARN", "build", {"medium": 2})
    assert {one["rule"]: one["effect"] for one in told["findings"]} == {"GK-INF-007": "none", "GK-INF-008": "warn"}
    assert [one["reason"] for one in told["waivers"]] == ["moves"]
    assert [one["name"] for one in told["artifacts"]] == ["app.tgz"]


@pytest.mark.parametrize("predicate", [{}, {"decision": {"verdict": 5}}, {"decision": []}, {"findings": [5]}])
def test_what_is_no_decision_is_told(run: Run, tmp_path: Path, predicate: dict[str, object]) -> None:
    file = tmp_path / "d.sigstore.json"
    file.write_bytes(KeySigner(new_key()).sign(statement(DECISION, predicate)).encode())
    ended = run("attestation", "show", file)
    assert (ended.code, "  problem:      predicate." in ended.out) == (0, True)


def test_what_it_says_cannot_write_to_the_terminal(run: Run, tmp_path: Path) -> None:
    ruling = {"verdict": "PASS\x1b[2J", "stage": "build", "time": "now"}
    predicate = {
        "decision": ruling,
        "notes": ["\n::error::x"],
        "coverage": {"counts": {"\x1b": 1}, "gaps": [{"a": "\r"}]},
    }
    assert read(predicate)["verdict"] == "PASS\x1b[2J"
    file = tmp_path / "d.sigstore.json"
    file.write_bytes(KeySigner(new_key()).sign(statement(DECISION, predicate)).encode())
    shown = run("attestation", "show", file).out
    assert "\x1b" not in shown
    assert "\r" not in shown
    assert "\n::error" not in shown
