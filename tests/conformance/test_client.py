"""The conformance client over the corpus, as sigstore-conformance calls it: with the file, and with its digest."""

from __future__ import annotations

import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from gatekeeper.formats.sigstore.bundle import Bundle, MessageSignature
from gatekeeper.formats.statement import Statement, Subject
from tests.conformance.protocol import main
from tests.corpora.test_attestations import IDENTITY, ISSUER, STEPS, artifact_of, text
from tests.services.sigstore import SigstoreStack

CLIENT = Path(__file__).parent / "client"


def arguments(folder: Path, artifact: str) -> list[str]:
    signer = ["--certificate-identity", text(folder / "identity", IDENTITY)]
    signer += ["--certificate-oidc-issuer", text(folder / "issuer", ISSUER)]
    key, root = folder / "key.pub", folder / "trusted_root.json"
    return [
        "verify-bundle",
        *("--bundle", str(folder / "bundle.sigstore.json")),
        *(["--key", str(key)] if key.exists() else signer),
        *(["--trusted-root", str(root)] if root.exists() else []),
        artifact,
    ]


@pytest.mark.corpora
@pytest.mark.parametrize("name", STEPS)
def test_files_and_digests(corpora: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    folder = corpora / "attestations" / "bundle-verify" / name
    file = artifact_of(folder)
    for artifact in (str(file), f"sha256:{sha256(file.read_bytes()).hexdigest()}"):
        assert main(arguments(folder, artifact)) == (1 if name.endswith("_fail") else 0)
        assert capsys.readouterr().err.startswith("refused: ") == name.endswith("_fail")


@pytest.mark.corpora
def test_as_a_program(corpora: Path, tmp_path: Path) -> None:
    folder = corpora / "attestations" / "bundle-verify" / "happy-path-v0.3"
    whole = [sys.executable, str(CLIENT), *arguments(folder, str(artifact_of(folder)))]
    assert subprocess.run(whole, cwd=tmp_path, env={}, check=False).returncode == 0
    whole[whole.index("--certificate-identity") + 1] = IDENTITY + "\n"
    refused = subprocess.run(whole, cwd=tmp_path, env={}, check=False, capture_output=True, text=True)
    assert refused.returncode == 1
    assert "step identity" in refused.stderr


@pytest.mark.corpora
def test_staging_has_a_root_of_its_own(corpora: Path) -> None:
    folder = corpora / "attestations" / "bundle-verify" / "rekor2-happy-path"
    plain = arguments(folder, str(artifact_of(folder)))
    del plain[plain.index("--trusted-root") : plain.index("--trusted-root") + 2]
    assert main(plain) == 1
    assert main([*plain[:1], "--staging", *plain[1:]]) == 0


def test_it_is_a_program() -> None:
    assert CLIENT.stat().st_mode & 0o111 == 0o111


def test_it_leaves_the_environment_of_the_suite(tmp_path: Path) -> None:
    client, python = tmp_path / "tests" / "conformance" / "client", tmp_path / ".venv" / "bin" / "python"
    for file, script in ((client, CLIENT.read_text()), (python, '#!/bin/sh\necho "$@"\n')):
        file.parent.mkdir(parents=True)
        file.write_text(script)
        file.chmod(0o755)
    run = subprocess.run([sys.executable, client, "a b", "--c"], capture_output=True, text=True, check=True)
    assert run.stdout == f"{client} a b --c\n"


def test_a_file_that_is_called_like_a_digest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file wins, says the protocol."""
    from gatekeeper.verification.subjects.reading import FileMessage
    from tests.conformance.protocol import Digest, _artifact

    monkeypatch.chdir(tmp_path)
    name = f"sha256:{'ab' * 32}"
    assert isinstance(_artifact(name).message, Digest)
    (tmp_path / name).write_bytes(b"x")
    message = _artifact(name).message
    assert isinstance(message, FileMessage)
    assert message.content() == b"x"


@pytest.mark.parametrize(
    "missing", [["--bundle", "no-such-bundle"], ["--bundle", "/dev/null", "--trusted-root", "no-such-root"]]
)
def test_files_that_are_missing(missing: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    signer = ["--certificate-identity", IDENTITY, "--certificate-oidc-issuer", ISSUER]
    assert main(["verify-bundle", *missing, *signer, "no-such-file"]) == 1
    assert "No such file" in capsys.readouterr().err


def test_what_signs_nothing_says_why(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_bytes(b"x")
    for name in ("root", "config"):
        (tmp_path / name).write_text("{}")
    roots = ["--trusted-root", str(tmp_path / "root")]
    common = ["sign-bundle", "--identity-token", "no.token.here", "--bundle", str(tmp_path / "bundle")]
    for more, message in (
        (roots, "--signing-config is needed too"),
        ([*roots, "--signing-config", str(tmp_path / "config")], "refused"),
    ):
        assert main([*common, *more, str(tmp_path / "file")]) == 1
        assert message in capsys.readouterr().err
    assert not (tmp_path / "bundle").exists()


@pytest.mark.services
@pytest.mark.parametrize("in_toto", [False, True])
def test_what_it_signs_it_verifies(sigstore_stack: SigstoreStack, tmp_path: Path, in_toto: bool) -> None:
    file, artifact, bundle = tmp_path / "file", tmp_path / "artifact", tmp_path / "bundle.json"
    artifact.write_bytes(b"the artifact")
    digest = sha256(b"the artifact").hexdigest()
    statement = Statement((Subject("artifact", {"sha256": digest}),), "https://example.com/predicate/v1", {})
    file.write_bytes(b" " + statement.encode() + b"\n" if in_toto else b"the artifact")
    root = ["--trusted-root", str(sigstore_stack.trusted_root)]
    sign = ["sign-bundle", *(["--in-toto"] if in_toto else []), "--identity-token", sigstore_stack.github_token()]
    sign += ["--bundle", str(bundle), *root, "--signing-config", str(sigstore_stack.signing_config), str(file)]
    assert main(sign) == 0
    made = Bundle.decode(bundle.read_bytes())
    assert (made.version, len(made.certificates), len(made.entries), len(made.timestamps)) == ("0.3", 1, 1, 1)
    assert made.entries[0].of_version_2
    # A statement is signed as it was given, byte by byte.
    assert made.envelope.payload == file.read_bytes() if in_toto else isinstance(made.content, MessageSignature)
    verify = [
        "verify-bundle",
        "--bundle",
        str(bundle),
        "--certificate-oidc-issuer",
        sigstore_stack.github_issuer,
        *root,
    ]
    signer = "https://github.com/acme/shop/.github/workflows/release.yml@refs/heads/main"
    for identity, expected in ((signer, 0), (f"{signer}\n", 1), (signer.replace("main", "x@refs/tags/v1"), 1)):
        for what in (str(artifact), f"sha256:{digest}"):
            assert main([*verify, "--certificate-identity", identity, what]) == expected
    assert main([*verify, "--certificate-identity", signer, f"sha256:{'0' * 64}"]) == 1
