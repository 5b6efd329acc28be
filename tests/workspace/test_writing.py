from __future__ import annotations

import errno
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from gatekeeper.errors import UsageError
from gatekeeper.workspace.writing import write_folder, write_whole


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


def test_a_pipe_that_nobody_reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UsageError, match="nobody reads from this pipe"):
        write_whole(tmp_path / "pipe", b"data")
    monkeypatch.setattr("gatekeeper.workspace.writing._PATIENCE", 0.1)
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    with pytest.raises(UsageError, match="nobody read from this pipe for"):
        write_whole(tmp_path / "pipe", b"more than a pipe holds" * 10_000)
    os.close(reader)


def test_a_pipe_that_is_read_slowly_gets_all(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    data = bytes(300_000)
    with ThreadPoolExecutor(1) as pool, open(reading, "rb") as file:
        whole = pool.submit(file.read, len(data))
        write_whole(Path(f"/dev/fd/{writing}"), data)
        assert whole.result() == data
    os.close(writing)


def test_a_folder_is_written_whole(tmp_path: Path) -> None:
    write_folder(tmp_path / "new" / "folder", {"a": b"1", "b/c": b"2"})
    assert (tmp_path / "new" / "folder" / "b" / "c").read_bytes() == b"2"
    assert os.listdir(tmp_path / "new") == ["folder"]
    with pytest.raises(UsageError, match="is there already"):
        write_folder(tmp_path / "new" / "folder", {"d": b""})
    (tmp_path / "link").symlink_to("nowhere")
    with pytest.raises(UsageError, match="is there already"):
        write_folder(tmp_path / "link", {"d": b""})


def test_of_a_folder_that_cannot_be_written_whole_nothing_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(number: int) -> None:
        if os.fstat(number).st_size > 1:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(UsageError, match=r"folder/b/c cannot be written: No space left") as caught:
        write_folder(tmp_path / "folder", {"a": b"1", "b/c": b"22"})
    assert str(tmp_path / "folder" / "b") in caught.value.message
    assert os.listdir(tmp_path) == []
