"""``gatekeeper verify``: what it accepts, what it refuses and how it says so, with which exit code."""

from __future__ import annotations

import base64
import json
import os
import shutil
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from gatekeeper.attest.signers import KeySigner
from gatekeeper.formats.predicates import PROVENANCE_V1, VSA
from gatekeeper.formats.statement import Statement, Subject
from tests.cli.conftest import Run
from tests.signed import signed, signer
from tests.verification.trust.fixtures import instance
from tests.verification.trust.instance import GITHUB, RELEASE, WORKFLOW, Instance, new_key, trust_head
from tests.verification.trust.verdicts import provenance

__all__ = ["instance", "signed", "signer"]
AT = ("--at", "2026-11-02T12:00:00Z")


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A home and a working folder of its own, and no trust file anywhere."""
    for name in ("home", "work", "dist"):
        (tmp_path / name).mkdir()
    monkeypatch.chdir(tmp_path / "work")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for variable in ("XDG_CONFIG_HOME", "GATEKEEPER_TRUST"):
        monkeypatch.delenv(variable, raising=False)


@pytest.fixture
def trust(instance: Instance, tmp_path: Path) -> Path:
    """A trust file: whatever is called ``*.tar.gz`` was built by a workflow with a tag."""
    file = tmp_path / "trust.toml"
    file.write_text(f"""{trust_head(tmp_path, instance, owner_id="1001")}
[[rule]]
name = "built"
subject = ["*.tar.gz", "**/*.tar.gz"]
predicate = ["{PROVENANCE_V1}"]
signers = ["ci"]
""")
    return file


def publish(file: Path, instance: Instance, identity: str = RELEASE, kind: str = PROVENANCE_V1) -> Path:
    """Provenance of a file, beside it."""
    one = Statement((Subject(file.name, {"sha256": sha256(file.read_bytes()).hexdigest()}),), kind, provenance())
    bundle = file.with_name(f"{file.name}.sigstore.json")
    bundle.write_bytes(as_json(instance, one, identity))
    return bundle


def as_json(instance: Instance, one: Statement, identity: str = RELEASE) -> bytes:
    """A bundle v0.1: it has a chain, and a promise without a proof."""
    bundle = instance.sign(one, identity)
    document = json.loads(bundle.encode())
    document["mediaType"] = "application/vnd.dev.sigstore.bundle+json;version=0.1"
    certificate = document["verificationMaterial"].pop("certificate")
    document["verificationMaterial"]["x509CertificateChain"] = {"certificates": [certificate]}
    return json.dumps(document).encode()


def named(bundle: Any, name: str) -> object:
    """A bundle whose signature says by what key it is."""
    bundle["dsseEnvelope"]["signatures"][0]["keyid"] = name
    return bundle


def with_entry(bundle: Any, kind: str) -> object:
    """A bundle with an entry more, of another log."""
    entries = bundle["verificationMaterial"]["tlogEntries"]
    log = base64.b64encode(b"x" * 32).decode()
    entries.append({**entries[0], "logId": {"keyId": log}, "kindVersion": {"kind": kind, "version": "1"}})
    return bundle


@pytest.fixture
def artifact(tmp_path: Path, instance: Instance) -> Path:
    file = tmp_path / "dist" / "app-1.0.tar.gz"
    file.write_bytes(b"the artifact")
    publish(file, instance)
    return file


class TestWithATrustFile:
    def test_what_it_accepts(self, run: Run, trust: Path, artifact: Path) -> None:
        ended = run("verify", artifact, "--trust", trust, *AT)
        assert (ended.code, ended.err) == (0, "")
        assert ended.out.splitlines() == [
            f"VERIFIED app-1.0.tar.gz sha256:{sha256(b'the artifact').hexdigest()}",
            "  rule:      built holds by app-1.0.tar.gz.sigstore.json",
            f"  trust:     sha256:{sha256(trust.read_bytes()).hexdigest()} ({trust})",
        ]

    def test_explain_tells_who_when_and_what_for(self, run: Run, trust: Path, artifact: Path) -> None:
        out = run("verify", artifact, "--trust", trust, *AT, "--explain").out
        assert f"    signed by: ci: {RELEASE}, on the word of {GITHUB}" in out
        assert "    time:      2026-11-01T12:00:00Z, promise of the log https://log.example" in out
        assert "    log:       https://log.example" in out
        assert "    rule:      built: satisfied, as ci" in out

    def test_a_refusal_names_step_expected_found_and_what_was_looked_at(
        self, run: Run, trust: Path, artifact: Path, instance: Instance
    ) -> None:
        evil = f"{WORKFLOW}@refs/heads/x@refs/tags/v1.0"
        bundle = publish(artifact, instance, evil)
        ended = run("verify", artifact, "--trust", trust, *AT)
        assert ended.code == 5
        assert "REFUSED app-1.0.tar.gz" in ended.out
        assert (
            f"  looked at: {bundle.name}: identity: signed by somebody whom the trust file does not name" in ended.out
        )
        assert f"trust:     sha256:{sha256(trust.read_bytes()).hexdigest()}" in ended.out
        assert f"    expected: {WORKFLOW}@refs/tags/*" in ended.err
        assert f"    found:    {evil}" in ended.err
        assert "    do: " in ended.err

    def test_no_signature_at_all(self, run: Run, trust: Path, artifact: Path) -> None:
        artifact.with_name(f"{artifact.name}.sigstore.json").unlink()
        ended = run("verify", artifact, "--trust", trust, *AT)
        assert (ended.code, "there is no signature" in ended.err) == (5, True)
        assert "looked at: no attestations" in ended.out

    def test_too_old_and_revoked(self, run: Run, trust: Path, artifact: Path) -> None:
        text = trust.read_text()
        trust.write_text(f'{text}max_age = "12h"\n')
        assert "too old" in run("verify", artifact, "--trust", trust, *AT).err
        assert run("verify", artifact, "--trust", trust, "--at", "2026-11-01T13:00:00Z").code == 0
        trust.write_text(f'{text}[[revoke]]\nsigner = "ci"\nfrom = 2026-10-01T00:00:00Z\nreason = "stolen"\n')
        ended = run("verify", artifact, "--trust", trust, *AT)
        assert (ended.code, "stolen" in ended.err) == (5, True)

    def test_several_subjects_have_verdicts_of_their_own(
        self, run: Run, trust: Path, artifact: Path, instance: Instance
    ) -> None:
        other = artifact.with_name("other.tar.gz")
        other.write_bytes(b"other")
        ended = run("verify", artifact, other, "--trust", trust, *AT)
        assert ended.code == 5
        assert "VERIFIED app-1.0.tar.gz" in ended.out
        assert "REFUSED other.tar.gz" in ended.out
        publish(other, instance)
        ended = run("verify", artifact, other, "--trust", trust, *AT, "--output", "json")
        assert (ended.code, json.loads(ended.out)["verified"]) == (0, True)

    def test_json_and_sarif_tell_the_same(self, run: Run, trust: Path, artifact: Path) -> None:
        artifact.write_bytes(b"changed")
        document = json.loads(run("verify", artifact, "--trust", trust, *AT, "--output", "json").out)
        assert (document["version"], document["verified"]) == (2, False)
        assert document["trust"] == {"name": str(trust), "sha256": sha256(trust.read_bytes()).hexdigest()}
        (subject,) = document["subjects"]
        assert subject["refusal"]["step"] == "subject"
        assert [one["refusal"]["step"] for one in subject["attestations"]] == ["subject"]
        ended = run("verify", artifact, "--trust", trust, *AT, "--output", "sarif")
        assert ended.code == 5
        (result,) = json.loads(ended.out)["runs"][0]["results"]
        assert result["ruleId"] == "verify/subject"
        assert "about another artifact" in result["message"]["text"]

    def test_a_file_without_statement_is_signed_too(
        self, run: Run, trust: Path, artifact: Path, tmp_path: Path
    ) -> None:
        key = KeySigner(new_key())
        (tmp_path / "key.pub").write_bytes(_public(key))
        trust.write_text(
            trust.read_text()
            + """[[authority]]
name = "key"
key = "key.pub"
[[signer]]
name = "ann"
authority = "key"
[[rule]]
name = "signed"
subject = ["*.tar.gz", "**/*.tar.gz"]
predicate = ["signature"]
signers = ["ann"]
"""
        )
        artifact.with_name("ann.sigstore.json").write_bytes(key.sign_file(artifact.read_bytes()).encode())
        assert run("verify", artifact, "--trust", trust, *AT).code == 0
        artifact.with_name("ann.sigstore.json").write_bytes(key.sign_file(b"other").encode())
        assert "another file" in run("verify", artifact, "--trust", trust, *AT).err

    def test_the_users_own_trust_file_counts_and_one_beside_the_subject_does_not(
        self, run: Run, trust: Path, artifact: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        shutil.copy(trust, artifact.parent / "trust.toml")
        ended = run("verify", artifact, *AT)
        assert (ended.code, "there is no trust file" in ended.err) == (2, True)
        monkeypatch.setenv("GATEKEEPER_TRUST", str(trust))
        assert run("verify", artifact, *AT).code == 0
        monkeypatch.delenv("GATEKEEPER_TRUST")
        monkeypatch.setenv("XDG_CONFIG_HOME", str(artifact.parent))
        (artifact.parent / "gatekeeper").mkdir()
        shutil.copy(trust, artifact.parent / "gatekeeper" / "trust.toml")
        ended = run("verify", artifact, *AT)
        assert (ended.code, "which is inspected" in ended.err) == (2, True)


class TestSubjects:
    def test_each_file_of_a_folder_but_for_its_attestations(
        self, run: Run, trust: Path, artifact: Path, instance: Instance
    ) -> None:
        folder = artifact.parent
        other = folder / "lib" / "other.tar.gz"
        other.parent.mkdir()
        other.write_bytes(b"other")
        publish(other, instance)
        ended = run("verify", f"dir:{folder}", "--trust", trust, *AT)
        assert ended.code == 0, ended.out
        assert ended.out.count("VERIFIED") == 2
        (folder / "evil.tar.gz.sigstore.json").write_bytes(b"#!/bin/sh\n")
        ended = run("verify", f"dir:{folder}", "--trust", trust, *AT)
        assert ended.code == 5
        assert "REFUSED evil.tar.gz.sigstore.json" in ended.out

    def test_what_was_left_out_of_a_folder_is_told(self, run: Run, trust: Path, artifact: Path) -> None:
        ended = run("verify", f"dir:{artifact.parent}", "--trust", trust, *AT)
        assert (ended.code, ended.out.count("VERIFIED")) == (0, 1)
        assert ended.out.endswith("LEFT OUT, being attestations of these\n  file:      app-1.0.tar.gz.sigstore.json\n")
        told = run("verify", f"dir:{artifact.parent}", "--trust", trust, *AT, "--output", "json").out
        assert json.loads(told)["left_out"] == ["app-1.0.tar.gz.sigstore.json"]

    @pytest.mark.parametrize(
        "change",
        [
            lambda bundle, strangers: {"attestations": [{"bundle": strangers}]},
            lambda bundle, strangers: {"attestations": [{"bundle": bundle}], "postinstall": "evil"},
            lambda bundle, strangers: {"attestations": [{"bundle": bundle}, {"bundle": strangers}]},
            lambda bundle, strangers: {"attestations": [{"bundle": bundle, "run": "evil"}]},
            lambda bundle, strangers: {"attestations": [{"bundle": bundle, "predicateType": "evil"}]},
            lambda bundle, strangers: {"attestations": [{"bundle": bundle, "predicateType": PROVENANCE_V1, "x": 1}]},
            lambda bundle, strangers: named(bundle, "evil"),
            lambda bundle, strangers: with_entry(bundle, "evil"),
        ],
        ids=[
            "nobody's",
            "more beside it",
            "one of them nobody's",
            "more in a member",
            "a label of npm's that is not signed",
            "more beside npm's label",
            "another name for the key",
            "an entry of a log that nobody knows",
        ],
    )
    def test_what_merely_looks_like_attestations_needs_one(
        self, run: Run, trust: Path, artifact: Path, instance: Instance, change: Callable[[object, object], object]
    ) -> None:
        one = Statement((Subject("x", {"sha256": "ab" * 32}),), PROVENANCE_V1, provenance())
        strangers = json.loads(as_json(instance, one, "https://github.com/eve/x/.github/workflows/x.yml@refs/tags/v1"))
        bundle = json.loads(artifact.with_name("app-1.0.tar.gz.sigstore.json").read_bytes())
        artifact.with_name("evil.sigstore.json").write_text(json.dumps(change(bundle, strangers)))
        ended = run("verify", f"dir:{artifact.parent}", "--trust", trust, *AT)
        assert ended.code == 5
        assert "REFUSED evil.sigstore.json" in ended.out
        assert "  file:      evil" not in ended.out

    @pytest.mark.parametrize(
        "around",
        [
            lambda bundle: bundle,
            lambda bundle: {"attestations": [{"bundle": bundle}, {"bundle": bundle}]},
            lambda bundle: {"attestations": [{"bundle": bundle, "predicateType": PROVENANCE_V1}]},
        ],
        ids=["alone", "GitHub's", "npm's"],
    )
    def test_what_holds_nothing_else_is_left_out(
        self, run: Run, trust: Path, artifact: Path, around: Callable[[object], object]
    ) -> None:
        bundle = json.loads(artifact.with_name("app-1.0.tar.gz.sigstore.json").read_bytes())
        artifact.with_name("again.sigstore.json").write_text(json.dumps(around(bundle), indent=1))
        ended = run("verify", f"dir:{artifact.parent}", "--trust", trust, *AT)
        assert (ended.code, "  file:      again.sigstore.json" in ended.out) == (0, True), ended.out

    @pytest.mark.parametrize(
        ("hint", "keyid", "code"), [("own", "", 0), ("", "own", 0), ("evil", "", 5), ("own", "evil", 5)]
    )
    def test_a_key_has_no_name_but_its_own(
        self, run: Run, signed: Path, tmp_path: Path, hint: str, keyid: str, code: int
    ) -> None:
        folder = tmp_path / "keyed"
        folder.mkdir()
        for file in (signed, *signed.parent.glob("*.sigstore.json")):
            shutil.copy(file, folder)
        bundle = json.loads((folder / f"{signed.name}.vsa.sigstore.json").read_bytes())
        own = bundle["verificationMaterial"]["publicKey"]["hint"]
        bundle["verificationMaterial"]["publicKey"]["hint"] = own if hint == "own" else hint
        bundle["dsseEnvelope"]["signatures"][0]["keyid"] = own if keyid == "own" else keyid
        (folder / "again.sigstore.json").write_text(json.dumps(bundle))
        ended = run("verify", f"dir:{folder}", "--key", signed.with_name("release.key.pub"), *AT)
        assert ended.code == code, ended.out + ended.err

    def test_a_line_that_cannot_be_read_is_not_left_out_with_its_good_neighbour(
        self, run: Run, trust: Path, artifact: Path
    ) -> None:
        bundle = artifact.with_name("app-1.0.tar.gz.sigstore.json")
        lines = bundle.rename(artifact.with_name("app-1.0.tar.gz.jsonl"))
        assert run("verify", f"dir:{artifact.parent}", "--trust", trust, *AT).code == 0
        lines.write_bytes(lines.read_bytes() + b"\nevil\n")
        assert "REFUSED app-1.0.tar.gz.jsonl" in run("verify", f"dir:{artifact.parent}", "--trust", trust, *AT).out

    def test_a_folder_of_attestations_only_is_nothing_to_verify(self, run: Run, trust: Path, artifact: Path) -> None:
        artifact.unlink()
        assert run("verify", f"dir:{artifact.parent}", "--trust", trust, *AT).code == 4

    def test_a_bare_folder_can_be_meant_in_two_ways(self, run: Run, trust: Path, artifact: Path) -> None:
        ended = run("verify", artifact.parent, "--trust", trust, *AT)
        assert ended.code == 2
        assert f"tree:{artifact.parent}" in ended.err
        assert f"dir:{artifact.parent}" in ended.err

    def test_a_tree_has_its_attestations_beside_it(
        self, run: Run, trust: Path, tmp_path: Path, instance: Instance
    ) -> None:
        folder = tmp_path / "app.tar.gz"
        folder.mkdir()
        (folder / "file").write_bytes(b"content")
        digest = json.loads(run("verify", f"tree:{folder}", "--trust", trust, *AT, "--output", "json").out)
        tree = digest["subjects"][0]["digests"]["gitTree-256"]
        one = Statement((Subject("app", {"gitTree": tree}),), PROVENANCE_V1, provenance())
        (tmp_path / "app.tar.gz.sigstore.json").write_bytes(as_json(instance, one))
        assert run("verify", f"tree:{folder}/", "--trust", trust, *AT).code == 0
        (folder / "file").write_bytes(b"changed")
        assert run("verify", f"tree:{folder}", "--trust", trust, *AT).code == 5

    def test_offline_no_registry_is_asked(self, run: Run, trust: Path) -> None:
        ended = run("verify", "oci://registry.example/app:1.0", "--offline", "--trust", trust)
        assert (ended.code, "offline" in ended.err) == (2, True)
        ended = run("verify", "oci://127.0.0.1:1/app:1.0", "--trust", trust)
        assert (ended.code, "127.0.0.1" in ended.err) == (4, True)

    def test_a_file_is_in_no_registry(self, run: Run, trust: Path, artifact: Path) -> None:
        ended = run("verify", artifact, "--attestations", "oci", "--trust", trust)
        assert (ended.code, "in no registry" in ended.err) == (2, True)


class TestAttestations:
    @pytest.mark.parametrize(
        "name",
        [
            "app-1.0.tar.gz.sigstore",
            "app-1.0.tar.gz.intoto.jsonl",
            "app-1.0.tar.gz.build.slsa",
            f"sha256:{sha256(b'the artifact').hexdigest()}.jsonl",
            "anything.sigstore.json",
        ],
    )
    def test_names_that_other_tools_give_are_found(self, run: Run, trust: Path, artifact: Path, name: str) -> None:
        artifact.with_name("app-1.0.tar.gz.sigstore.json").rename(artifact.with_name(name))
        assert run("verify", artifact, "--trust", trust, *AT).code == 0

    def test_a_file_or_folder_may_be_named(self, run: Run, trust: Path, artifact: Path, tmp_path: Path) -> None:
        moved = tmp_path / "elsewhere"
        moved.mkdir()
        bundle = artifact.with_name("app-1.0.tar.gz.sigstore.json").rename(moved / "b.sigstore.json")
        assert run("verify", artifact, "--trust", trust, *AT).code == 5
        for place in (bundle, moved):
            assert run("verify", artifact, "--attestations", place, "--trust", trust, *AT).code == 0
        ended = run("verify", artifact, "--attestations", tmp_path / "none", "--trust", trust, *AT)
        assert (ended.code, "no such file" in ended.err) == (2, True)

    def test_pipes_and_devices_are_not_read(self, run: Run, trust: Path, artifact: Path) -> None:
        for place in ("/dev/zero", "/dev/null"):
            ended = run("verify", artifact, "--attestations", place, "--trust", trust, *AT)
            assert (ended.code, "no regular file" in ended.err) == (4, True)
            ended = run("verify", place, "--trust", trust, *AT)
            assert (ended.code, "no regular file" in ended.err) == (4, True)
        os.mkfifo(artifact.with_name("pipe.sigstore.json"))
        ended = run("verify", artifact, "--trust", trust, *AT)
        assert (ended.code, "is a pipe" in ended.err) == (4, True)

    def test_what_is_no_bundle_is_told_and_does_not_hide_one_that_is(
        self, run: Run, trust: Path, artifact: Path
    ) -> None:
        artifact.with_name("bad.sigstore.json").write_bytes(b"[" * 100_000)
        assert run("verify", artifact, "--trust", trust, *AT).code == 0
        artifact.with_name("app-1.0.tar.gz.sigstore.json").unlink()
        ended = run("verify", artifact, "--trust", trust, *AT)
        assert ended.code == 5
        assert "bad.sigstore.json: not a bundle that can be read" in ended.err

    @pytest.mark.parametrize("bad", [b'{"x":', b"{}", b"evil"])
    @pytest.mark.parametrize("first", [True, False])
    def test_a_line_hides_no_other(
        self, run: Run, trust: Path, artifact: Path, instance: Instance, bad: bytes, first: bool
    ) -> None:
        good = artifact.with_name("app-1.0.tar.gz.sigstore.json").read_bytes()
        artifact.with_name("app-1.0.tar.gz.sigstore.json").unlink()
        lines = [bad, good] if first else [good, bad]
        artifact.with_name("app-1.0.tar.gz.jsonl").write_bytes(b"\n".join(lines) + b"\n")
        ended = run("verify", artifact, "--trust", trust, *AT)
        assert ended.code == 0
        place = f"app-1.0.tar.gz.jsonl:{1 if first else 2}"
        assert f"  not read:  {place}: format: not a bundle that can be read" in ended.out

    def test_what_cannot_be_read_is_told_of_what_is_verified(self, run: Run, trust: Path, artifact: Path) -> None:
        for number in range(60):
            artifact.with_name(f"{number}.sigstore.json").write_bytes(b"{")
        artifact.with_name("app-1.0.tar.gz.slsa").write_bytes(b"damaged")
        artifact.with_name("app-1.0.tar.gz.vsa.sigstore.json").write_bytes(b"damaged")
        ended = run("verify", artifact, "--trust", trust, *AT)
        assert ended.code == 0
        for name in ("slsa", "vsa.sigstore.json"):
            assert f"  not read:  app-1.0.tar.gz.{name}: format" in ended.out
        assert "*.sigstore.json: 60 more: format: not bundles that can be read" in ended.out

    def test_lines_that_repeat_others_are_counted_and_read_once(self, run: Run, trust: Path, artifact: Path) -> None:
        bundle = artifact.with_name("app-1.0.tar.gz.sigstore.json")
        artifact.with_name("app-1.0.tar.gz.jsonl").write_bytes((bundle.read_bytes() + b"\n") * 5000)
        bundle.unlink()
        ended = run("verify", artifact, "--trust", trust, *AT)
        assert ended.code == 0
        assert "rule:      built holds by app-1.0.tar.gz.jsonl:1\n" in ended.out
        assert "  not read:  app-1.0.tar.gz.jsonl: 4999 more lines: format: they repeat other lines" in ended.out

    @pytest.mark.parametrize("wrong", [{"md5": "00" * 16}, {"sha1": "00" * 20}, {"sha3_256": "00" * 32}])
    def test_every_known_digest_counts(
        self, run: Run, trust: Path, artifact: Path, instance: Instance, wrong: dict[str, str]
    ) -> None:
        digests = {"sha256": sha256(b"the artifact").hexdigest(), **wrong}
        one = Statement((Subject("x", digests),), PROVENANCE_V1, provenance())
        artifact.with_name("app-1.0.tar.gz.sigstore.json").write_bytes(as_json(instance, one))
        ended = run("verify", artifact, "--trust", trust, *AT)
        assert (ended.code, "one digest fits the subject, another does not" in ended.err) == (5, True)

    def test_a_clock_at_the_end_of_all_time(self, run: Run, trust: Path, artifact: Path) -> None:
        for time in ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59-10:00"):
            ended = run("verify", artifact, "--trust", trust, "--at", time)
            assert (ended.code, "is no time" in ended.err) == (2, True)
        assert run("verify", artifact, "--trust", trust, "--at", "9998-12-31").code == 0

    def test_names_from_bundles_are_not_obeyed(self, run: Run, trust: Path, artifact: Path, instance: Instance) -> None:
        publish(artifact, instance, kind="urn:\x1b[31mx\n::error::y")
        ended = run("verify", artifact, "--trust", trust, *AT, "--explain")
        assert ended.code == 5
        for text in (ended.out, ended.err):
            assert "\x1b" not in text
            assert "\n::error" not in text


class TestWithAKey:
    def test_a_key_and_a_trust_file_are_too_much(self, run: Run, signed: Path, trust: Path) -> None:
        key = signed.with_name("release.key.pub")
        ended = run("verify", signed, "--key", key, "--trust", trust)
        assert (ended.code, "either --trust or --key" in ended.err) == (2, True)
        ended = run("verify", signed, "--trust", trust, "--max-age", "30d")
        assert (ended.code, "go with --key" in ended.err) == (2, True)

    def test_no_other_trust_file_is_read(
        self, run: Run, signed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "broken.toml").write_text("broken")
        monkeypatch.setenv("GATEKEEPER_TRUST", str(tmp_path / "broken.toml"))
        ended = run("verify", signed, "--key", signed.with_name("release.key.pub"), *AT)
        assert ended.code == 0, ended.err
        assert "(the command line)" in ended.out
        assert "verdict:   PASS" in ended.out

    def test_a_gate_that_the_trust_file_names_is_shown_with_its_decision(
        self, run: Run, signed: Path, tmp_path: Path
    ) -> None:
        shutil.copy(signed.with_name("release.key.pub"), tmp_path / "gate.pub")
        trust = tmp_path / "gate.toml"
        trust.write_text(f"""version = 1
[[authority]]
name = "gate"
key = "gate.pub"
[[signer]]
name = "gate"
authority = "gate"
[[rule]]
name = "gated"
subject = ["**"]
predicate = ["{VSA}"]
signers = ["gate"]
verifier = "urn:gatekeeper:verifier"
stage = "build"
""")
        ended = run("verify", signed, "--trust", trust, *AT)
        assert ended.code == 0, ended.err
        assert "verdict:   PASS" in ended.out
        # Of a release that keeps its summary only, this file asks no more.
        signed.with_name("app.tar.gz.decision.sigstore.json").unlink()
        ended = run("verify", signed, "--trust", trust, *AT)
        assert (ended.code, "verdict" in ended.out) == (0, False)


def test_policies_reject_what_was_verified(run: Run, trust: Path, artifact: Path, tmp_path: Path) -> None:
    settings = tmp_path / "organisation.toml"
    settings.write_text('[release]\nsources = ["https://github.com/acme/*"]\n')
    ended = run("verify", artifact, "--trust", trust, *AT, "--settings", settings)
    assert (ended.code, ended.err) == (0, "")
    # What is wrong with them is told even where the trust file refuses.
    settings.write_text("[release]\nlanse = []\n")
    assert run("verify", artifact, "--trust", trust, "--at", "2020-01-01", "--settings", settings).code == 2
    settings.write_text('[release]\nsources = ["https://github.com/other/*"]\n')
    ended = run("verify", artifact, "--trust", trust, *AT, "--settings", settings)
    assert (ended.code, ended.err) == (1, "")
    assert "GK-PRV-" in ended.out
    document = json.loads(
        run("verify", artifact, "--trust", trust, *AT, "--settings", settings, "--output", "json").out
    )
    assert (document["verified"], document["release"]["verdict"]) == (False, "FAIL")
    log = json.loads(run("verify", artifact, "--trust", trust, *AT, "--settings", settings, "--output", "sarif").out)
    assert [one["ruleId"][:7] for one in log["runs"][0]["results"]] == ["GK-PRV-"]


def _public(key: KeySigner) -> bytes:
    return key.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
