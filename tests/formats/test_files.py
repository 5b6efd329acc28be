from __future__ import annotations

import os
from pathlib import Path

import pytest

from gatekeeper.formats.files import read_regular


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
