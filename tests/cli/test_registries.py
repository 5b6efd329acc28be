"""`gatekeeper verify oci://...` against registries that lie, stall or are in trouble: one message, in bounded time."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from gatekeeper.attest.signers import KeySigner
from gatekeeper.formats import oci
from gatekeeper.formats.attestations.cosign_manifest import fallback_tag
from gatekeeper.formats.oci import Descriptor, Manifest
from gatekeeper.formats.statement import Statement, Subject
from gatekeeper.registry import exchange
from gatekeeper.registry.exchange import Access
from gatekeeper.transport.wire import Patience
from tests.cli.conftest import Ended, Run
from tests.registry.servers import Asked, Handler, Send, answer, manifest_answer, serving
from tests.verification.trust.instance import new_key

REVIEW = "urn:example:review:v1"
BUNDLE_TYPE = "application/vnd.dev.sigstore.bundle.v0.3+json"
EMPTY = Descriptor.of(oci.EMPTY, b"{}")
IMAGE = Manifest(EMPTY, (Descriptor.of("application/octet-stream", b"layer"),)).encode()
OTHER = Manifest(EMPTY, (Descriptor.of("application/octet-stream", b"LAYER"),)).encode()
DIGEST = oci.digest_of(IMAGE)
ATTACHED_TO = Descriptor(oci.MANIFEST, DIGEST, len(IMAGE))
REFERRERS = f"referrers/{DIGEST}"
Content = Mapping[str, bytes]
Verify = Callable[..., Ended]


@pytest.fixture(scope="module")
def signer() -> KeySigner:
    return KeySigner(new_key())


@pytest.fixture(scope="module")
def honest(signer: KeySigner) -> Content:
    """What a registry answers, by path: an image with an attestation, which verifies."""
    digest = DIGEST.removeprefix("sha256:")
    bundle = signer.sign(Statement((Subject("app", {"sha256": digest}),), REVIEW, {})).encode()
    manifest = Manifest(EMPTY, (Descriptor.of(BUNDLE_TYPE, bundle),), subject=ATTACHED_TO).encode()
    return {
        f"manifests/{DIGEST}": manifest_answer(IMAGE),
        "manifests/v1": manifest_answer(IMAGE),
        REFERRERS: manifest_answer(oci.extend_index(None, (Descriptor.of(oci.MANIFEST, manifest),)), oci.INDEX),
        f"manifests/{oci.digest_of(manifest)}": manifest_answer(manifest),
        f"blobs/{oci.digest_of(bundle)}": answer(200, bundle),
    }


@pytest.fixture
def verify(run: Run, signer: KeySigner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Verify:
    """Verifies the image of a registry, and waits for it for two seconds; there is never more than one message."""
    public = signer.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (tmp_path / "gate.pub").write_bytes(public)
    (tmp_path / "trust.toml").write_text(
        'version = 1\n[[authority]]\nname = "gate"\nkey = "gate.pub"\n[[signer]]\nname = "gate"\nauthority = "gate"\n'
        f'[[rule]]\nname = "reviewed"\nsubject = ["**"]\npredicate = ["{REVIEW}"]\nsigners = ["gate"]\n'
    )
    monkeypatch.setenv("HOME", str(tmp_path))
    hasty = partial(Access, patience=Patience(connect=1, silence=1, whole=2))
    monkeypatch.setattr(exchange, "Access", hasty)

    def call(handler: Handler | Content, reference: str = f"@{DIGEST}") -> Ended:
        began = time.monotonic()
        with serving(handler if callable(handler) else of(handler)) as server:
            ended = run("verify", f"oci://{server.host}/acme/app{reference}", "--trust", tmp_path / "trust.toml")
        assert time.monotonic() - began < 15
        assert ended.err.count("gatekeeper: error:") == (ended.code != 0), ended.err
        assert ended.out.startswith("VERIFIED") == (ended.code == 0), ended.out
        return ended

    return call


def of(content: Content) -> Handler:
    return lambda asked, send: send(content.get(asked.path.removeprefix("/v2/acme/app/"), answer(404)))


def test_an_honest_one(verify: Verify, honest: Content) -> None:
    assert verify(honest).code == verify(honest, ":v1").code == 0


@pytest.mark.parametrize("path", [f"manifests/{DIGEST}", "manifests/v1"])
def test_another_artifact(verify: Verify, honest: Content, path: str) -> None:
    """By the digest, and by a tag whose digest the registry tells itself; by a tag alone it may be any."""
    lying = {**honest, path: manifest_answer(OTHER, Docker_Content_Digest=DIGEST)}
    ended = verify(lying, ":v1" if path.endswith("v1") else f"@{DIGEST}")
    assert (ended.code, "does not have its digest" in ended.err) == (5, True)
    assert oci.digest_of(OTHER) in ended.err
    moved = verify({**honest, "manifests/v1": manifest_answer(OTHER)}, ":v1")
    assert (moved.code, "there is no signature" in moved.err) == (5, True)


def test_attestations_with_other_bytes_or_of_another_artifact(verify: Verify, honest: Content) -> None:
    (blob,) = (path for path in honest if path.startswith("blobs/"))
    assert verify({**honest, blob: honest[blob][:-1] + b" "}).code == 5
    foreign = Manifest(EMPTY, (EMPTY,), subject=Descriptor.of(oci.MANIFEST, OTHER))
    foreign = Manifest(EMPTY, (Descriptor.of(BUNDLE_TYPE, b"{}"),), subject=foreign.subject)
    listing = oci.extend_index(None, (Descriptor.of(oci.MANIFEST, foreign.encode()),))
    ended = verify(
        {
            **honest,
            REFERRERS: manifest_answer(listing, oci.INDEX),
            f"manifests/{oci.digest_of(foreign.encode())}": manifest_answer(foreign.encode()),
        }
    )
    assert (ended.code, "as a bundle of another artifact" in ended.err) == (5, True)


@pytest.mark.parametrize(
    ("prefix", "scheme"),
    [
        ("manifests/", "http"),
        ("manifests/", "https"),
        ("referrers/", "http"),
        ("referrers/", "https"),
        ("blobs/", "http"),
    ],
)
def test_redirects(verify: Verify, honest: Content, prefix: str, scheme: str) -> None:
    """To HTTP nothing is redirected, and to HTTPS only blobs; where to is told, but not the path."""
    path = next(path for path in honest if path.startswith(prefix))
    ended = verify({**honest, path: answer(307, Location=f"{scheme}://storage.example/secret")})
    assert (ended.code, "redirects" in ended.err, "secret" in ended.err) == (4, True, False)


@pytest.mark.parametrize("prefix", ["manifests/", "referrers/", "blobs/"])
@pytest.mark.parametrize("status", [429, 500, 503])
def test_trouble_is_no_verdict(verify: Verify, honest: Content, prefix: str, status: int) -> None:
    path = next(path for path in honest if path.startswith(prefix))
    ended = verify({**honest, path: answer(status, b"hunter2")})
    assert (ended.code, str(status) in ended.err, "hunter2" in ended.err) == (4, True, False)


def stalls(send: Send) -> None:
    time.sleep(10)


def trickles(send: Send) -> None:
    send(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    while True:
        send(b"{")
        time.sleep(0.1)


def never_ends(send: Send) -> None:
    send(f"HTTP/1.1 200 OK\r\nContent-Type: {oci.MANIFEST}\r\nTransfer-Encoding: chunked\r\n\r\n".encode())
    while True:
        send(b"10000\r\n" + b" " * 65536 + b"\r\n")


@pytest.mark.parametrize("prefix", ["manifests/", "referrers/", "blobs/"])
@pytest.mark.parametrize(
    ("trouble", "message"), [(stalls, "too slow"), (trickles, "too slow"), (never_ends, "sends more than")]
)
def test_answers_without_end(
    verify: Verify, honest: Content, prefix: str, trouble: Callable[[Send], None], message: str
) -> None:
    path = next(path for path in honest if path.startswith(prefix))

    def handler(asked: Asked, send: Send) -> None:
        trouble(send) if asked.path.endswith(path) else of(honest)(asked, send)

    ended = verify(handler)
    assert (ended.code, message in ended.err) == (4, True), ended.err


def test_a_list_that_lists_itself(verify: Verify, honest: Content) -> None:
    """An index is not entered; the attestations beside it count."""
    _, _, index = honest[REFERRERS].partition(b"\r\n\r\n")
    (entry,) = json.loads(index)["manifests"]
    itself = {"mediaType": oci.INDEX, "digest": "sha256:" + "ab" * 32, "size": 1}
    listing = json.dumps({"schemaVersion": 2, "mediaType": oci.INDEX, "manifests": [itself, entry]}).encode()
    circular = {
        **honest,
        REFERRERS: manifest_answer(listing, oci.INDEX),
        f"manifests/{fallback_tag(DIGEST)}": manifest_answer(listing, oci.INDEX),
        f"manifests/{itself['digest']}": manifest_answer(listing, oci.INDEX),
    }
    assert verify(circular).code == 0


def test_pages_without_end(verify: Verify, honest: Content) -> None:
    following = f'</v2/acme/app/{REFERRERS}>; rel="next"'
    index = honest[REFERRERS].partition(b"\r\n\r\n")[2]
    ended = verify({**honest, REFERRERS: manifest_answer(index, oci.INDEX, Link=following)})
    assert (ended.code, "pages" in ended.err or "too slow" in ended.err) == (4, True)


@pytest.mark.parametrize(
    ("number", "message"), [(1001, "more than 1000"), (10_001, "at most 10000"), (100_000, "sends more than")]
)
@pytest.mark.parametrize("place", [REFERRERS, f"manifests/{fallback_tag(DIGEST)}"])
def test_lists_of_very_many(verify: Verify, honest: Content, number: int, message: str, place: str) -> None:
    entries = [{"mediaType": oci.MANIFEST, "digest": f"sha256:{n:064x}", "size": 1} for n in range(number)]
    listing = json.dumps({"schemaVersion": 2, "mediaType": oci.INDEX, "manifests": entries}).encode()
    ended = verify({**honest, place: manifest_answer(listing, oci.INDEX)})
    assert (ended.code, message in ended.err) == (4, True), ended.err


@pytest.mark.parametrize("body", [b"[" * 100_000, b'{"manifests":' * 100_000, b"\xff", b"{}", b""])
def test_documents_that_are_none(verify: Verify, honest: Content, body: bytes) -> None:
    for path, media_type in ((f"manifests/{DIGEST}", oci.MANIFEST), (REFERRERS, oci.INDEX)):
        assert verify({**honest, path: manifest_answer(body, media_type)}).code in (4, 5)
