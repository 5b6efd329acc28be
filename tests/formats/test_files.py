from __future__ import annotations

import os
from pathlib import Path

import pytest

from gatekeeper.errors import UsageError
from gatekeeper.formats.files import open_regular, read_named, read_regular


def test_a_file_and_a_link_to_one(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"text")
    (tmp_path / "b").symlink_to("a")
    assert read_regular(tmp_path / "a", 4) == read_regular(str(tmp_path / "b"), 4) == b"text"


def test_what_never_ends_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "zero").symlink_to("/dev/zero")
    for name in ("pipe", "zero"):
        with pytest.raises(OSError, match="is no regular file"):
            read_regular(tmp_path / name, 10)


def test_what_is_too_large(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"12345")
    with pytest.raises(OSError, match="is larger than 4 bytes"):
        read_regular(tmp_path / "a", 4)


def test_folders_and_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError):
        read_regular(tmp_path, 10)
    with pytest.raises(FileNotFoundError):
        read_regular(tmp_path / "none", 10)


def test_a_pipe_that_the_caller_opened() -> None:
    reading, writing = os.pipe()
    os.write(writing, b"given")
    os.close(writing)
    assert read_regular(f"/dev/fd/{reading}", 10) == b"given"
    os.close(reading)


def test_a_pipe_of_the_caller_is_bounded_in_time_where_that_is_asked() -> None:
    reading, writing = os.pipe()
    os.write(writing, b"given")
    with pytest.raises(TimeoutError) as caught:
        read_regular(f"/dev/fd/{reading}", 10, seconds=0.1)
    assert caught.value.strerror == "did not end within 0 s"
    os.write(writing, b"whole")
    os.close(writing)
    assert read_regular(f"/dev/fd/{reading}", 10, seconds=5) == b"whole"
    os.close(reading)


def test_a_file_that_is_read_piece_by_piece(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"text")
    with open_regular(tmp_path / "a") as file:
        assert (file.read(2), file.read()) == (b"te", b"xt")


def test_what_the_command_line_names_is_told_by_its_name(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UsageError) as caught:
        read_named("the key", tmp_path / "pipe", 10, hint="name a file")
    assert caught.value.message == f"the key {tmp_path / 'pipe'} cannot be read: is no regular file"
    assert caught.value.hint == "name a file"
    with pytest.raises(UsageError) as caught:
        read_named("", tmp_path / "none", 10)
    assert caught.value.message == f"{tmp_path / 'none'} cannot be read: No such file or directory"
