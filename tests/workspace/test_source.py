from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from gatekeeper.workspace.directory import DirectoryTree
from gatekeeper.workspace.source import describe_source
from tests.workspace.repositories import git


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    root = tmp_path / "repository"
    root.mkdir()
    git(root, "init", "-q")
    (root / "a.tf").write_text("a")
    (root / "b").mkdir()
    (root / "b" / "c.tf").write_text("c")
    git(root, "add", ".")
    git(root, "commit", "-qm", "first")
    return root


def test_a_clean_work_tree(repository: Path) -> None:
    git(repository, "remote", "add", "origin", "https://user:to/k@en@git.example/shop.git?private_token=x")
    source = describe_source(DirectoryTree(repository))
    assert (source.commit, source.clean) == (git(repository, "rev-parse", "HEAD"), True)
    assert source.repository == "https://git.example/shop.git"


def test_a_folder_inside_a_work_tree(repository: Path) -> None:
    assert describe_source(DirectoryTree(repository / "b")).clean is True


@pytest.mark.parametrize("change", ["edit", "add", "delete", "mode"])
def test_every_change_is_noticed(repository: Path, change: str) -> None:
    file = repository / "a.tf"
    match change:
        case "edit":
            file.write_text("A")
        case "add":
            (repository / "new.tf").write_text("")
        case "delete":
            file.unlink()
        case "mode":
            file.chmod(0o755)
    assert describe_source(DirectoryTree(repository)).clean is False


def test_the_digest_depends_on_paths_modes_and_contents(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("x")
    before = describe_source(DirectoryTree(tmp_path)).tree_digest
    (tmp_path / "a").chmod(0o755)
    with_mode = describe_source(DirectoryTree(tmp_path)).tree_digest
    (tmp_path / "a").rename(tmp_path / "b")
    renamed = describe_source(DirectoryTree(tmp_path)).tree_digest
    assert len({before, with_mode, renamed}) == 3


def test_outside_git_there_is_no_commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").write_text("x")
    source = describe_source(DirectoryTree(tmp_path))
    assert (source.commit, source.clean, source.repository) == ("", None, "")


def test_nothing_that_the_repository_configures_is_run(repository: Path, tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    script = tmp_path / "trap"
    script.write_text(f"#!/bin/sh\ntouch {mark}\ncat\n")
    script.chmod(0o755)
    for key in (
        "core.fsmonitor",
        "filter.trap.clean",
        "filter.trap.smudge",
        "core.pager",
        "core.sshCommand",
        "gpg.program",
    ):
        git(repository, "config", key, str(script))
    git(repository, "config", "alias.ls-tree", f"!{script}")
    (repository / ".gitattributes").write_text("* filter=trap\n")
    (repository / "a.tf").write_text("changed")
    hooks = repository / ".git" / "hooks" / "post-index-change"
    os.symlink(script, hooks)
    mark.unlink(missing_ok=True)
    assert describe_source(DirectoryTree(repository)).clean is False
    assert not mark.exists()
    # The trap works: git itself would have run it.
    subprocess.run(["git", "status"], cwd=repository, check=True, capture_output=True)
    assert mark.exists()
