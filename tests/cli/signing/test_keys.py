"""Keys in files and tokens, with and without log and timestamp."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from gatekeeper.attest.keys import new_key_pair
from gatekeeper.cli.passwords import VARIABLE
from gatekeeper.crypto import public_keys
from gatekeeper.formats.sigstore.bundle import Bundle
from tests.attest import samples
from tests.cli.conftest import Run
from tests.cli.signing.conftest import Config, bundles_in, names, verified
from tests.services.hsm import PIN, Token
from tests.services.sigstore import SigstoreStack
from tests.services.stub import closed_url

BY_KEY = ("decision", "sbom", "vsa")


@pytest.fixture
def key(tmp_path: Path) -> Path:
    private, _ = new_key_pair(tmp_path / "release.key", "p256", lambda: b"secret")
    return private


@pytest.mark.services
def test_a_key_with_log_and_timestamp(
    run: Run,
    project: Path,
    artifact: Path,
    key: Path,
    sigstore_stack: SigstoreStack,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(VARIABLE, "secret")
    gate = ("gate", project, "--artifact", artifact, "--key", key, "--trust-config", sigstore_stack.trust_config)
    ended = run(*gate)
    assert (ended.code, bundles_in(artifact.parent)) == (0, names(artifact, BY_KEY)), ended.err
    public = public_keys.load(key.with_name("release.key.pub").read_bytes())
    for name in bundles_in(artifact.parent):
        signed = verified(artifact.with_name(name), sigstore_stack, public)
        assert (signed.logs, len(signed.times)) == ((sigstore_stack.rekor,), 1)


@pytest.mark.services
def test_a_key_whose_log_is_down_leaves_nothing(
    run: Run, project: Path, artifact: Path, key: Path, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, "secret")
    gate = ("gate", project, "--artifact", artifact, "--key", key)
    assert run(*gate).code == 0
    ended = run(*gate, "--trust-config", config(rekorTlogUrls=closed_url()))
    assert (ended.code, bundles_in(artifact.parent)) == (4, [])
    assert "the transparency log" in ended.err


@pytest.mark.services
def test_a_key_in_a_token(
    run: Run, project: Path, artifact: Path, hsm: Token, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, PIN)
    public = tmp_path / "hsm.pub"
    public.write_bytes(hsm.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    ended = run("gate", project, "--artifact", artifact, "--key", hsm.uri(), "--public-key", public)
    assert (ended.code, bundles_in(artifact.parent)) == (0, names(artifact, BY_KEY)), ended.err
    assert Bundle.decode(artifact.with_name(names(artifact)[0]).read_bytes()).key_hint == public_keys.hint(
        hsm.public_key()
    )
    missing = run("gate", project, "--artifact", artifact, "--key", hsm.uri())
    assert (missing.code, "--public-key FILE" in missing.err) == (2, True)


@pytest.mark.services
def test_a_token_that_does_not_sign_leaves_what_was_signed(
    run: Run, project: Path, artifact: Path, hsm: Token, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wrong PIN, no PIN, another label or number, another public key: told before anything is judged."""
    monkeypatch.setenv(VARIABLE, PIN)
    public, other = tmp_path / "hsm.pub", tmp_path / "other.pub"
    public.write_bytes(hsm.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    other.write_bytes(hsm.public_key(3).public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    gate = ("gate", project, "--artifact", artifact)
    assert run(*gate, "--key", hsm.uri(), "--public-key", public).code == 0
    for pin, uri, file, told in (
        ("9999", hsm.uri(), public, VARIABLE),
        (None, hsm.uri(), public, VARIABLE),
        (PIN, "hsm:2?label=wrong", public, "there is no token with that label"),
        (PIN, "hsm:9?label=gk", public, "no such key in it"),
        (PIN, "hsm:two?label=gk", public, "write hsm:ID?label=LABEL"),
        (PIN, hsm.uri(), other, "give its own public key"),
    ):
        monkeypatch.delenv(VARIABLE, raising=False)
        if pin is not None:
            monkeypatch.setenv(VARIABLE, pin)
        ended = run(*gate, "--key", uri, "--public-key", file)
        assert (ended.code, bundles_in(artifact.parent)) == (2, names(artifact, BY_KEY)), ended.err
        assert told in ended.err
        assert "withdrawn" not in ended.err


def test_the_public_sigstore_takes_no_keys_yet(
    run: Run, project: Path, artifact: Path, key: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, "secret")
    ended = run("gate", project, "--artifact", artifact, "--key", key, "--trust-config", "public")
    assert (ended.code, bundles_in(artifact.parent)) == (2, [])
    assert "keys are recorded by logs of version 2" in ended.err


def test_the_public_sigstore_is_announced_once(
    run: Run, project: Path, artifact: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A rejected project asks no service, but the reader has been told before."""
    monkeypatch.setenv("MY_TOKEN", token())
    (project / "Dockerfile").write_text("FROM scratch\nENV DB_PASSWORD=hunter2hunter2\n")
    gate = ("gate", project, "--artifact", artifact, "--keyless", "--trust-config", "public")
    ended = run(*gate, "--identity-token", "env:MY_TOKEN")
    assert ended.code == 1
    assert ended.err.count("the public Sigstore publishes for ever") == 1
    for what in ("e-mail", "repository", "digests"):
        assert what in ended.err


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--keyless",), "--keyless: which Sigstore?"),
        (("--keyless", "--trust-config", ""), "--trust-config names nothing"),
        (("--keyless", "--trust-config", "public", "--key", "a.key"), "one of them"),
        (("--trust-config", "public"), "nothing is signed so"),
        (("--identity-token", "token"), "nothing is signed so"),
        (("--key", "a.key", "--identity-token", "token"), "nothing is signed so"),
        (("--public-key", "a.pub"), "nothing is signed so"),
        (("--key", ""), "--key names nothing"),
        (("--key", "missing.key"), "cannot be read"),
        (("--key", "gnupg:ABC", "--public-key", "missing.pub"), "cannot be read"),
        (("--keyless", "--trust-config", "missing.json"), "the trust configuration missing.json cannot be read"),
        (("--provenance", "p.json"), "provenance is signed, but nothing is signed"),
    ],
)
def test_options_that_do_not_go_together(
    run: Run, project: Path, artifact: Path, options: tuple[str, ...], message: str
) -> None:
    ended = run("gate", project, "--artifact", artifact, *options)
    assert ended.code == 2
    assert message in ended.err


def token() -> str:
    """Of nobody in particular, and valid for an hour."""
    return samples.token(iat=int(samples.clock().timestamp()) - 60, exp=int(samples.clock().timestamp()) + 3600)
