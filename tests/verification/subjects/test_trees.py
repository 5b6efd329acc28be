"""Folders as git sees them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gatekeeper.errors import UnreadableInput, UsageError
from gatekeeper.verification.subjects import walking
from gatekeeper.verification.subjects.trees import resolve
from tests.services.tools import program


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Folders whose order as git has it is another than that of their names; modes, links, odd names."""
    root = tmp_path / "tree"
    for path, data in {
        "a/x": b"1",
        "a.b": b"2",
        "a-b/deep/er/y": b"3\n" * 100_000,
        "a0": b"",
        "new\nline": b"4",
        "\udcff": b"5",
        "ärger": b"6",
        "run.sh": b"#!/bin/sh\n",
    }.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(data)
    (root / "run.sh").chmod(0o755)
    (root / "a0").chmod(0o655)  # others may execute it, its owner may not
    (root / "empty" / "folders").mkdir(parents=True)
    (root / "link").symlink_to("a/../a.b")
    (root / "a" / "up").symlink_to("../a-b")
    (root / "dangling").symlink_to("nowhere/at/all")
    return root


def of(root: Path) -> str:
    return resolve(str(root)).digests["gitTree-256"]


def by_git(root: Path) -> str:
    """What git says of a copy, with the rules of this machine switched off."""
    repository = root.parent / "repository"
    shutil.rmtree(repository, ignore_errors=True)
    shutil.copytree(root, repository, symlinks=True)
    for command in (["init", "-q", "--object-format=sha256"], ["add", "-A", "-f"], ["write-tree"]):
        configuration = ["-c", "core.autocrlf=false", "-c", "core.fileMode=true", "-c", "core.excludesFile="]
        ran = subprocess.run(
            ["git", *configuration, *command], cwd=repository, check=True, capture_output=True, text=True
        )
    return ran.stdout.strip()


def test_it_is_what_git_write_tree_says(tree: Path) -> None:
    subject = resolve(str(tree))

    assert subject.digests == {"gitTree-256": by_git(tree)}
    assert (subject.uri, subject.name, subject.message) == (f"tree:{tree}", "tree", None)


def test_an_empty_folder_is_gits_empty_tree(tmp_path: Path) -> None:
    assert of(tmp_path) == "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321"


names = st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=4)


@given(st.dictionaries(st.tuples(names, names), st.binary(max_size=3), max_size=4))
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_git_keeps_has_gits_digest(tmp_path: Path, files: dict[tuple[str, str], bytes]) -> None:
    root = tmp_path / "any"
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir()
    for (folder, name), data in files.items():
        if {".", ".."} & {folder, name} or (root / folder).is_file():
            continue
        (root / folder).mkdir(exist_ok=True)
        (root / folder / name).write_bytes(data)
    try:
        ours = of(root)
    except UnreadableInput:
        return  # names that other systems read otherwise
    assert ours == by_git(root)


@pytest.mark.parametrize("change", ["content", "mode", "link", "name", "link to file"])
def test_every_change_that_git_sees_changes_it(tree: Path, change: str) -> None:
    before = of(tree)
    if change == "content":
        (tree / "a.b").write_bytes(b"3")
    elif change == "mode":
        (tree / "a.b").chmod(0o755)
    elif change == "link":
        (tree / "link").unlink()
        (tree / "link").symlink_to("a.b")
    elif change == "name":
        (tree / "a.b").rename(tree / "a.c")
    else:
        (tree / "link").unlink()
        (tree / "link").write_bytes(b"a/../a.b")
    assert of(tree) != before


@pytest.mark.parametrize("target", ["/etc/passwd", "..", "../x", "a/../../x", "nowhere/../../x", "hop/../x"])
def test_links_that_leave_the_tree(tree: Path, target: str) -> None:
    (tree / "hop").symlink_to("a/..")  # the root itself: from there, .. leads out
    (tree / "bad").symlink_to(target)

    with pytest.raises(UnreadableInput, match="leaves the tree") as caught:
        of(tree)
    assert caught.value.path.endswith("/bad")


def test_absolute_links_leave_it_even_if_they_point_inside(tree: Path) -> None:
    (tree / "bad").symlink_to(tree / "a.b")

    with pytest.raises(UnreadableInput, match="leaves the tree"):
        of(tree)


def test_links_in_a_circle_are_only_text(tree: Path) -> None:
    (tree / "circle").symlink_to("circle")

    assert of(tree) == by_git(tree)


@pytest.mark.parametrize(
    "name",
    [
        ".git",
        ".GIT",
        ".Git",
        "git~1",
        "GIT~1",
        ".git ",
        ".git.",
        ".git...",
        ".g\u200cit",
        ".git::$INDEX_ALLOCATION",
        ".git\\x",
    ],
)
def test_names_that_git_takes_for_its_own(tree: Path, name: str) -> None:
    (tree / "a" / name).mkdir()

    with pytest.raises(UnreadableInput, match="its own folder"):
        of(tree)


@pytest.mark.parametrize("name", [".gitignore", ".github", "git", ".git-x", "git~2x", "a:b"])
def test_names_that_only_look_like_that(tree: Path, name: str) -> None:
    (tree / name).write_bytes(b"x")

    assert of(tree) == by_git(tree)


@pytest.mark.parametrize(("one", "other"), [("Readme", "README"), ("stra\u00dfe", "STRASSE"), ("\u00e9", "e\u0301")])
def test_names_that_are_one_on_other_systems(tree: Path, one: str, other: str) -> None:
    (tree / one).touch()
    (tree / other).touch()

    with pytest.raises(UnreadableInput, match="know no case"):
        of(tree)


def test_pipes_are_not_waited_for(tree: Path) -> None:
    os.mkfifo(tree / "pipe")

    with pytest.raises(UnreadableInput, match="is a pipe"):
        of(tree)


def test_a_file_instead_of_a_folder(tree: Path) -> None:
    for name in ("a.b", "not there"):
        with pytest.raises(UsageError, match="no such folder"):
            of(tree / name)


def test_folders_that_nest_without_end(tmp_path: Path) -> None:
    (root := tmp_path / "deep").mkdir()
    here = os.open(root, os.O_RDONLY)
    for _ in range(1000):
        os.mkdir("d", dir_fd=here)
        inner = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inner
    os.close(here)
    try:
        with pytest.raises(UnreadableInput, match="nests deeper than"):
            of(root)
    finally:
        # Deeper than Python's own way to remove it can go.
        subprocess.run(["rm", "-rf", str(root)], check=True)


def test_more_files_than_are_looked_at(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walking, "MAX_FILES", 5)

    with pytest.raises(Exception, match="more than 5 files"):
        of(tree)


@pytest.mark.services
def test_cosign_means_the_same_by_git_tree(tree: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "HOME": str(tmp_path), "COSIGN_PASSWORD": ""}

    def cosign(*arguments: str) -> None:
        subprocess.run([program("cosign"), *arguments], cwd=tmp_path, env=environment, check=True, capture_output=True)

    statement = json.dumps(
        {
            "_type": "https://in-toto.io/Statement/v1",
            "subject": [{"name": "tree", "digest": {"gitTree": of(tree)}}],
            "predicateType": "https://example.com/p",
            "predicate": {},
        }
    )
    (tmp_path / "statement.json").write_text(statement)
    cosign("generate-key-pair")
    sign = ["--yes", "--key=cosign.key", "--use-signing-config=false", "--tlog-upload=false", "--bundle=b"]
    cosign("attest-blob", *sign, "--statement=statement.json")
    verify = ["--key=cosign.pub", "--insecure-ignore-tlog", "--type=https://example.com/p", "--bundle=b"]
    cosign("verify-blob-attestation", *verify, f"--digest={by_git(tree)}", "--digestAlg=gitTree")


@pytest.mark.parametrize("name", ["..\\x", "a\\..\\..\\x", "\\x", "C:\\x"])
def test_names_that_lead_elsewhere_on_windows_are_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"")
    with pytest.raises(UnreadableInput, match="leads out of the tree"):
        resolve(str(tmp_path))


def test_names_of_systemd_units_are_fine(tmp_path: Path) -> None:
    (tmp_path / "system-a\\x2db.slice").write_bytes(b"")
    assert resolve(str(tmp_path)).digests
