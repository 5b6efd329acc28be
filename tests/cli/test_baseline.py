from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run

BAD = "services:\n  web:\n    image: nginx\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "compose.yaml").write_text(BAD)
    return folder


def test_a_baseline_is_made_shown_and_pruned(run: Run, project: Path) -> None:
    assert run("gate", project).code == 1
    made = run("baseline", "create", project)
    assert (made.code, made.out) == (0, f"{project}/gatekeeper.baseline.json: 1 finding, 1 new, 0 gone\n")
    passed = run("gate", project)
    assert passed.code == 0
    assert "there before: 1 finding of the baseline or the base, which does not count" in passed.out
    assert run("baseline", "show", project).out.splitlines() == [
        "GK-INF-007     compose.yaml web",
        "1 finding: GK-INF-007 1",
    ]
    (project / "compose.yaml").write_text(BAD.replace("nginx", f"nginx@sha256:{'0' * 64}"))
    assert "0 findings, 1 taken out" in run("baseline", "prune", project).out


def test_it_may_go_elsewhere(run: Run, project: Path, tmp_path: Path) -> None:
    file = tmp_path / "kept.json"
    assert run("baseline", "create", project, "--file", file).code == 0
    assert file.exists()
    assert not (project / "gatekeeper.baseline.json").exists()
    assert "1 finding" in run("baseline", "show", file).out


def test_a_folder_without_a_baseline_says_how_to_make_one(run: Run, project: Path) -> None:
    for what in ("show", "prune"):
        ended = run("baseline", what, project)
        assert ended.code == 2
        assert "gatekeeper.baseline.json: No such file" in ended.err
