from __future__ import annotations

import dataclasses
import datetime
import json
import re
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from gatekeeper.attest.keys import new_key_pair
from gatekeeper.attest.signers import KeySigner, load_signer
from gatekeeper.attest.statements import vsa_statement
from gatekeeper.errors import UsageError, VerificationFailure
from gatekeeper.formats import base64
from gatekeeper.formats.sigstore.bundle import Bundle
from gatekeeper.formats.statement import Statement
from gatekeeper.model.json import Json
from gatekeeper.model.settings import AttestSettings
from gatekeeper.model.verification import VerifiedSubject
from gatekeeper.roads import verifying
from gatekeeper.roads.verifying import Expectations, VerifyRequest
from tests.signed import DECISION, SBOM, artifact_of, attest

CLOCK = datetime.datetime(2026, 11, 2, tzinfo=datetime.UTC)


def request_for(file: Path, expected: Expectations | None = None, clock: datetime.datetime = CLOCK) -> VerifyRequest:
    return VerifyRequest(
        (str(file),), clock, key=file.with_name("release.key.pub"), expected=expected or Expectations()
    )


def verify(request: VerifyRequest) -> VerifiedSubject:
    (subject,) = verifying.verify(request).subjects
    assert subject.verified
    return subject


def refusal(request: VerifyRequest) -> VerificationFailure:
    with pytest.raises(VerificationFailure) as error:
        verify(request)
    assert error.value.exit_code == 5
    return error.value


def vsa_of(file: Path) -> Path:
    return file.with_name(f"{file.name}.vsa.sigstore.json")


def test_what_was_signed_is_verified_without_the_source(signed: Path) -> None:
    proof = verify(request_for(signed))
    assert proof.digests["sha256"] == artifact_of(signed).sha256
    assert proof.gated
    assert proof.gated.decision["decision"]["verdict"] == "PASS"
    assert proof.gated.sbom["bomFormat"] == "CycloneDX"


def test_bundles_of_several_artifacts_may_lie_in_one_folder(signed: Path, signer: KeySigner) -> None:
    other = signed.with_name("other.bin")
    other.write_bytes(b"other")
    attest(DECISION, SBOM, other, artifact_of(other), signer, AttestSettings(), None)
    assert verify(request_for(signed)).name == "app.tar.gz"
    assert verify(request_for(other)).name == "other.bin"


def test_a_renamed_artifact_is_still_the_same(signed: Path) -> None:
    renamed = signed.rename(signed.with_name("renamed.tar.gz"))
    assert verify(request_for(renamed)).digests["sha256"] == artifact_of(renamed).sha256


def test_bundles_may_come_in_one_file_of_lines(signed: Path, tmp_path: Path) -> None:
    lines = [path.read_bytes() for path in sorted(signed.parent.glob("*.sigstore.json"))]
    one = tmp_path / "all.jsonl"
    one.write_bytes(b"\n".join(lines) + b"\n")
    gated = verify(dataclasses.replace(request_for(signed), attestations=one)).gated
    assert gated
    assert gated.bundles[0].startswith("all.jsonl:")


def test_a_changed_artifact_is_refused(signed: Path) -> None:
    signed.write_bytes(b"changed")
    failure = refusal(request_for(signed))
    assert "about another artifact" in failure.message
    assert artifact_of(signed).sha256 in failure.expected


def test_a_wrong_key_is_refused(signed: Path, tmp_path: Path) -> None:
    _, public = new_key_pair(tmp_path / "other.key", "p256", lambda: b"x")
    failure = refusal(dataclasses.replace(request_for(signed), key=public))
    assert "signed with another key" in failure.message


def test_a_private_key_is_no_public_key(signed: Path) -> None:
    with pytest.raises(UsageError, match="no public key"):
        verify(dataclasses.replace(request_for(signed), key=signed.with_name("release.key")))


def change_payload(bundle: dict[str, object]) -> None:
    envelope = bundle["dsseEnvelope"]
    assert isinstance(envelope, dict)
    payload = json.loads(base64.decode(envelope["payload"]))
    payload["predicate"]["verdict"] = "PASSED!"
    envelope["payload"] = base64.encode(json.dumps(payload).encode())


def change_signature(bundle: dict[str, object]) -> None:
    envelope = bundle["dsseEnvelope"]
    assert isinstance(envelope, dict)
    signature = bytearray(base64.decode(envelope["signatures"][0]["sig"]))
    signature[-1] ^= 1
    envelope["signatures"][0]["sig"] = base64.encode(bytes(signature))


def change_payload_type(bundle: dict[str, object]) -> None:
    envelope = bundle["dsseEnvelope"]
    assert isinstance(envelope, dict)
    envelope["payloadType"] = "text/plain"


def add_a_field(bundle: dict[str, object]) -> None:
    bundle["trusted"] = True


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (change_payload, "the signature does not fit the payload"),
        (change_signature, "the signature does not fit the payload"),
        (change_payload_type, "the signature does not fit the payload"),
        (add_a_field, "not a bundle that can be read: bundle: unknown field 'trusted'"),
    ],
)
@pytest.mark.parametrize("kind", ["vsa", "decision", "sbom"])
def test_a_tampered_bundle_is_refused(
    signed: Path, kind: str, change: Callable[[dict[str, object]], None], message: str
) -> None:
    path = signed.with_name(f"app.tar.gz.{kind}.sigstore.json")
    bundle = json.loads(path.read_text())
    change(bundle)
    path.write_text(json.dumps(bundle))
    failure = refusal(request_for(signed))
    assert message in failure.message
    assert path.name in failure.message
    assert failure.hint


@pytest.mark.parametrize(
    "data", [b"", b"{}", b"[" * 100_000, b'{"mediaType": 1, "mediaType": 1}', b"\xff\xfe", b'{"a": "\\ud800"}']
)
def test_rubbish_in_place_of_a_bundle_is_refused(signed: Path, data: bytes) -> None:
    vsa_of(signed).write_bytes(data)
    assert "not a bundle that can be read" in refusal(request_for(signed)).message


@pytest.mark.parametrize("kind", ["vsa", "decision", "sbom"])
def test_each_of_the_three_must_be_there(signed: Path, kind: str) -> None:
    signed.with_name(f"app.tar.gz.{kind}.sigstore.json").unlink()
    assert re.match(r"app.tar.gz: (no |the gate's summary: nothing of this kind)", refusal(request_for(signed)).message)


def test_no_attestations_at_all(signed: Path) -> None:
    for path in signed.parent.glob("*.sigstore.json"):
        path.unlink()
    refused = refusal(request_for(signed))
    assert refused.message == "app.tar.gz: the gate's summary: there is no signature"
    assert "--attestations" in refused.hint


@pytest.mark.parametrize(
    ("expected", "message"),
    [
        (Expectations(stage="release"), "passed for another stage"),
        (Expectations(resource="pkg:generic/else"), "about another resource"),
        (Expectations(policies_digest="00" * 32), "judged by other policies"),
        (Expectations(verifier="urn:someone-else"), "another verifier"),
        (Expectations(max_age=datetime.timedelta(hours=11)), "too old"),
    ],
)
def test_an_expectation_that_does_not_hold_is_told(signed: Path, expected: Expectations, message: str) -> None:
    failure = refusal(request_for(signed, expected))
    assert failure.message == f"app.tar.gz: the gate's summary: {message}"
    assert failure.expected
    assert failure.found


def test_expectations_that_hold(signed: Path) -> None:
    expected = Expectations(
        stage="build",
        resource="pkg:generic/app.tar.gz",
        policies_digest="sha256:" + "ab" * 32,
        verifier="urn:gatekeeper:verifier",
        max_age=datetime.timedelta(hours=12),
    )
    assert verify(request_for(signed, expected))


def test_a_summary_from_the_future_is_refused(signed: Path) -> None:
    before = datetime.datetime(2026, 10, 1, tzinfo=datetime.UTC)
    assert "from the future" in refusal(request_for(signed, clock=before)).message


def replace_summary(signed: Path, signer: KeySigner, **changes: object) -> None:
    statement = Statement.decode(Bundle.decode(vsa_of(signed).read_bytes()).envelope.payload)
    predicate = {**statement.predicate, **changes}
    vsa_of(signed).write_bytes(signer.sign(dataclasses.replace(statement, predicate=predicate)).encode())


def test_a_failed_summary_is_refused(signed: Path, signer: KeySigner) -> None:
    replace_summary(signed, signer, verificationResult="FAILED")
    failure = refusal(request_for(signed))
    assert "did not pass" in failure.message
    assert (failure.expected, failure.found) == ("PASSED", "FAILED")


def test_a_newer_failed_summary_defeats_an_older_one(signed: Path, signer: KeySigner) -> None:
    old = vsa_of(signed).read_bytes()
    replace_summary(signed, signer, verificationResult="FAILED", timeVerified="2026-11-01T13:00:00Z")
    signed.with_name("old.sigstore.json").write_bytes(old)
    assert "a newer summary says FAILED" in refusal(request_for(signed)).message


@pytest.mark.parametrize(
    "changes", [{"timeVerified": "yesterday"}, {"policy": "none"}, {"verifier": {}}, {"inputAttestations": None}]
)
def test_an_incomplete_summary_is_refused(signed: Path, signer: KeySigner, changes: dict[str, object]) -> None:
    replace_summary(signed, signer, **changes)
    assert refusal(request_for(signed)).message


def test_a_summary_of_another_run_does_not_count(signed: Path, signer: KeySigner) -> None:
    summary = vsa_statement(artifact_of(signed), DECISION, AttestSettings(), {"else": "00" * 32})
    vsa_of(signed).write_bytes(signer.sign(summary).encode())
    assert "does not rest on" in refusal(request_for(signed)).message


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"decision": {"verdict": "FAIL", "stage": "build"}}, "the decision rejects it"),
        ({"decision": {"stage": "build"}}, "the decision rejects it"),
        ({"decision": {"verdict": ["PASS"], "stage": "build"}}, "the decision is malformed"),
        ({"decision": {"verdict": "PASS", "stage": "release"}}, "decision and summary name different stages"),
        ({"decision": {"verdict": "PASS"}}, "decision and summary must both name stages"),
        ({"policies": {}}, "decision and summary must both name policies"),
        ({"policies": {"digest": "sha256:" + "cd" * 32}}, "decision and summary name different policies"),
        ({"verifier": {"id": "urn:else"}}, "decision and summary name different verifiers"),
    ],
)
def test_a_decision_that_says_something_else_is_refused(
    signed: Path, signer: KeySigner, change: dict[str, Json], message: str
) -> None:
    file = signed.with_name(f"{signed.name}.decision.sigstore.json")
    statement = Statement.decode(Bundle.decode(file.read_bytes()).envelope.payload)
    decided = signer.sign(dataclasses.replace(statement, predicate={**statement.predicate, **change})).encode()
    file.write_bytes(decided)
    sbom = signed.with_name(f"{signed.name}.sbom.sigstore.json").read_bytes()
    inputs = [{"uri": "x", "digest": {"sha256": sha256(data).hexdigest()}} for data in (decided, sbom)]
    replace_summary(signed, signer, inputAttestations=inputs)
    assert message in refusal(request_for(signed)).message


def test_a_newer_summary_without_its_companions_does_not_spoil_an_older_one(signed: Path, signer: KeySigner) -> None:
    """It could be left out as well."""
    old = vsa_of(signed).read_bytes()
    replace_summary(signed, signer, timeVerified="2026-11-01T13:00:00Z", inputAttestations=[])
    assert "does not rest on" in refusal(request_for(signed)).message
    signed.with_name("old.sigstore.json").write_bytes(old)
    assert verify(request_for(signed))


def test_a_key_of_another_kind_is_refused(signed: Path, tmp_path: Path) -> None:
    rsa = tmp_path / "rsa.pub"
    rsa.write_text("-----BEGIN PUBLIC KEY-----\nMCow\n-----END PUBLIC KEY-----\n")
    with pytest.raises(UsageError):
        verify(dataclasses.replace(request_for(signed), key=rsa))


def test_the_same_key_file_loads_as_signer(tmp_path: Path) -> None:
    private, _ = new_key_pair(tmp_path / "a.key", "ed25519", lambda: b"x")
    assert load_signer(private, lambda: b"x")


def test_a_stray_bundle_of_many_keys_costs_little(signed: Path) -> None:
    keys = ",".join(f'"{n}":0' for n in range(200_000))
    signed.with_name("stray.sigstore.json").write_text("{" + keys + ',"0":0}')
    start = time.process_time()
    assert verify(request_for(signed))
    assert time.process_time() - start < 30
