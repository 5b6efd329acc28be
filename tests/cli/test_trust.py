from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from gatekeeper.attest.signers import KeySigner
from gatekeeper.formats.predicates import PROVENANCE_V1, VSA
from gatekeeper.formats.statement import Statement
from gatekeeper.verification.trust.loading import read_trust
from tests.cli.conftest import Run
from tests.verification.trust.instance import GITHUB, new_key, statement

SUMMARY = {
    "verifier": {"id": "https://gate.example"},
    "timeVerified": "2026-11-01T12:00:00Z",
    "resourceUri": "pkg:generic/app",
    "policy": {"uri": "urn:policy#release"},
    "verificationResult": "PASSED",
}
Published = Callable[[str, Statement], Path]


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A home and a working folder of its own, and no trust file anywhere."""
    for name in ("home", "work"):
        (tmp_path / name).mkdir()
    monkeypatch.chdir(tmp_path / "work")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for variable in ("XDG_CONFIG_HOME", "GATEKEEPER_TRUST"):
        monkeypatch.delenv(variable, raising=False)


@pytest.fixture
def signed(tmp_path: Path) -> Published:
    """Signs a statement with the key whose public half is ``gate.pub``; the file that it was written to."""
    signer = KeySigner(new_key())
    public = signer.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (tmp_path / "gate.pub").write_bytes(public)

    def publish(name: str, one: Statement) -> Path:
        path = tmp_path / f"{name}.sigstore.json"
        path.write_bytes(signer.sign(one).encode())
        return path

    return publish


class TestInit:
    def test_without_confirmation_claims_are_shown_and_nothing_is_written(
        self, run: Run, signed: Published, tmp_path: Path
    ) -> None:
        bundle = signed("vsa", statement(VSA, SUMMARY))
        ended = run("trust", "init", "--from", bundle)
        assert ended.code == 0
        assert "Nothing of them is verified" in ended.out
        assert "  verifier:   https://gate.example" in ended.out
        assert "  subjects:   app-1.0.tar.gz" in ended.out
        ended = run("trust", "init", "--from", bundle, "-o", tmp_path / "trust.toml")
        assert ended.code == 2
        assert "nothing is confirmed" in ended.err
        assert "--key FILE confirms a key" in ended.err
        assert not (tmp_path / "trust.toml").exists()

    def test_what_is_confirmed_is_written_and_verified(self, run: Run, signed: Published, tmp_path: Path) -> None:
        bundle = signed("vsa", statement(VSA, SUMMARY))
        confirmed = ("--key", tmp_path / "gate.pub", "--verifier", "https://gate.example", "--subject", "app-*.tar.gz")
        ended = run("trust", "init", "--from", bundle, *confirmed, "-o", tmp_path / "trust.toml")
        assert ended.code == 0, ended.err
        (rule,) = read_trust(tmp_path / "trust.toml").document.rule
        assert (rule.subject, rule.predicate, rule.verifier) == (("app-*.tar.gz",), (VSA,), "https://gate.example")
        printed = run("trust", "init", "--from", bundle, *confirmed)
        assert printed.out == (tmp_path / "trust.toml").read_text()
        assert run("trust", "init", "--from", bundle, *confirmed, "-o", tmp_path / "trust.toml").code == 2

    @pytest.mark.parametrize(
        ("flags", "message"),
        [
            (["--verifier", "https://gate.example"], "--subject is missing"),
            (["--verifier", "https://evil.example", "--subject", "**"], "claimed: https://gate.example"),
            (["--subject", "**"], "nothing is confirmed"),
            (["--verifier", "https://gate.example", "--identity", "ann@x.example", "--subject", "**"], "--identity"),
        ],
    )
    def test_what_is_not_claimed_is_not_written(
        self, run: Run, signed: Published, tmp_path: Path, flags: list[str], message: str
    ) -> None:
        bundle = signed("vsa", statement(VSA, SUMMARY))
        ended = run(
            "trust", "init", "--from", bundle, "--key", tmp_path / "gate.pub", *flags, "-o", tmp_path / "t.toml"
        )
        assert ended.code == 2
        assert message in ended.err
        assert not (tmp_path / "t.toml").exists()

    def test_a_bundle_that_the_key_did_not_sign_is_refused(self, run: Run, signed: Published, tmp_path: Path) -> None:
        bundle = signed("p", statement("urn:example:x", {}))
        bundle.write_bytes(KeySigner(new_key()).sign(statement("urn:example:x", {})).encode())
        ended = run(
            "trust",
            "init",
            "--from",
            bundle,
            "--key",
            tmp_path / "gate.pub",
            "--subject",
            "**",
            "-o",
            tmp_path / "t.toml",
        )
        assert ended.code == 5
        assert "signed with another key" in ended.err
        assert not (tmp_path / "t.toml").exists()

    @pytest.mark.parametrize("content", [b"", b"{}", b"\xff\x00", b"[" * 100_000])
    def test_what_is_no_bundle_is_one_message(self, run: Run, tmp_path: Path, content: bytes) -> None:
        (tmp_path / "b.json").write_bytes(content)
        ended = run("trust", "init", "--from", tmp_path / "b.json")
        assert ended.code == 2
        assert "b.json" in ended.err
        assert "Traceback" not in ended.err

    @pytest.mark.corpora
    def test_a_real_bundle_of_a_workflow(self, run: Run, corpora: Path, tmp_path: Path) -> None:
        bundle = corpora / "attestations" / "bundle-verify" / "happy-path-v0.3" / "bundle.sigstore.json"
        claimed = run("trust", "init", "--from", bundle)
        identity = re.search(r"identity: +(\S+)", claimed.out)
        assert identity
        pattern = identity[1].rpartition("/")[0] + "/*"
        flags = ("--root", "public", "--issuer", GITHUB, "--subject", "a.txt")
        ended = run("trust", "init", "--from", bundle, *flags, "--identity", pattern, "-o", tmp_path / "t.toml")
        assert ended.code == 0, ended.err
        (signer,) = read_trust(tmp_path / "t.toml").document.signer
        assert (signer.identity, signer.owner_id) == (pattern, "131804563")
        other = run("trust", "init", "--from", bundle, *flags, "--identity", pattern.replace("heads", "tags"))
        assert other.code == 2
        assert identity[1] in other.err


class TestCheckAndExplain:
    def file(self, signed: Published, path: Path, tmp_path: Path) -> Path:
        signed("x", statement("urn:example:x", {}))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"""version = 1
[[authority]]
name = "gate"
key = "{tmp_path}/gate.pub"
[[signer]]
name = "gate"
authority = "gate"
[[rule]]
name = "r"
subject = ["**"]
predicate = ["{PROVENANCE_V1}"]
signers = ["gate"]
""")
        return path

    def test_a_file_that_holds(self, run: Run, signed: Published, tmp_path: Path) -> None:
        file = self.file(signed, tmp_path / "trust.toml", tmp_path)
        ended = run("trust", "check", file)
        assert ended.code == 0
        assert re.fullmatch(r"\S+trust.toml holds, sha256:[0-9a-f]{64}\n", ended.out)
        assert "Rules\n  - r: for ** there must be" in run("trust", "explain", file).out

    def test_one_that_does_not(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "trust.toml").write_text("version = 1\n[[signers]]\n")
        ended = run("trust", "check", tmp_path / "trust.toml")
        assert ended.code == 2
        assert "trust.toml:2: signers: unknown field" in ended.err
        assert "did you mean signer?" in ended.err

    def test_the_users_own_counts_and_that_of_the_working_folder_does_not(
        self, run: Run, signed: Published, tmp_path: Path
    ) -> None:
        self.file(signed, tmp_path / "work" / "trust.toml", tmp_path)
        ended = run("trust", "check")
        assert ended.code == 2
        assert "there is no trust file" in ended.err
        self.file(signed, tmp_path / "home" / ".config" / "gatekeeper" / "trust.toml", tmp_path)
        assert run("trust", "check").code == 0

    def test_the_environment_names_one(
        self, run: Run, signed: Published, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("GATEKEEPER_TRUST", str(self.file(signed, tmp_path / "named.toml", tmp_path)))
        assert "named.toml holds" in run("trust", "check").out

    def test_flags_of_verify_are_explained(self, run: Run, signed: Published, tmp_path: Path) -> None:
        signed("x", statement("urn:example:x", {}))
        ended = run("trust", "explain", "--key", tmp_path / "gate.pub", "--stage", "release", "--max-age", "30d")
        assert ended.code == 0
        assert "for the stage release" in ended.out
        kept = tmp_path / "kept.toml"
        kept.write_text(ended.out[ended.out.index("version = 1") :])
        assert run("trust", "check", kept).code == 0
        assert run("trust", "explain", kept, "--key", tmp_path / "gate.pub").code == 2
        assert run("trust", "explain", "--stage", "release").code == 2
        assert run("trust", "explain", "--key", tmp_path / "gate.pub", "--max-age", "soon").code == 2


def test_names_from_bundles_cannot_write_to_the_terminal(run: Run, signed: Published) -> None:
    bundle = signed("x", statement("urn:\x1b[31mexample\n::error::x", {}))
    ended = run("trust", "init", "--from", bundle)
    assert "\x1b" not in ended.out
    assert "\n::error" not in ended.out
