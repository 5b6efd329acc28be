"""Files as subjects."""

from __future__ import annotations

import hashlib
import os
import socket
from pathlib import Path

import pytest

from gatekeeper.errors import UnreadableInput, UsageError
from gatekeeper.verification.core.messages import InMemory
from gatekeeper.verification.subjects import reading
from gatekeeper.verification.subjects.base import Subject
from gatekeeper.verification.subjects.files import resolve
from gatekeeper.verification.subjects.reading import pieces

DATA = b"the artifact" * 300_000


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "app.tar.gz"
    path.write_bytes(DATA)
    return path


def test_a_file_has_its_name_and_three_digests(file: Path) -> None:
    subject = resolve(str(file))

    assert (subject.uri, subject.name) == (f"file:{file}", "app.tar.gz")
    assert subject.digests == {n: hashlib.new(n, DATA).hexdigest() for n in ("sha256", "sha384", "sha512")}
    assert subject.message is not None
    assert subject.message.digest("sha384") == hashlib.sha384(DATA).digest()
    assert subject.message.content() == DATA


def test_an_empty_file_is_one(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()

    assert resolve(str(tmp_path / "empty")).digests["sha256"].startswith("e3b0c442")


def test_a_link_that_the_user_names_is_followed(file: Path) -> None:
    (file.parent / "link").symlink_to(file)

    assert resolve(str(file.parent / "link")).digests == resolve(str(file)).digests


def test_a_file_that_is_not_there_is_a_wrong_name(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such file"):
        resolve(str(tmp_path / "app"))


def test_pipes_devices_sockets_and_folders_are_no_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(tmp_path / "pipe")
    monkeypatch.chdir(tmp_path)  # a socket's path must be short
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind("socket")
        for name in (str(tmp_path / "pipe"), "/dev/zero", str(tmp_path), "socket"):
            with pytest.raises(UnreadableInput):
                resolve(name)


def test_a_file_that_grows_or_shrinks_meanwhile_is_noticed(file: Path) -> None:
    for change in (b"more", b""):

        def read(number: int, size: int, change: bytes = change) -> bytes:
            if change:
                with file.open("ab") as other:
                    other.write(change)
            else:
                os.truncate(file, 5)
            return os.read(number, size)

        with (
            reading.opened(file) as (number, status),
            pytest.raises(UnreadableInput, match="changed while it was read"),
        ):
            list(pieces(number, status, "app", read))


def test_a_file_that_is_another_when_its_bytes_are_needed(file: Path) -> None:
    message = resolve(str(file)).message
    assert message is not None
    file.write_bytes(DATA.upper())

    with pytest.raises(UnreadableInput, match="changed while it was read"):
        message.content()


def test_a_file_that_is_too_large_for_memory_is_only_digested(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_CONTENT_BYTES", len(DATA) - 1)
    message = resolve(str(file)).message
    assert message is not None

    with pytest.raises(UnreadableInput, match="Ed25519"):
        message.content()


def test_digests_that_a_statement_names_are_computed_when_they_are_needed(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"content")
    subject = resolve(str(tmp_path / "a"))
    wanted = {"md5": "0" * 32, "sha3_256": "0" * 64, "sha512_256": "0" * 64, "blake2b": "0" * 128, "gitBlob": "0" * 40}
    found = subject.digests_beside({**wanted, "shake128": "00", "gitCommit": "0" * 40, "blake2s": "00"})

    assert found.keys() == {*subject.digests, *wanted}
    assert found["md5"] == hashlib.md5(b"content").hexdigest()
    assert found["gitBlob"] == hashlib.sha1(b"blob 7\0content").hexdigest()
    longer = subject.digests_beside({"gitBlob": "0" * 64})["gitBlob"]
    assert longer == hashlib.sha256(b"blob 7\0content").hexdigest()


def test_a_file_that_was_changed_has_no_further_digests(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"content")
    subject = resolve(str(tmp_path / "a"))
    (tmp_path / "a").write_bytes(b"changed")

    with pytest.raises(UnreadableInput, match="changed"):
        subject.digests_beside({"md5": "0" * 32})


def test_further_digests_of_bytes_in_memory_and_of_nothing() -> None:
    digests = {"sha256": hashlib.sha256(b"x").hexdigest()}

    assert Subject("a", "a", digests, InMemory(b"x")).digests_beside({"md5": "0" * 32}) == {
        **digests,
        "md5": hashlib.md5(b"x").hexdigest(),
    }
    assert Subject("a", "a", digests).digests_beside({"md5": "0" * 32}) == digests
