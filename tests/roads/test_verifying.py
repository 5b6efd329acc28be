"""The road of ``verify`` where many things meet: registries, worker processes, many subjects at once."""

from __future__ import annotations

import datetime
import json
import time
from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from gatekeeper.attest.signers import KeySigner
from gatekeeper.errors import Undecidable, UsageError, VerificationFailure
from gatekeeper.formats import base64, oci
from gatekeeper.formats.attestations.cosign_layer import SIGNATURE
from gatekeeper.formats.attestations.cosign_manifest import fallback_tag
from gatekeeper.formats.oci import Descriptor, Manifest
from gatekeeper.formats.predicates import PROVENANCE_V1
from gatekeeper.formats.sigstore.bundle import MessageSignature
from gatekeeper.formats.statement import Statement, Subject
from gatekeeper.model.verification import VerifiedSubject
from gatekeeper.roads.verifying import VerifyRequest, examine, verify
from gatekeeper.verification import batch, gathering
from tests.cli.test_verify import as_json
from tests.registry.servers import Asked, Handler, Send, answer, manifest_answer, serving
from tests.verification.trust.fixtures import instance
from tests.verification.trust.instance import Instance, new_key, trust_head
from tests.verification.trust.verdicts import provenance

__all__ = ["instance"]
CLOCK = datetime.datetime(2026, 11, 2, tzinfo=datetime.UTC)
EMPTY = Descriptor.of(oci.EMPTY, b"{}")
BUNDLE_TYPE = "application/vnd.dev.sigstore.bundle.v0.3+json"
SIMPLE_SIGNING = "application/vnd.dev.cosign.simplesigning.v1+json"
IMAGE = Manifest(EMPTY, (Descriptor.of("application/octet-stream", b"layer"),)).encode()
DIGEST = oci.digest_of(IMAGE)
REVIEW = "urn:example:review:v1"


@pytest.fixture
def signer() -> KeySigner:
    return KeySigner(new_key())


@pytest.fixture
def trust(tmp_path: Path, instance: Instance, signer: KeySigner) -> Path:
    """Everything was built by the workflow; images are signed by a gate as well."""
    public = signer.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (tmp_path / "gate.pub").write_bytes(public)
    file = tmp_path / "trust.toml"
    file.write_text(f"""{trust_head(tmp_path, instance)}
[[authority]]
name = "gate"
key = "gate.pub"
[[signer]]
name = "gate"
authority = "gate"
[[rule]]
name = "built"
subject = ["file-*", "app"]
predicate = ["{PROVENANCE_V1}"]
signers = ["ci"]
[[rule]]
name = "gated"
subject = ["127.0.0.1*/**"]
predicate = ["{REVIEW}", "signature"]
signers = ["gate"]
""")
    return file


def registry(tags: Mapping[str, bytes], bundles: tuple[bytes, ...] = (), blobs: tuple[bytes, ...] = ()) -> Handler:
    """A registry with one image, and what is attached to it."""
    subject = Descriptor(oci.MANIFEST, DIGEST, len(IMAGE))
    manifests = [Manifest(EMPTY, (Descriptor.of(BUNDLE_TYPE, one),), subject=subject).encode() for one in bundles]
    listing = oci.extend_index(None, tuple(Descriptor.of(oci.MANIFEST, one) for one in manifests))
    content = {f"referrers/{DIGEST}": manifest_answer(listing, oci.INDEX)}
    content |= {f"manifests/{tag}": manifest_answer(data) for tag, data in tags.items()}
    content |= {f"manifests/{oci.digest_of(one)}": manifest_answer(one) for one in (IMAGE, *manifests)}
    content |= {f"blobs/{oci.digest_of(one)}": answer(200, one) for one in (*bundles, *blobs)}

    def handler(asked: Asked, send: Send) -> None:
        send(content.get(asked.path.removeprefix("/v2/acme/app/"), answer(404)))

    return handler


def image_statement(digest: str = DIGEST) -> Statement:
    return Statement((Subject("acme/app", {"sha256": digest.partition(":")[2]}),), REVIEW, {})


def judged(handler: Handler, trust: Path, reference: str = f"@{DIGEST}") -> VerifiedSubject:
    with serving(handler) as server:
        request = VerifyRequest((f"oci://{server.host}/acme/app{reference}",), CLOCK, trust=trust)
        (subject,) = examine(request).subjects
    return subject


class TestRegistries:
    def test_bundles_attached_to_an_image(self, trust: Path, signer: KeySigner) -> None:
        bundle = signer.sign(image_statement()).encode()
        assert judged(registry({}, (bundle,)), trust).verified
        assert judged(registry({"1.0": IMAGE}, (bundle,)), trust, ":1.0").verified
        assert judged(registry({}), trust).refusal

    def test_a_bundle_of_another_image_does_not_count(self, trust: Path, signer: KeySigner) -> None:
        other = signer.sign(image_statement("sha256:" + "ab" * 32)).encode()
        refusal = judged(registry({}, (other,)), trust).refusal
        assert refusal
        assert (refusal.step, refusal.found) == ("subject", f"acme/app sha256:{'ab' * 32}")

    def test_signatures_of_the_elder_cosign(self, trust: Path, signer: KeySigner) -> None:
        for digest, accepted in ((DIGEST, True), ("sha256:" + "ab" * 32, False)):
            critical = {
                "identity": {"docker-reference": "anything"},
                "image": {"docker-manifest-digest": digest},
                "type": "cosign container image signature",
            }
            payload = json.dumps({"critical": critical, "optional": None}).encode()
            content = signer.sign_file(payload).content
            assert isinstance(content, MessageSignature)
            layer = Descriptor.of(SIMPLE_SIGNING, payload)
            layer = replace(layer, annotations={SIGNATURE: base64.encode(content.signature)})
            tags = {f"{fallback_tag(DIGEST)}.sig": Manifest(EMPTY, (layer,)).encode()}
            subject = judged(registry(tags, (), (payload,)), trust)
            assert subject.verified is accepted
            assert [one.format for one in subject.attestations] == ["cosign signature"]

    def test_a_registry_that_lies_is_not_verified(self, trust: Path) -> None:
        lying = registry({})

        def another(asked: Asked, send: Send) -> None:
            if asked.path.endswith(DIGEST) and "manifests" in asked.path:
                send(manifest_answer(IMAGE.replace(b"layer", b"LAYER") + b" "))
            else:
                lying(asked, send)

        refusal = judged(another, trust).refusal
        assert refusal
        assert refusal.step == "registry"

    def test_a_registry_that_fails_is_no_verdict(self, trust: Path) -> None:
        with pytest.raises(Undecidable):
            judged(lambda asked, send: send(answer(500)), trust)


class TestMany:
    def release(self, folder: Path, instance: Instance, number: int) -> Path:
        folder.mkdir()
        for one in range(number):
            file = folder / f"file-{one}"
            file.write_bytes(str(one).encode())
            subject = Subject(file.name, {"sha256": sha256(file.read_bytes()).hexdigest()})
            bundle = as_json(instance, Statement((subject,), PROVENANCE_V1, provenance()))
            (folder / f"{file.name}.sigstore.json").write_bytes(bundle)
        return folder

    def test_workers_find_out_the_same(
        self, trust: Path, tmp_path: Path, instance: Instance, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        folder = self.release(tmp_path / "dist", instance, 40)
        (folder / "file-7").write_bytes(b"changed")
        bundle = json.loads((folder / "file-8.sigstore.json").read_bytes())
        bundle["dsseEnvelope"]["signatures"][0]["sig"] = bundle["dsseEnvelope"]["payload"]
        (folder / "file-8.sigstore.json").write_text(json.dumps(bundle))
        request = VerifyRequest((f"dir:{folder}",), CLOCK, trust=trust)
        alone = examine(request)
        # Attestations that count for nothing in the folder are files like others.
        refused = ["file-7", "file-7.sigstore.json", "file-8", "file-8.sigstore.json"]
        assert [one.name for one in alone.refused] == refused
        monkeypatch.setattr(batch, "MANY", 10)
        assert examine(request) == alone

    def test_time_grows_with_the_number_of_files_not_with_its_square(
        self, trust: Path, tmp_path: Path, instance: Instance
    ) -> None:
        seconds = []
        for number in (50, 200):
            folder = self.release(tmp_path / str(number), instance, number)
            start = time.process_time()
            verify(VerifyRequest((f"dir:{folder}",), CLOCK, trust=trust))
            seconds.append(time.process_time() - start)
        assert seconds[1] < 10 * seconds[0]

    def test_one_statement_about_many_files_costs_as_much_as_they_do(
        self, trust: Path, tmp_path: Path, signer: KeySigner
    ) -> None:
        seconds = []
        for number in (200, 800):
            folder = tmp_path / str(number)
            folder.mkdir()
            for one in range(number):
                (folder / f"127.0.0.1-{one}").write_bytes(str(one).encode())
            digests = {one.name: sha256(one.read_bytes()).hexdigest() for one in folder.iterdir()}
            subjects = tuple(Subject(name, {"sha256": digest}) for name, digest in digests.items())
            (folder / "all.sigstore.json").write_bytes(signer.sign(Statement(subjects, REVIEW, {})).encode())
            text = trust.read_text().replace('"127.0.0.1*/**"', '"127.0.0.1*"')
            trust.with_name("all.toml").write_text(text)
            start = time.process_time()
            verification = verify(VerifyRequest((f"dir:{folder}",), CLOCK, trust=trust.with_name("all.toml")))
            seconds.append(time.process_time() - start)
            assert (len(verification.subjects), verification.left_out) == (number, ("all.sigstore.json",))
        assert seconds[1] < 8 * seconds[0]

    def test_too_much_is_refused_in_one_message(
        self, trust: Path, tmp_path: Path, instance: Instance, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        folder = self.release(tmp_path / "dist", instance, 3)
        for limit in ("MAX_FILES", "MAX_TOTAL_BYTES"):
            with monkeypatch.context() as patched:
                patched.setattr(gathering, limit, 2)
                with pytest.raises(Undecidable) as error:
                    examine(VerifyRequest((f"dir:{folder}",), CLOCK, trust=trust))
                assert "--attestations" in error.value.hint


def test_the_library_refuses_where_the_report_only_tells(trust: Path, tmp_path: Path) -> None:
    file = tmp_path / "app"
    file.write_bytes(b"x")
    request = VerifyRequest((str(file), str(file)), CLOCK, trust=trust)
    assert [one.verified for one in examine(request).subjects] == [False, False]
    with pytest.raises(VerificationFailure, match="1 more of 2"):
        verify(request)
    with pytest.raises(UsageError, match="time zone"):
        verify(replace(request, clock=datetime.datetime(2026, 11, 2)))
