"""gatekeeper policy docs, as it is typed."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from gatekeeper.workspace.shipped import shipped_policies
from tests.cli.conftest import Run
from tests.policy.writing import rule, write


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_shipped_library(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "pages"
    ended = run("policy", "docs", shipped_policies() / "rego", "-o", out)
    assert ended.code == 0, ended.err
    first = contents(out)
    assert ended.err == f"{out}: {len(first) - 2} rules\n"
    page = first["rules/GK-API-001.md"].decode()
    assert "## Avoid\n\n`orders.yaml`:\n\n```yaml\nopenapi: 3.1.0" in page
    assert "| `api.public_paths` | Globs over paths of operations" in page
    assert "gatekeeper: expect" not in page
    assert run("policy", "docs", shipped_policies() / "rego", "-o", out).code == 0
    assert contents(out) == first
    for path, text in first.items():
        for link in re.findall(r"\]\(([^)]+)\)", text.decode()):
            assert (out / path).parent.joinpath(link).is_file(), (path, link)


def test_ones_own_rules_from_the_current_folder(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(write(tmp_path / "mine", {"names/rule.rego": rule(), "names/pass/pod.yaml": "kind: Pod\n"}))
    ended = run("policy", "docs", "-o", "../pages")
    assert ended.err == "../pages: 1 rule\n"
    assert "## Prefer\n\n`pod.yaml`:\n\n```yaml\nkind: Pod\n```" in (tmp_path / "pages/rules/ACME-001.md").read_text()


def test_nothing_is_written_where_a_policy_is_broken(run: Run, tmp_path: Path) -> None:
    folder = write(tmp_path / "mine", {"a.rego": rule(), "b.rego": "package b\n\nx := [\n"})
    assert run("policy", "docs", folder, "-o", tmp_path / "pages").code == 4
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_a_folder_of_something_else_is_left_alone(run: Run, tmp_path: Path) -> None:
    folder = write(tmp_path / "mine", {"a.rego": rule()})
    other = write(tmp_path / "other", {"notes.md": "mine\n"})
    ended = run("policy", "docs", folder, "-o", other)
    assert ended.code == 2
    assert "notes.md" in ended.err
    assert contents(other) == {"notes.md": b"mine\n"}
    assert run("policy", "docs", folder, "-o", folder / "a.rego").code == 2
    assert run("policy", "docs", folder, "-o", tmp_path / "no" / "folder").code == 2


def test_a_pipe_in_the_folder_is_not_waited_for(run: Run, tmp_path: Path) -> None:
    folder = write(tmp_path / "mine", {"a.rego": rule()})
    (tmp_path / "out").mkdir()
    os.mkfifo(tmp_path / "out" / "README.md")
    ended = run("policy", "docs", folder, "-o", tmp_path / "out")
    assert ended.code == 2
    assert "README.md" in ended.err


def test_pages_of_earlier_rules_are_gone(run: Run, tmp_path: Path) -> None:
    folder = write(tmp_path / "mine", {"a.rego": rule()})
    assert run("policy", "docs", folder, "-o", tmp_path / "pages").code == 0
    write(folder, {"a.rego": rule(identifier="ACME-002")})
    assert run("policy", "docs", folder, "-o", tmp_path / "pages").code == 0
    assert sorted(contents(tmp_path / "pages")) == ["README.md", "controls.md", "rules/ACME-002.md"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine", "pages"]


def test_a_folder_without_rules(run: Run, tmp_path: Path) -> None:
    ended = run(
        "policy", "docs", write(tmp_path / "mine", {"a.rego": "package a\n\nx := 1\n"}), "-o", tmp_path / "pages"
    )
    assert ended.code == 2
    assert "no rule" in ended.err
