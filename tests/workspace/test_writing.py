from __future__ import annotations

import os
from pathlib import Path

import pytest

from gatekeeper.errors import UsageError
from gatekeeper.workspace.writing import write_whole


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("old and longer")
    write_whole(tmp_path / "a", b"new")
    assert (tmp_path / "a").read_bytes() == b"new"
    assert os.listdir(tmp_path) == ["a"]


def test_a_link_is_followed_and_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").write_text("old")
    (tmp_path / "link").symlink_to("real")
    write_whole(tmp_path / "link", b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == b"new"


def test_a_pipe_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    write_whole(pipe, b"data")
    assert os.read(reader, 10) == b"data"
    os.close(reader)
    assert pipe.is_fifo()


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be written"):
        write_whole(tmp_path / "missing" / "a", b"x")


def test_a_private_file_is_its_owners_only(tmp_path: Path) -> None:
    write_whole(tmp_path / "key", b"x", private=True)
    assert (tmp_path / "key").stat().st_mode & 0o077 == 0
