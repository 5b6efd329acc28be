from __future__ import annotations

import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

from gatekeeper.cli.passwords import VARIABLE
from tests.cli.conftest import Run

PASSWORD = "correct horse battery staple"


@pytest.mark.parametrize("algorithm", ["p256", "ed25519"])
def test_a_pair_is_written_encrypted_and_private(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, algorithm: str
) -> None:
    monkeypatch.setenv(VARIABLE, PASSWORD)
    ended = run("keys", "new", "--algorithm", algorithm, "--output", tmp_path / "release.key")
    assert ended.code == 0
    private = tmp_path / "release.key"
    assert b"BEGIN ENCRYPTED PRIVATE KEY" in private.read_bytes()
    assert stat.S_IMODE(private.stat().st_mode) == 0o600
    key = load_pem_private_key(private.read_bytes(), PASSWORD.encode())
    assert key.public_key() == load_pem_public_key((tmp_path / "release.key.pub").read_bytes())
    assert ended.out == ""
    assert "release.key.pub" in ended.err
    assert PASSWORD not in ended.err


def test_a_key_is_never_overwritten(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, PASSWORD)
    run("keys", "new", "-o", tmp_path / "a.key")
    before = (tmp_path / "a.key").read_bytes()
    ended = run("keys", "new", "-o", tmp_path / "a.key")
    assert ended.code == 2
    assert "exists already" in ended.err
    assert (tmp_path / "a.key").read_bytes() == before
    (tmp_path / "a.key").unlink()
    assert run("keys", "new", "-o", tmp_path / "a.key").code == 2  # its public key is still there
    assert not (tmp_path / "a.key").exists()


@pytest.mark.parametrize("password", ["", "x" * 1024], ids=["empty", "too long"])
def test_a_password_that_protects_nothing_or_does_not_fit_is_refused(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, password: str
) -> None:
    monkeypatch.setenv(VARIABLE, password)
    ended = run("keys", "new", "-o", tmp_path / "a.key")
    assert ended.code == 2
    assert "1 to 1023 bytes" in ended.err
    assert list(tmp_path.iterdir()) == []


def test_a_password_need_not_be_text(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, b"\xff\xfe".decode(errors="surrogateescape"))
    assert run("keys", "new", "-o", tmp_path / "a.key").code == 0
    load_pem_private_key((tmp_path / "a.key").read_bytes(), b"\xff\xfe")


def test_a_folder_that_is_missing_is_named(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, PASSWORD)
    ended = run("keys", "new", "-o", tmp_path / "no" / "a.key")
    assert ended.code == 2
    assert "cannot be written" in ended.err
    assert PASSWORD not in ended.err
