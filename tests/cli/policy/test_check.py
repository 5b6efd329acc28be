"""gatekeeper policy check, as it is typed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gatekeeper.workspace.shipped import shipped_policies
from tests.cli.conftest import Run
from tests.policy.writing import BODY, rule, write

BAD = rule(BODY.replace("object.kind", "object.kidn"))


def test_a_clean_folder(run: Run, tmp_path: Path) -> None:
    ended = run("policy", "check", write(tmp_path, {"a.rego": rule()}))
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith("OK no problems in 1 module and 0 files of tests.")
    assert "regal" in ended.out


def test_the_current_folder_is_checked_by_default(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(write(tmp_path, {"policies/a.rego": BAD}))
    ended = run("policy", "check")
    assert ended.code == 1
    assert ended.out.splitlines()[:2] == [
        "policies/a.rego:14:58: object has no field kidn [reference]",
        "    do: did you mean kind?",
    ]


def test_the_shipped_library_is_clean(run: Run) -> None:
    ended = run("policy", "check", shipped_policies() / "rego")
    assert ended.code == 0, ended.out


def test_json_and_sarif(run: Run, tmp_path: Path) -> None:
    folder = write(tmp_path, {"a.rego": BAD})
    document = json.loads(run("policy", "check", folder, "--output", "json").out)
    assert [problem["check"] for problem in document["problems"]] == ["reference"]
    assert document["modules"][0]["engine_neutral"] is True
    ended = run("policy", "check", folder, "--output", "sarif")
    (result,) = json.loads(ended.out)["runs"][0]["results"]
    assert (ended.code, result["ruleId"]) == (1, "reference")


def test_what_cannot_be_read_decides_nothing(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.rego").write_bytes(b"package a\n\xff")
    ended = run("policy", "check", tmp_path)
    assert (ended.code, ended.out) == (4, "")
    assert "UTF-8" in ended.err


def test_usage(run: Run, tmp_path: Path) -> None:
    assert run("policy", "check", tmp_path / "missing").code == 2
    ended = run("policy", "check", tmp_path)
    assert ended.code == 2
    assert "holds no policies" in ended.err
