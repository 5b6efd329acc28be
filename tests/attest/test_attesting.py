from __future__ import annotations

import dataclasses
import json
import subprocess
from pathlib import Path

import pytest

from gatekeeper.attest.attesting import withdraw
from gatekeeper.attest.keys import new_key_pair
from gatekeeper.attest.signers import KeySigner, load_signer
from gatekeeper.errors import UsageError
from gatekeeper.formats.predicates import CYCLONEDX, VSA
from gatekeeper.formats.predicates import DECISION as DECISION_TYPE
from gatekeeper.formats.sigstore.bundle import Bundle
from gatekeeper.formats.statement import Statement
from gatekeeper.model.settings import AttestSettings
from gatekeeper.workspace.writing import write_whole
from tests.services.tools import program
from tests.signed import ARTIFACT_BYTES, DECISION, SBOM, artifact_of, attest

NAMES = {"app.tar.gz.sbom.sigstore.json", "app.tar.gz.decision.sigstore.json", "app.tar.gz.vsa.sigstore.json"}


def bundles_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir() if path.name.endswith(".sigstore.json")}


def statement_of(path: Path) -> Statement:
    return Statement.decode(Bundle.decode(path.read_bytes()).envelope.payload)


def test_three_bundles_stand_beside_the_artifact(signed: Path) -> None:
    assert bundles_in(signed.parent) == NAMES
    for name in NAMES:
        [subject] = statement_of(signed.with_name(name)).subjects
        assert subject.name == "app.tar.gz"
        assert subject.sha256 == artifact_of(signed).sha256


def test_the_summary_names_stage_policies_and_the_bundles_that_it_rests_on(signed: Path) -> None:
    summary = statement_of(signed.with_name("app.tar.gz.vsa.sigstore.json"))
    assert summary.predicate_type == VSA
    assert summary.predicate["policy"]["uri"].endswith("#build")
    assert summary.predicate["policy"]["digest"]["sha256"] == "ab" * 32
    assert summary.predicate["verificationResult"] == "PASSED"
    assert {one["uri"] for one in summary.predicate["inputAttestations"]} == NAMES - {"app.tar.gz.vsa.sigstore.json"}


def test_the_decision_counts_its_coverage_and_leaves_read_files_out(signed: Path) -> None:
    decision = statement_of(signed.with_name("app.tar.gz.decision.sigstore.json"))
    assert decision.predicate_type == DECISION_TYPE
    assert decision.predicate["coverage"]["counts"]["read"] == 1
    assert decision.predicate["coverage"]["files"] == []


def test_the_sbom_is_signed_as_it_is(signed: Path) -> None:
    sbom = statement_of(signed.with_name("app.tar.gz.sbom.sigstore.json"))
    assert sbom.predicate_type == CYCLONEDX
    assert sbom.predicate == json.loads(SBOM)


def test_a_folder_for_attestations_is_made(signer: KeySigner, tmp_path: Path) -> None:
    file = tmp_path / "app.tar.gz"
    file.write_bytes(ARTIFACT_BYTES)
    attest(DECISION, SBOM, file, artifact_of(file), signer, AttestSettings(), tmp_path / "out" / "signed")
    assert bundles_in(tmp_path / "out" / "signed") == NAMES
    assert bundles_in(tmp_path) == set()


def test_nothing_stays_when_the_last_file_cannot_be_written(
    signed: Path, signer: KeySigner, monkeypatch: pytest.MonkeyPatch
) -> None:
    def disk_full_at_the_summary(path: Path, data: bytes) -> None:
        if ".vsa." in path.name:
            raise UsageError("no space left")
        write_whole(path, data)

    monkeypatch.setattr("gatekeeper.attest.attesting.write_whole", disk_full_at_the_summary)
    with pytest.raises(UsageError, match="no space left"):
        attest(DECISION, SBOM, signed, artifact_of(signed), signer, AttestSettings(), None)
    assert bundles_in(signed.parent) == set()


def test_withdrawing_leaves_the_bundles_of_other_artifacts(signed: Path) -> None:
    other = signed.with_name("other.tar.gz.vsa.sigstore.json")
    other.write_text("{}")
    assert {path.name for path in withdraw([signed], None)} == NAMES
    assert bundles_in(signed.parent) == {other.name}


def test_a_resource_from_the_settings_stands_in_the_summary(signer: KeySigner, tmp_path: Path) -> None:
    file = tmp_path / "app.tar.gz"
    file.write_bytes(ARTIFACT_BYTES)
    settings = dataclasses.replace(AttestSettings(), resource_uri="https://shop.example/app", verifier_id="urn:acme")
    *_, summary = attest(DECISION, SBOM, file, artifact_of(file), signer, settings, None)
    predicate = statement_of(summary).predicate
    assert (predicate["resourceUri"], predicate["verifier"]["id"]) == ("https://shop.example/app", "urn:acme")


def test_key_files_are_encrypted_private_and_never_overwritten(tmp_path: Path) -> None:
    private, public = new_key_pair(tmp_path / "a.key", "p256", lambda: b"secret")
    assert b"ENCRYPTED" in private.read_bytes()
    assert private.stat().st_mode & 0o077 == 0
    assert public.read_bytes().startswith(b"-----BEGIN PUBLIC KEY-----")
    with pytest.raises(UsageError, match="exists already"):
        new_key_pair(tmp_path / "a.key", "p256", lambda: b"secret")


def test_a_wrong_password_is_refused_without_naming_it(tmp_path: Path) -> None:
    private, _ = new_key_pair(tmp_path / "a.key", "ed25519", lambda: b"secret")
    with pytest.raises(UsageError, match="the password is wrong") as error:
        load_signer(private, lambda: b"guess")
    assert "guess" not in str(error.value)


@pytest.mark.services
def test_cosign_accepts_each_bundle_and_refuses_another_artifact(signed: Path) -> None:
    cosign = str(program("cosign"))
    key = str(signed.with_name("release.key.pub"))
    kinds = {"sbom": CYCLONEDX, "decision": DECISION_TYPE, "vsa": VSA}
    other = signed.with_name("other")
    other.write_bytes(b"something else")
    for kind, predicate_type in kinds.items():
        bundle = str(signed.with_name(f"app.tar.gz.{kind}.sigstore.json"))
        command = [cosign, "verify-blob-attestation", "--key", key, "--insecure-ignore-tlog", "--type", predicate_type]
        accepted = subprocess.run([*command, "--bundle", bundle, str(signed)], capture_output=True, text=True)
        assert accepted.returncode == 0, accepted.stderr
        refused = subprocess.run([*command, "--bundle", bundle, str(other)], capture_output=True, text=True)
        assert refused.returncode != 0
