from __future__ import annotations

import os
from pathlib import Path

import pytest

from gatekeeper.errors import Undecidable, UnreadableInput, UsageError
from gatekeeper.workspace.directory import DirectoryTree
from gatekeeper.workspace.ignore import DEFAULTS, Exclusion, IgnoreRules
from gatekeeper.workspace.names import printable


def make(root: Path, *paths: str) -> Path:
    for path in paths:
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(path)
    return root


def paths(tree: DirectoryTree) -> list[str]:
    return [entry.path for entry in tree.entries]


def left_out(tree: DirectoryTree) -> dict[str, str]:
    return {file.path: f"{file.by}: {file.reason}" for file in tree.excluded}


def test_all_files_are_listed_and_read(tmp_path: Path) -> None:
    tree = DirectoryTree(make(tmp_path, "b.tf", "a/x.yaml", ".github/workflows/ci.yml", ".env"))
    assert paths(tree) == [".env", ".github/workflows/ci.yml", "a/x.yaml", "b.tf"]
    assert tree.read("a/x.yaml") == b"a/x.yaml"
    assert tree.head("a/x.yaml", 3) == b"a/x"


def test_vendored_and_generated_code_is_left_out_and_said(tmp_path: Path) -> None:
    tree = DirectoryTree(
        make(tmp_path, "node_modules/a/index.js", "x/vendor/b.go", "dist/app.js", "site.min.js", "a.js")
    )
    assert paths(tree) == ["a.js"]
    assert left_out(tree) == {
        "dist/": "default: build output",
        "node_modules/": "default: vendored",
        "site.min.js": "default: generated",
        "x/vendor/": "default: vendored",
    }


def test_settings_leave_out_more_and_includes_take_back(tmp_path: Path) -> None:
    make(tmp_path, "legacy/a.tf", "vendor/acme/b.tf", "vendor/other/c.tf", "testdata/d.tf")
    own = (Exclusion("legacy/**", "retired", "settings"),)
    tree = DirectoryTree(tmp_path, IgnoreRules(DEFAULTS + own, ("vendor/acme/**", "testdata")))
    assert paths(tree) == ["testdata/d.tf", "vendor/acme/b.tf"]
    assert left_out(tree) == {"legacy/": "settings: retired", "vendor/": "default: vendored"}


def test_version_control_cannot_be_taken_back(tmp_path: Path) -> None:
    tree = DirectoryTree(make(tmp_path, ".git/config", "a.tf"), IgnoreRules(includes=(".git", ".git/**", "**")))
    assert paths(tree) == ["a.tf"]


def test_links_are_not_followed(tmp_path: Path) -> None:
    inside = make(tmp_path / "tree", "real.tf")
    secret = tmp_path / "secret.tf"
    secret.write_text("password")
    (inside / "out.tf").symlink_to(secret)
    (inside / "folder").symlink_to(tmp_path)
    (inside / "twin.tf").symlink_to("real.tf")
    (inside / "nowhere.tf").symlink_to("missing")
    (inside / "loop").symlink_to("loop")
    tree = DirectoryTree(inside)
    assert paths(tree) == ["real.tf"]
    assert left_out(tree) == {
        "folder": "default: link that leaves the tree",
        "loop": "default: link that leads nowhere",
        "nowhere.tf": "default: link that leads nowhere",
        "out.tf": "default: link that leaves the tree",
        "twin.tf": "default: link to another place in the tree",
    }


def test_a_link_put_there_after_listing_is_refused(tmp_path: Path) -> None:
    tree = DirectoryTree(make(tmp_path / "tree", "a.tf"))
    (tmp_path / "secret").write_text("x")
    (tmp_path / "tree" / "a.tf").unlink()
    (tmp_path / "tree" / "a.tf").symlink_to(tmp_path / "secret")
    with pytest.raises(UnreadableInput):
        tree.read("a.tf")


def test_pipes_are_no_files(tmp_path: Path) -> None:
    os.mkfifo(make(tmp_path, "a.tf") / "pipe.tf")
    assert left_out(DirectoryTree(tmp_path)) == {"pipe.tf": "default: neither a file nor a folder"}


def test_names_are_made_printable(tmp_path: Path) -> None:
    for name in (b"new\nline.tf", b"latin\xe9.tf", b"back\\slash.tf", "täst.tf".encode()):
        with open(os.path.join(os.fsencode(tmp_path), name), "wb") as file:
            file.write(name)
    tree = DirectoryTree(tmp_path)
    assert paths(tree) == ["back\\\\slash.tf", "latin\\xe9.tf", "new\\nline.tf", "täst.tf"]
    assert tree.read("new\\nline.tf") == b"new\nline.tf"


def test_printable_names_never_collide() -> None:
    names = ["a\\n", "a\n", "a\\\n", "a\\\\n"]
    assert len({printable(name) for name in names}) == len(names)


def test_a_file_that_is_too_large_is_refused_when_read(tmp_path: Path) -> None:
    (tmp_path / "a.tf").write_bytes(b"x" * 2000)
    with pytest.raises(UnreadableInput, match=r"larger than 1000 bytes"):
        DirectoryTree(tmp_path).read("a.tf", 1000)


def test_too_many_files_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(Undecidable, match="more than 2 files"):
        DirectoryTree(make(tmp_path, "a", "b", "c"), max_files=2)


def test_one_file_is_a_tree(tmp_path: Path) -> None:
    assert paths(DirectoryTree(make(tmp_path, "a.tf", "b.tf") / "a.tf")) == ["a.tf"]


def test_no_such_folder(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such file or folder"):
        DirectoryTree(tmp_path / "missing")
