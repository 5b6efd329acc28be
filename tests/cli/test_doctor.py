from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.cli.conftest import Run


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without an OPA."""
    monkeypatch.setenv("PATH", f"/usr/bin{os.pathsep}/bin")


@pytest.mark.usefixtures("bare")
def test_what_is_missing_and_not_needed_is_told_with_how_to_get_it(run: Run) -> None:
    ended = run("doctor")
    assert ended.code == 0, ended.out
    assert "embedded engine" in ended.out
    assert "missing    evaluates policies of others" in ended.out
    assert "do: install OPA (https://" in ended.out
    assert ended.out.splitlines()[-1] == "ready: the gate can decide"


@pytest.mark.usefixtures("bare")
def test_what_the_settings_ask_for_is_needed(run: Run, tmp_path: Path) -> None:
    (tmp_path / "organisation.toml").write_text('[policy]\nengine = "opa"\n')
    ended = run("doctor", "--settings", tmp_path / "organisation.toml")
    assert ended.code == 4
    assert "MISSING" in ended.out


def test_versions_as_json(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "opa").write_text("#!/bin/sh\necho 'Version: 1.20.3'\n")
    (tmp_path / "opa").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}/usr/bin{os.pathsep}/bin")
    ended = run("doctor", "--output", "json")
    diagnosis = json.loads(ended.out)
    assert (ended.code, diagnosis["ready"]) == (0, True)
    parts = {part["name"]: part for part in diagnosis["parts"]}
    assert list(parts) == ["embedded engine", "opa", "semgrep", "pip-audit", "git"]
    assert (parts["opa"]["version"], parts["opa"]["place"]) == ("1.20.3", str(tmp_path / "opa"))
    assert all(part["version"] for part in parts.values() if part["needed"])
