"""Policies on their way, with real keys, OPA and cosign."""

from __future__ import annotations

import dataclasses
import datetime
import os
import subprocess
from hashlib import sha256
from pathlib import Path

import pytest

from gatekeeper.attest.keys import new_key_pair
from gatekeeper.attest.signers import load_signer
from gatekeeper.errors import EngineFailure, SettingsError, UsageError, VerificationFailure
from gatekeeper.formats.statement import Statement, Subject
from gatekeeper.model.settings import PolicySettings, Settings
from gatekeeper.policy.distribution import archive
from gatekeeper.roads.publishing import build, bundle_path, key_of, sign, verify
from tests.policy.writing import rule, write
from tests.services.tools import program

CLOCK = datetime.datetime(2026, 3, 1, 12, tzinfo=datetime.UTC)


def password() -> bytes:
    return b"secret"


@pytest.fixture
def key(tmp_path: Path) -> Path:
    return new_key_pair(tmp_path / "team.key", "p256", password)[0]


@pytest.fixture
def trust(key: Path) -> PolicySettings:
    return PolicySettings(keys=(key_of(key.with_name("team.key.pub"), "team"),))


@pytest.fixture
def packed(tmp_path: Path, key: Path) -> Path:
    folder = write(tmp_path / "mine", {"acme/rule.rego": rule(package="acme.rule"), "acme/rule_test.rego": "package x"})
    (folder / "acme" / "ports.json").write_text("[22]")
    path = tmp_path / "mine.tar.gz"
    build([folder], path, 7, None)
    sign(path, key, password, "team", CLOCK, None)
    return path


def test_what_is_built_and_signed_verifies(packed: Path, trust: PolicySettings) -> None:
    verified = verify(packed, trust, CLOCK)
    assert (verified.revision, verified.key_id) == (7, "team")
    assert set(verified.files) == {
        ".manifest", ".signatures.json", "acme/rule.rego", "acme/ports/data.json",
    }  # fmt: skip


@pytest.mark.services
def test_cosign_verifies_the_archive(packed: Path, key: Path) -> None:
    command = [
        str(program("cosign")), "verify-blob", "--insecure-ignore-tlog", "--key", f"{key}.pub",
        "--bundle", str(bundle_path(packed)), str(packed),
    ]  # fmt: skip
    assert subprocess.run(command, capture_output=True).returncode == 0
    packed.write_bytes(packed.read_bytes() + b"\0")
    assert subprocess.run(command, capture_output=True).returncode != 0


@pytest.mark.services
def test_opa_evaluates_the_library_by_itself(tmp_path: Path) -> None:
    path = tmp_path / "library.tar.gz"
    build([], path, 1, Settings())
    command = [str(program("opa")), "eval", "--format=raw", "--bundle", str(path)]
    evidence = '{"coverage": {"files": [{"path": "x.yaml", "status": "failed", "reason": "no YAML", "line": 0}]}}'
    query = f"data.gatekeeper.rules.gate.unreadable_file.deny with input as {evidence}"
    completed = subprocess.run([*command, query], capture_output=True, text=True)
    assert "This file could not be read: no YAML" in completed.stdout, completed.stderr


def test_an_archive_that_was_changed_is_never_opened(packed: Path, trust: PolicySettings) -> None:
    packed.write_bytes(packed.read_bytes()[:-1] + b"x")
    with pytest.raises(VerificationFailure, match="the file was changed after it was signed"):
        verify(packed, trust, CLOCK)


def test_files_signed_inside_by_another_key(packed: Path, key: Path, trust: PolicySettings, tmp_path: Path) -> None:
    """The outer signature is the team's, the inner one is not."""
    other, _ = new_key_pair(tmp_path / "other.key", "ed25519", password)
    sign(packed, other, password, "team", CLOCK, None)
    inner = packed.read_bytes()
    packed.write_bytes(inner)
    bundle_path(packed).write_bytes(load_signer(key, password).sign_file(inner).encode())
    with pytest.raises(VerificationFailure, match="the signature of the archive does not hold"):
        verify(packed, trust, CLOCK)


def test_a_statement_of_the_same_key_is_no_signature_of_the_archive(
    packed: Path, key: Path, trust: PolicySettings
) -> None:
    about_it = Statement((Subject(packed.name, {"sha256": sha256(packed.read_bytes()).hexdigest()}),), "x", {})
    bundle_path(packed).write_bytes(load_signer(key, password).sign(about_it).encode())
    with pytest.raises(VerificationFailure, match="signs a statement, not the file"):
        verify(packed, trust, CLOCK)


def test_another_key(packed: Path, tmp_path: Path) -> None:
    other = new_key_pair(tmp_path / "other.key", "ed25519", password)[1]
    with pytest.raises(VerificationFailure, match="signed with another key"):
        verify(packed, PolicySettings(keys=(key_of(other, "team"),)), CLOCK)


def test_old_revisions_are_refused(packed: Path, trust: PolicySettings) -> None:
    with pytest.raises(VerificationFailure, match="an old revision"):
        verify(packed, PolicySettings(keys=trust.keys, minimum_revision=8), CLOCK)


def test_a_missing_signature(packed: Path, trust: PolicySettings) -> None:
    bundle_path(packed).unlink()
    with pytest.raises(VerificationFailure, match="is missing"):
        verify(packed, trust, CLOCK)


def test_without_keys_nothing_is_verified(packed: Path) -> None:
    with pytest.raises(UsageError, match="no key to verify with"):
        verify(packed, PolicySettings(), CLOCK)


def test_what_is_no_archive(tmp_path: Path, key: Path) -> None:
    path = tmp_path / "x.tar.gz"
    path.write_bytes(b"nothing")
    with pytest.raises(EngineFailure, match="cannot be used"):
        sign(path, key, password, "team", CLOCK, None)
    with pytest.raises(SettingsError, match="no such folder"):
        build([tmp_path / "nowhere"], path, 0, None)
    assert path.read_bytes() == b"nothing"


def test_the_same_policies_give_the_same_archive(tmp_path: Path) -> None:
    for name in ("one", "two"):
        folder = write(tmp_path / name, {"acme/rule.rego": rule(package="acme.rule")})
        build([folder], tmp_path / f"{name}.tar.gz", 1, None)
    first, second = ((tmp_path / f"{name}.tar.gz").read_bytes() for name in ("one", "two"))
    assert first == second
    assert archive.MANIFEST in archive.read(first, "x")


def test_pipes_are_not_waited_for(packed: Path, key: Path, trust: PolicySettings, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for call in (
        lambda: key_of(pipe, "team"),
        lambda: sign(packed, pipe, password, "team", CLOCK, None),
        lambda: sign(pipe, key, password, "team", CLOCK, None),
        lambda: verify(pipe, trust, CLOCK),
    ):
        with pytest.raises(UsageError, match="is no regular file"):
            call()
    settings = PolicySettings(keys=(dataclasses.replace(trust.keys[0], file=str(pipe)),))
    with pytest.raises(SettingsError, match="is no regular file"):
        verify(packed, settings, CLOCK)
