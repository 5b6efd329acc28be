from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from gatekeeper.attest.signers import KeySigner
from gatekeeper.formats.predicates import PROVENANCE_V1, VSA
from gatekeeper.formats.statement import Statement
from gatekeeper.verification.trust.loading import read_trust
from tests.cli.conftest import Ended, Run
from tests.cli.test_verify import as_json
from tests.verification.trust.fixtures import instance
from tests.verification.trust.instance import GITHUB, RELEASE, Instance, new_key, statement
from tests.verification.trust.verdicts import provenance

__all__ = ["instance"]

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
        assert "confirm --key FILE --verifier https://gate.example" in ended.err
        assert not (tmp_path / "trust.toml").exists()

    def test_what_is_confirmed_is_written_and_verified(self, run: Run, signed: Published, tmp_path: Path) -> None:
        bundle = signed("vsa", statement(VSA, SUMMARY))
        confirmed = ("--key", tmp_path / "gate.pub", "--verifier", "https://gate.example", "--subject", "app-*.tar.gz")
        ended = run("trust", "init", "--from", bundle, *confirmed, "-o", tmp_path / "trust.toml")
        assert ended.code == 0, ended.err
        (rule,) = read_trust(tmp_path / "trust.toml").document.rule
        assert (rule.subject, rule.predicate, rule.verifier) == (("app-*.tar.gz",), (VSA,), "https://gate.example")
        printed = run("trust", "init", "--from", bundle, *confirmed)
        # What is printed may be kept anywhere.
        absolute = (tmp_path / "trust.toml").read_text().replace('"gate.pub"', f'"{tmp_path / "gate.pub"}"')
        assert printed.out == absolute
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


class TestWhatIsWrittenHolds:
    """What was confirmed counts, all of it, and the bundles verify by it."""

    FLAGS = ("--verifier", "https://gate.example", "--subject", "app-*.tar.gz")

    def init(self, run: Run, tmp_path: Path, *options: str | Path) -> Ended:
        (tmp_path / "t.toml").unlink(missing_ok=True)
        return run("trust", "init", *options, "-o", tmp_path / "t.toml")

    def test_a_vsa_claims_what_a_rule_can_ask_for(self, run: Run, signed: Published) -> None:
        policy = {"uri": "urn:gatekeeper:policies#release", "digest": {"sha256": "cd" * 32}}
        claimed = run("trust", "init", "--from", signed("vsa", statement(VSA, {**SUMMARY, "policy": policy}))).out
        for line in (
            "  stage:      release",
            "  resource:   pkg:generic/app",
            f"  policies:   sha256:{'cd' * 32}",
            "  verified:   2026-11-01T12:00:00+00:00 (as it says)",
        ):
            assert line in claimed

    def test_the_stage_is_confirmed_by_a_flag(self, run: Run, signed: Published, tmp_path: Path) -> None:
        bundle = signed("vsa", statement(VSA, SUMMARY))
        init = ("--from", bundle, "--key", tmp_path / "gate.pub", *self.FLAGS)
        ended = self.init(run, tmp_path, *init, "--stage", "release")
        assert ended.code == 0, ended.err
        assert read_trust(tmp_path / "t.toml").document.rule[0].stage == "release"
        assert "asks for no stage" not in run("trust", "check", tmp_path / "t.toml").out
        wrong = self.init(run, tmp_path, *init, "--stage", "build")
        assert (wrong.code, "--stage build: no bundle claims that" in wrong.err) == (2, True)
        assert "claimed: release" in wrong.err
        assert self.init(run, tmp_path, *init).code == 0
        assert "rule vsa-1 asks for no stage" in run("trust", "check", tmp_path / "t.toml").out

    def test_a_key_that_nobody_used_is_refused(self, run: Run, instance: Instance, tmp_path: Path) -> None:
        public = new_key().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        (tmp_path / "other.pub").write_bytes(public)
        (tmp_path / "root.json").write_bytes(instance.root())
        (tmp_path / "b.json").write_bytes(as_json(instance, statement(PROVENANCE_V1, provenance())))
        init = ("--from", tmp_path / "b.json", "--root", tmp_path / "root.json", "--issuer", GITHUB)
        ended = self.init(
            run, tmp_path, *init, "--identity", RELEASE, "--subject", "**", "--key", tmp_path / "other.pub"
        )
        assert (ended.code, "no bundle that is confirmed is signed with a key" in ended.err) == (2, True), ended.err

    def test_a_root_that_nobody_needs_is_refused(self, run: Run, signed: Published, tmp_path: Path) -> None:
        bundle = signed("vsa", statement(VSA, SUMMARY))
        init = ("--from", bundle, "--key", tmp_path / "gate.pub", *self.FLAGS)
        ended = self.init(run, tmp_path, *init, "--root", "public")
        assert (ended.code, "--root public: no bundle that is confirmed has a certif" in ended.err) == (2, True)

    def test_a_root_stands_beside_the_key_whose_bundle_is_logged(
        self, run: Run, instance: Instance, tmp_path: Path
    ) -> None:
        key = new_key()
        public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        (tmp_path / "gate.pub").write_bytes(public)
        (tmp_path / "root.json").write_bytes(instance.root())
        bundle = instance.logged(KeySigner(key).sign(statement(VSA, SUMMARY)), key.public_key()).encode()
        (tmp_path / "b.json").write_bytes(bundle.replace(b"bundle.v0.3+json", b"bundle+json;version=0.1"))
        init = ("--from", tmp_path / "b.json", "--key", tmp_path / "gate.pub", "--root", tmp_path / "root.json")
        ended = self.init(run, tmp_path, *init, *self.FLAGS)
        assert ended.code == 0, ended.err
        (authority,) = read_trust(tmp_path / "t.toml").document.authority
        assert (authority.key, authority.root) == ("gate.pub", "root.json")
        assert authority.key_sha256 == sha256(public).hexdigest()
        assert "the digest of this trust file does not cover" not in run("trust", "check", tmp_path / "t.toml").out

    def test_external_parameters_are_confirmed_with_their_values(
        self, run: Run, signed: Published, tmp_path: Path
    ) -> None:
        built = provenance()
        built["buildDefinition"]["externalParameters"] = {"buildConfig": {"Command": ["go", "build"]}, "empty": None}
        bundle = signed("p", statement(PROVENANCE_V1, built))
        assert 'buildConfig.Command = ["go", "build"]' in run("trust", "init", "--from", bundle).out
        init = ("--from", bundle, "--key", tmp_path / "gate.pub", "--subject", "**", "--parameter", "empty")
        refused = self.init(run, tmp_path, *init)
        assert refused.code == 5, refused.err
        assert "an external parameter that is not allowed: buildConfig.Command" in refused.err
        assert "--parameter NAME confirms one with its claimed value" in refused.err
        assert not (tmp_path / "t.toml").exists()
        ended = self.init(run, tmp_path, *init, "--parameter", "buildConfig.Command")
        assert ended.code == 0, ended.err
        (rule,) = read_trust(tmp_path / "t.toml").document.rule
        assert rule.parameters == {"empty": [], "buildConfig.Command": [["go", "build"]]}
        other = self.init(run, tmp_path, *init, "--parameter", "inputs.x")
        assert (other.code, "claimed: buildConfig.Command, empty" in other.err) == (2, True), other.err

    def test_what_did_not_pass_is_not_written(self, run: Run, signed: Published, tmp_path: Path) -> None:
        bundle = signed("vsa", statement(VSA, {**SUMMARY, "verificationResult": "FAILED"}))
        ended = self.init(run, tmp_path, "--from", bundle, "--key", tmp_path / "gate.pub", *self.FLAGS)
        assert (ended.code, "did not pass" in ended.err) == (5, True)

    @pytest.mark.parametrize(
        ("glob", "code", "told"),
        [
            ("app-*.tar.gz", 0, ""),
            ("**", 0, ""),
            ("lib-*", 0, "note: claimed are app-1.0.tar.gz, of which none matches --subject"),
            ("pkg:npm/x@*", 2, "verify knows a file by its name"),
        ],
    )
    def test_subjects_that_nothing_is_about(
        self, run: Run, signed: Published, tmp_path: Path, glob: str, code: int, told: str
    ) -> None:
        bundle = signed("x", statement("urn:example:x", {}))
        ended = self.init(run, tmp_path, "--from", bundle, "--key", tmp_path / "gate.pub", "--subject", glob)
        assert ended.code == code, ended.err
        assert told in ended.err

    def test_packages_are_known_by_their_files(self, run: Run, signed: Published, tmp_path: Path) -> None:
        one = statement("urn:example:x:v1", {})
        bundle = signed("x", replace(one, subjects=(replace(one.subjects[0], name="pkg:npm/%40acme/app@1.0.0"),)))
        init = ("--from", bundle, "--key", tmp_path / "gate.pub", "--subject")
        refused = self.init(run, tmp_path, *init, "pkg:npm/*/app@*")
        assert (refused.code, "--subject 'app-*.tgz'" in refused.err) == (2, True), refused.err
        ended = self.init(run, tmp_path, *init, "app-*.tgz")
        assert ended.code == 0, ended.err
        assert "note: claimed are pkg:npm/%40acme/app@1.0.0" in ended.err
        assert read_trust(tmp_path / "t.toml").document.rule[0].name == "x-1"

    def test_what_is_left_out_is_told(self, run: Run, signed: Published, tmp_path: Path) -> None:
        both = ("--from", signed("vsa", statement(VSA, SUMMARY)), "--from", signed("x", statement("urn:example:x", {})))
        ended = self.init(run, tmp_path, *both, "--key", tmp_path / "gate.pub", "--subject", "**")
        assert ended.code == 0, ended.err
        assert "note: vsa.sigstore.json" in ended.err
        assert "is not trusted: not confirmed are --verifier https://gate.example" in ended.err
        assert len(read_trust(tmp_path / "t.toml").document.rule) == 1

    def test_what_is_half_confirmed_names_the_other_half(self, run: Run, instance: Instance, tmp_path: Path) -> None:
        (tmp_path / "root.json").write_bytes(instance.root())
        (tmp_path / "b.json").write_bytes(as_json(instance, statement(PROVENANCE_V1, provenance())))
        init = ("--from", tmp_path / "b.json", "--root", tmp_path / "root.json", "--subject", "**", "--identity")
        ended = self.init(run, tmp_path, *init, RELEASE)
        assert ended.code == 2
        assert f"--issuer {GITHUB}" in ended.err.partition("do: ")[2]
        crossing = self.init(run, tmp_path, *init, "https://github.com/**", "--issuer", GITHUB)
        assert (crossing.code, "stays inside one segment" in crossing.err) == (2, True)

    def test_the_verifier_alone_is_half_of_it(self, run: Run, signed: Published, tmp_path: Path) -> None:
        bundle = signed("vsa", statement(VSA, SUMMARY))
        ended = self.init(run, tmp_path, "--from", bundle, *self.FLAGS)
        assert (ended.code, "confirm the rest, too, if it is right: --key FILE" in ended.err) == (2, True), ended.err

    @pytest.mark.parametrize("flag", ["--from", "--key", "--root"])
    def test_files_that_are_not_there(self, run: Run, signed: Published, tmp_path: Path, flag: str) -> None:
        bundle = signed("vsa", statement(VSA, SUMMARY))
        ended = self.init(run, tmp_path, "--from", bundle, *self.FLAGS, flag, tmp_path / "nofile")
        assert (ended.code, "nofile" in ended.err, "do: " in ended.err) == (2, True, True)


class TestWhoSignsForOthers:
    """Workflows that others call, and platforms: who signs does not say from which repository it is."""

    BUILDER = "https://github.com/builders/go/.github/workflows/go.yml@refs/tags/v1"

    @pytest.fixture
    def built(self, instance: Instance, tmp_path: Path) -> tuple[str | Path, ...]:
        root = json.loads(instance.root())
        (tmp_path / "root.json").write_text(json.dumps(root))
        (tmp_path / "b.json").write_bytes(as_json(instance, statement(PROVENANCE_V1, provenance()), self.BUILDER))
        confirmed = ("--root", tmp_path / "root.json", "--identity", self.BUILDER, "--issuer", GITHUB)
        return ("trust", "init", "--from", tmp_path / "b.json", *confirmed, "--subject", "**")

    def test_the_source_is_confirmed(self, run: Run, built: tuple[str | Path, ...], tmp_path: Path) -> None:
        claimed = run(*built[:4])
        assert "source:     https://github.com/acme/app (to be confirmed: who signs this signs for oth" in claimed.out
        missing = run(*built)
        assert (missing.code, f"--source is missing: {self.BUILDER} signs for other" in missing.err) == (2, True)
        wrong = run(*built, "--source", "https://github.com/evil/app")
        assert (wrong.code, "claimed: https://github.com/acme/app" in wrong.err) == (2, True)
        ended = run(*built, "--source", "https://github.com/acme/app", "-o", tmp_path / "t.toml")
        assert ended.code == 0, ended.err
        document = read_trust(tmp_path / "t.toml").document
        assert (document.rule[0].source, document.rule[0].owner_id) == ("https://github.com/acme/app", "1001")
        assert document.signer[0].owner_id == ""

    def test_a_workflow_of_the_repository_itself_needs_none(
        self, run: Run, built: tuple[str | Path, ...], instance: Instance, tmp_path: Path
    ) -> None:
        (tmp_path / "b.json").write_bytes(as_json(instance, statement(PROVENANCE_V1, provenance())))
        own = [RELEASE if one == self.BUILDER else one for one in built]
        ended = run(*own, "-o", tmp_path / "t.toml")
        assert ended.code == 0, ended.err
        document = read_trust(tmp_path / "t.toml").document
        assert (document.rule[0].source, document.signer[0].owner_id) == ("", "1001")


class TestCheckAndExplain:
    def file(self, signed: Published, path: Path, tmp_path: Path) -> Path:
        signed("x", statement("urn:example:x", {}))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"""version = 1
[[authority]]
name = "gate"
key = "{tmp_path}/gate.pub"
sha256 = "{sha256((tmp_path / "gate.pub").read_bytes()).hexdigest()}"
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
