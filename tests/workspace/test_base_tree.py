"""The tree that a change starts from, in real git repositories, hostile ones among them."""

from __future__ import annotations

import zlib
from pathlib import Path

import pytest

from gatekeeper.errors import Undecidable, UnreadableInput, UsageError
from gatekeeper.workspace.base_tree import BaseTree, Selection, find_base
from gatekeeper.workspace.directory import DirectoryTree
from gatekeeper.workspace.ignore import DEFAULTS, Exclusion, IgnoreRules
from tests.workspace.repositories import commit, git, new_repository


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    root = new_repository(tmp_path / "repository", {"same.tf": "same", "edited.tf": "old", "gone.tf": "gone"})
    git(root, "checkout", "-qb", "change")
    commit(root, {"edited.tf": "new", "gone.tf": None, "added.tf": "added"})
    return root


def base_of(root: Path, ref: str = "main", rules: IgnoreRules | None = None) -> BaseTree:
    rules = rules or IgnoreRules()
    return BaseTree(find_base(root, ref), DirectoryTree(root, rules), rules)


def test_the_base_holds_the_files_as_they_were(repository: Path) -> None:
    tree = base_of(repository)
    assert [entry.path for entry in tree.entries] == ["edited.tf", "gone.tf", "same.tf"]
    assert [tree.read(entry.path) for entry in tree.entries] == [b"old", b"gone", b"same"]
    assert tree.changed == {"edited.tf", "gone.tf", "added.tf"}
    assert tree.head("gone.tf", 2) == b"go"


def test_files_that_are_not_committed_belong_to_the_change(repository: Path) -> None:
    (repository / "same.tf").write_text("work in progress")
    tree = base_of(repository)
    assert "same.tf" in tree.changed
    assert tree.read("same.tf") == b"same"


def test_the_base_is_where_the_histories_parted(repository: Path) -> None:
    git(repository, "checkout", "-q", "main")
    before = git(repository, "rev-parse", "HEAD")
    commit(repository, {"later.tf": "somebody else's"})
    git(repository, "checkout", "-q", "change")
    assert find_base(repository, "main").commit == before
    assert "later.tf" not in {entry.path for entry in base_of(repository).entries}


def test_a_folder_inside_the_repository_is_compared_with_itself(tmp_path: Path) -> None:
    root = new_repository(tmp_path / "r", {"a/x.tf": "old", "b/y.tf": "b"})
    git(root, "checkout", "-qb", "change")
    commit(root, {"a/x.tf": "new"})
    tree = base_of(root / "a")
    assert [(entry.path, tree.read(entry.path)) for entry in tree.entries] == [("x.tf", b"old")]


def test_names_that_need_care(tmp_path: Path) -> None:
    names = ["new\nline.tf", "tab\t.tf", "ü.tf", "back\\slash.tf", "-rf"]
    root = new_repository(tmp_path / "r", {name: name for name in names})
    git(root, "checkout", "-qb", "change")
    commit(root, dict.fromkeys(names, "edited"))
    tree = base_of(root)
    assert tree.changed == {entry.path for entry in DirectoryTree(root).entries}
    assert {tree.read(entry.path).decode() for entry in tree.entries} == set(names)


def test_the_same_files_are_left_out_as_on_disk(tmp_path: Path) -> None:
    files: dict[str, str | None] = {
        "vendor/x.tf": "",
        "vendor/own/y.tf": "",
        "a/b.tf": "",
        "legacy/z.tf": "",
        "deep/legacy/z.tf": "",
        "x.min.js": "",
    }
    root = new_repository(tmp_path / "r", files)
    (root / "link").symlink_to("a")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "link")
    rules = IgnoreRules((*DEFAULTS, Exclusion("legacy/**", "old", "flag")), ("vendor/own",))
    tree, disk = base_of(root, "HEAD", rules), DirectoryTree(root, rules)
    assert [entry.path for entry in tree.entries] == [entry.path for entry in disk.entries]
    assert not tree.changed


def test_a_selection_shows_some_files(repository: Path) -> None:
    chosen = Selection(base_of(repository), frozenset({"same.tf", "added.tf"}))
    assert [entry.path for entry in chosen.entries] == ["same.tf"]
    assert (chosen.read("same.tf"), chosen.head("same.tf", 1), chosen.excluded) == (b"same", b"s", ())


def test_a_file_that_is_too_large(repository: Path) -> None:
    tree = base_of(repository)
    with pytest.raises(UnreadableInput, match="larger than 2 bytes"):
        tree.read("edited.tf", 2)
    with pytest.raises(UnreadableInput, match="not in the base"):
        tree.read("added.tf")


def test_without_a_repository(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no git repository with a commit"):
        find_base(tmp_path, "main")


@pytest.mark.parametrize("ref", ["nowhere", "--help", "--upload-pack=touch x", "main..change", "", "a\nb"])
def test_a_ref_that_is_none(repository: Path, ref: str) -> None:
    with pytest.raises(Undecidable, match="no such commit"):
        find_base(repository, ref)


def test_a_shallow_clone_is_told_to_fetch_the_history(repository: Path, tmp_path: Path) -> None:
    commit(repository, {"added.tf": "more"})
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "-q", "--depth=1", "--no-single-branch", f"file://{repository}", str(clone))
    with pytest.raises(Undecidable, match="shallow") as caught:
        find_base(clone, "origin/main")
    assert "fetch-depth: 0" in caught.value.hint


def test_histories_that_have_nothing_in_common(repository: Path) -> None:
    git(repository, "checkout", "-q", "--orphan", "other")
    commit(repository, {"other.tf": ""})
    with pytest.raises(Undecidable, match="no history in common"):
        find_base(repository, "main")


def test_a_partial_clone_fetches_nothing_and_runs_nothing(repository: Path, tmp_path: Path) -> None:
    """git would run a remote ``ext::command`` to get an object that a partial clone has left behind."""
    proof = tmp_path / "proof"
    old = git(repository, "rev-parse", "main:edited.tf")
    git(repository, "config", "remote.origin.url", f"ext::touch {proof}")
    git(repository, "config", "remote.origin.promisor", "true")
    git(repository, "config", "remote.origin.partialclonefilter", "blob:none")
    git(repository, "config", "extensions.partialClone", "origin")
    git(repository, "config", "protocol.ext.allow", "always")
    (repository / ".git" / "objects" / old[:2] / old[2:]).unlink()
    with pytest.raises(Undecidable, match="not in this clone") as caught:
        base_of(repository)
    assert "fetch-depth: 0" in caught.value.hint
    assert not proof.exists()


def test_what_only_the_clone_says_about_the_history_does_not_count(repository: Path) -> None:
    main, change = git(repository, "rev-parse", "main"), git(repository, "rev-parse", "change")
    git(repository, "checkout", "-q", "main")
    later = commit(repository, {"later.tf": ""})
    git(repository, "checkout", "-q", "change")
    # With it, HEAD would be an ancestor of main, and nothing new.
    (repository / ".git" / "info" / "grafts").write_text(f"{later} {change}\n{change} {main}\n")
    assert find_base(repository, "main").commit == main


def test_an_object_that_is_not_what_its_name_says(repository: Path) -> None:
    name = git(repository, "rev-parse", "main:edited.tf")
    file = repository / ".git" / "objects" / name[:2] / name[2:]
    file.chmod(0o600)
    file.write_bytes(zlib.compress(b"blob 3\0bad"))
    with pytest.raises(Undecidable, match=r"edited\.tf: its object in the base is damaged"):
        base_of(repository)


def test_a_sparse_checkout_that_leaves_out_what_the_change_brings(repository: Path) -> None:
    git(repository, "sparse-checkout", "set", "--no-cone", "/edited.tf")
    with pytest.raises(Undecidable, match=r"added\.tf: the change brings it, but it is not checked out$"):
        find_base(repository, "main")
    git(repository, "sparse-checkout", "set", "--no-cone", "/edited.tf", "/added.tf")
    assert not (repository / "same.tf").exists()
    assert find_base(repository, "main")
