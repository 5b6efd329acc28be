"""Each file in a folder as a subject of its own."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path

import pytest

from gatekeeper.errors import Undecidable, UnreadableInput, UsageError
from gatekeeper.verification.subjects.folders import resolve


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("b.whl", "a/c.txt", "a/b/d", ".hidden"):
        (tmp_path / "dist" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "dist" / name).write_text(name)
    (tmp_path / "dist" / "empty").mkdir()
    return tmp_path / "dist"


def test_all_files_at_any_depth_with_their_digests(folder: Path) -> None:
    found = list(resolve(str(folder)))

    assert [one.name for one in found] == [".hidden", "a/b/d", "a/c.txt", "b.whl"]
    assert found[1].uri == f"file:{folder}/a/b/d"
    assert [one.digests["sha256"] for one in found] == [sha256(one.name.encode()).hexdigest() for one in found]
    assert found[3].message is not None
    assert found[3].message.content() == b"b.whl"


def test_a_file_is_digested_when_it_is_its_turn(folder: Path) -> None:
    found = resolve(str(folder))
    next(found)
    os.mkfifo(folder / "z")  # not listed any more
    (folder / "b.whl").write_text("changed")

    assert [one.digests["sha256"] for one in found][-1] == sha256(b"changed").hexdigest()


def test_links_and_pipes_are_refused_for_nothing_would_be_said_about_them(folder: Path) -> None:
    (folder / "a" / "link").symlink_to("c.txt")

    with pytest.raises(UnreadableInput, match="is a link") as caught:
        list(resolve(str(folder)))
    assert caught.value.path == f"{folder}/a/link"


def test_a_folder_that_becomes_a_link_meanwhile_is_not_followed(folder: Path, tmp_path: Path) -> None:
    (folder / "z").mkdir()
    found = resolve(str(folder))
    next(found)
    (folder / "z").rmdir()
    (folder / "z").symlink_to(tmp_path)

    with pytest.raises(UnreadableInput):
        list(found)


def test_a_folder_without_files_verifies_nothing(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()

    with pytest.raises(Undecidable, match="no file in this folder"):
        list(resolve(str(tmp_path)))


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such folder"):
        list(resolve(str(tmp_path / "dist")))
