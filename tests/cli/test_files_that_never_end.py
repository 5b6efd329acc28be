"""Wherever a command takes a file: what never ends, or is far too large, is told at once in one message."""

from __future__ import annotations

import os
import resource
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from gatekeeper.attest.keys import new_key_pair
from gatekeeper.attest.signers import load_signer
from gatekeeper.cli.passwords import VARIABLE
from gatekeeper.model.settings import AttestSettings
from tests.cli.conftest import Run
from tests.signed import ARTIFACT_BYTES, SBOM, artifact_of, attest
from tests.signed import DECISION as PASSED

SECONDS = 10
MEMORY = 1 << 30
IMAGE = "oci://127.0.0.1:1/app@sha256:" + "0" * 64
# ODD is the odd file; all others are as they should be.
COMMANDS = [
    "attestation show ODD",
    f"attestation push ODD {IMAGE}",
    "trust init --from ODD",
    "trust init --from artifact.vsa.sigstore.json --root ODD --identity a@example.com",
    "trust init --from artifact.vsa.sigstore.json --key ODD",
    "trust check ODD",
    "trust explain ODD",
    "trust explain --key ODD",
    "verify artifact --trust ODD",
    "verify artifact --key ODD",
    "verify artifact --key key.pub --settings ODD",
    "verify artifact --key key.pub --policies ODD",
    "approve artifact --decision ODD --role reviewer --key key",
    "approve artifact --decision artifact.decision.sigstore.json --role reviewer --key ODD",
    "evidence pack artifact --trust ODD -o pack",
    "evidence unpack ODD -o folder",
    "replay ODD",
    "gate folder --artifact artifact --key ODD",
    "gate folder --artifact artifact --key ODD --public-key key.pub",
    "gate folder --artifact artifact --key key --public-key ODD",
    "gate folder --artifact artifact --key key --trust-config ODD",
    "gate folder --artifact artifact --keyless --trust-config public --identity-token ODD",
    "gate folder --artifact artifact --key key --provenance ODD",
    "gate folder --artifact artifact --key key --materials ODD",
    "gate folder --settings ODD",
    "gate folder --waivers ODD",
    "gate folder --baseline ODD",
    "gate folder --policies ODD",
    "policy sign ODD --key key",
    "policy sign archive.tar.gz --key ODD",
    "policy verify ODD --key key.pub",
]
SUBJECTS = ["verify ODD --key key.pub", "gate folder --artifact ODD --key key", "evidence pack ODD -o pack"]
ODD = ["pipe", "zero", "folder", "missing", "large"]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run) -> Path:
    new_key_pair(tmp_path / "key", "p256", lambda: b"secret")
    artifact = tmp_path / "artifact"
    artifact.write_bytes(ARTIFACT_BYTES)
    signer = load_signer(tmp_path / "key", lambda: b"secret")
    attest(PASSED, SBOM, artifact, artifact_of(artifact), signer, AttestSettings(), None)
    (tmp_path / "archive.tar.gz").write_bytes(b"")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "Dockerfile").write_text("FROM scratch\n")
    odd = tmp_path / "odd"
    odd.mkdir()
    os.mkfifo(odd / "pipe")
    (odd / "zero").symlink_to("/dev/zero")
    (odd / "folder").mkdir()
    with (odd / "large").open("wb") as file:
        file.truncate(1 << 30)
    monkeypatch.setenv(VARIABLE, "secret")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def bounded() -> Iterator[None]:
    """Ends what waits, and what takes the machine's memory."""

    def late(*_: object) -> None:
        raise AssertionError(f"not over within {SECONDS} s")

    before = resource.getrlimit(resource.RLIMIT_AS)
    with open("/proc/self/statm") as file:
        used = int(file.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + MEMORY, before[1]))
    handler = signal.signal(signal.SIGALRM, late)
    signal.alarm(SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, handler)
        resource.setrlimit(resource.RLIMIT_AS, before)


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.usefixtures("place", "bounded")
def test_a_file_that_cannot_be_read(run: Run, command: str, odd: str) -> None:
    ended = run(*command.replace("ODD", f"odd/{odd}").split())
    assert ended.code in (2, 4), ended.err
    assert ended.err.count("error:") + ended.err.count("Error:") == 1
    assert "Traceback" not in ended.err


@pytest.mark.parametrize("odd", ["pipe", "zero", "missing"])
@pytest.mark.parametrize("command", SUBJECTS)
@pytest.mark.usefixtures("place", "bounded")
def test_a_subject_that_cannot_be_read(run: Run, command: str, odd: str) -> None:
    ended = run(*command.replace("ODD", f"odd/{odd}").split())
    assert ended.code in (2, 4), ended.err
    assert "Traceback" not in ended.err


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.usefixtures("place", "bounded")
def test_attestations_that_cannot_be_read(run: Run, odd: str) -> None:
    ended = run("verify", "artifact", "--key", "key.pub", "--attestations", f"odd/{odd}")
    # A folder without any, and a file that is no attestation, say that the artifact has none.
    assert ended.code == {"pipe": 4, "zero": 4, "missing": 2}.get(odd, 5), ended.err


@pytest.mark.usefixtures("place", "bounded")
def test_a_pipe_that_nobody_reads_is_not_written_to(run: Run) -> None:
    Path("policies").mkdir()
    Path("policies/a.rego").write_text('package main\n\nimport rego.v1\n\ndeny contains "no" if input.bad\n')
    ended = run("policy", "build", "policies", "-o", "odd/pipe")
    assert ended.code == 2
    assert "nobody reads from this pipe" in ended.err


@pytest.mark.parametrize(
    "command", ["verify artifact", "trust explain", "trust init --from artifact.vsa.sigstore.json -o trust.toml"]
)
@pytest.mark.usefixtures("place", "bounded")
def test_a_key_is_a_file_that_can_be_read_again(run: Run, command: str) -> None:
    """What a shell opens for `<(command)` is gone after it was read once."""
    reader, writer = os.pipe()
    try:
        os.write(writer, Path("key.pub").read_bytes())
        os.close(writer)
        ended = run(*command.split(), "--key", f"/dev/fd/{reader}")
    finally:
        os.close(reader)
    assert ended.code == 2
    assert f"the key /dev/fd/{reader} is no regular file" in ended.err
