"""Bundles are attached as cosign attaches them, and none is lost."""

from __future__ import annotations

import base64
import datetime
import json
import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from gatekeeper.errors import Undecidable
from gatekeeper.formats import oci
from gatekeeper.formats.attestations.cosign_manifest import fallback_tag
from gatekeeper.formats.oci import Descriptor, Manifest
from gatekeeper.registry.attached import find_attached, referrers
from gatekeeper.registry.attaching import ENVELOPE, NewBundle, attach
from gatekeeper.registry.client import Client
from gatekeeper.registry.reference import Reference, Repository
from tests.registry.servers import Asked, Send, answer, manifest_answer, serving
from tests.services.tools import program

TYPE = "https://example.com/predicate"
NOW = datetime.datetime(2026, 1, 31, 12, tzinfo=datetime.UTC)
IMAGE = Manifest(Descriptor.of(oci.EMPTY, b"{}"), ()).encode()
services = pytest.mark.services


@pytest.fixture
def image(registry: str, request: pytest.FixtureRequest) -> Reference:
    """An image in a repository of the test's own."""
    return new_image(registry, request)


def new_image(host: str, request: pytest.FixtureRequest) -> Reference:
    repository = Repository(host, f"test/{abs(hash(request.node.nodeid))}")
    with Client() as client:
        client.push_blob(repository, b"{}")
        return Reference(repository, "", client.push_manifest(repository, IMAGE, oci.MANIFEST, "v1").digest)


def bundle(text: str) -> NewBundle:
    return NewBundle(text.encode(), ENVELOPE, TYPE)


@services
def test_what_was_attached_is_found(client: Client, image: Reference) -> None:
    attach(client, image, [bundle("one"), bundle("two")], NOW)
    attach(client, Reference(image.repository, "v1"), [bundle("three")], NOW)

    found = find_attached(client, image.repository, image.digest)

    assert {one.data for one in found} == {b"one", b"two", b"three"}
    assert len(referrers(client, image.repository, image.digest)) == 3


@services
def test_attaching_twice_is_attaching_once(client: Client, image: Reference) -> None:
    first = attach(client, image, [bundle("one")], NOW)

    assert attach(client, image, [bundle("one")], NOW) == first
    assert len(find_attached(client, image.repository, image.digest)) == 1


@services
def test_parallel_writers_lose_nothing(request: pytest.FixtureRequest, old_registry: str) -> None:
    image = new_image(old_registry, request)

    def write(number: int) -> None:
        with Client() as client:
            attach(client, image, [bundle(str(number))], NOW)

    with ThreadPoolExecutor(10) as pool:
        list(pool.map(write, range(10)))
    with Client() as client:
        found = find_attached(client, image.repository, image.digest)
    assert {one.data for one in found} == {str(number).encode() for number in range(10)}


def test_entries_of_others_stay_as_they_are_and_a_lost_one_is_written_again(client: Client) -> None:
    """The registry keeps the index of somebody else, who writes once over ours."""
    theirs = json.dumps(
        {
            "schemaVersion": 2,
            "mediaType": oci.INDEX,
            "manifests": [{"mediaType": oci.MANIFEST, "digest": "sha256:" + "00" * 32, "size": 1, "x": [1]}],
            "annotations": {"a": "b"},
        }
    ).encode()
    index = theirs
    written: list[bytes] = []

    def handler(asked: Asked, send: Send) -> None:
        nonlocal index
        tag = asked.path.endswith(fallback_tag(oci.digest_of(IMAGE)))
        if asked.method == "PUT" and tag:
            written.append(asked.body)
            index = theirs if len(written) == 1 else asked.body
        if asked.method == "GET" and tag:
            return send(manifest_answer(index, oci.INDEX))
        if asked.method == "GET" and "/manifests/" in asked.path:
            return send(manifest_answer(IMAGE))
        statuses = {"HEAD": 200, "PUT": 201, "GET": 404}
        return send(answer(statuses[asked.method]))

    with serving(handler) as server:
        attach(client, Reference(Repository(server.host, "a/b"), "v1"), [bundle("{}")], NOW, lambda seconds: None)
    assert len(written) == 2
    kept = json.loads(index)
    assert kept["manifests"][0] == json.loads(theirs)["manifests"][0]
    assert kept["annotations"] == {"a": "b"}
    assert kept["manifests"][1]["annotations"]["org.opencontainers.image.created"] == "2026-01-31T12:00:00Z"


def test_a_tag_that_never_keeps_anything_is_given_up(client: Client) -> None:
    def handler(asked: Asked, send: Send) -> None:
        if asked.method == "GET" and "/manifests/v1" in asked.path:
            return send(manifest_answer(IMAGE))
        return send(answer({"HEAD": 200, "PUT": 201, "GET": 404}[asked.method]))

    with serving(handler) as server, pytest.raises(Undecidable, match="loses entries"):
        attach(client, Reference(Repository(server.host, "a/b"), "v1"), [bundle("{}")], NOW, lambda seconds: None)


def test_an_api_that_does_not_list_what_it_took(client: Client) -> None:
    def handler(asked: Asked, send: Send) -> None:
        if asked.method == "GET" and "/manifests/v1" in asked.path:
            return send(manifest_answer(IMAGE))
        if asked.method == "GET" and "/referrers/" in asked.path:
            return send(manifest_answer(oci.extend_index(None, ()), oci.INDEX))
        return send(answer({"HEAD": 200, "PUT": 201, "GET": 404}[asked.method]))

    with serving(handler) as server, pytest.raises(Undecidable, match="does not list"):
        attach(client, Reference(Repository(server.host, "a/b"), "v1"), [bundle("{}")], NOW)


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with cosign's key pair, which is also its home."""
    folder = tmp_path_factory.mktemp("cosign")
    cosign(folder, "generate-key-pair")
    (folder / "predicate.json").write_text('{"result": "passed"}')
    return folder


def cosign(folder: Path, *arguments: str) -> str:
    environment = {**os.environ, "HOME": str(folder), "COSIGN_PASSWORD": "secret"}
    command = [str(program("cosign")), *arguments]
    return subprocess.run(command, cwd=folder, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout


def cosign_attest(folder: Path, image: Reference, *more: str) -> None:
    options = ["--yes", "--key=cosign.key", "--predicate=predicate.json", f"--type={TYPE}", "--allow-http-registry"]
    cosign(folder, "attest", *options, "--use-signing-config=false", "--tlog-upload=false", *more, str(image))


def cosign_verify(folder: Path, image: Reference) -> list[str]:
    """The payloads that cosign accepts."""
    options = ["--key=cosign.pub", "--insecure-ignore-tlog", f"--type={TYPE}", "--allow-http-registry"]
    return cosign(folder, "verify-attestation", *options, str(image)).splitlines()


@services
def test_we_find_what_cosign_attached(client: Client, image: Reference, keys: Path) -> None:
    cosign_attest(keys, image)

    (found,) = find_attached(client, image.repository, image.digest)

    assert found.layer.media_type == "application/vnd.dev.sigstore.bundle.v0.3+json"
    assert json.loads(found.data)["dsseEnvelope"]["payloadType"] == "application/vnd.in-toto+json"


@services
def test_cosign_finds_what_we_attached_laid_out_as_its_own(client: Client, image: Reference, keys: Path) -> None:
    cosign_attest(keys, image)
    (found,) = find_attached(client, image.repository, image.digest)
    (theirs,) = (client.pull(Reference(image.repository, "", one.digest)) for one in listed(client, image))
    copy = copied(client, image)

    (ours,) = attach(client, copy, [NewBundle(found.data, ENVELOPE, TYPE)], NOW)

    written = json.loads(client.pull(Reference(copy.repository, "", ours.digest)).data)
    expected = json.loads(theirs.data)
    del expected["config"]["artifactType"]  # cosign repeats it there
    expected["annotations"]["org.opencontainers.image.created"] = "2026-01-31T12:00:00Z"
    assert written == expected
    (line,) = cosign_verify(keys, copy)
    assert json.loads(base64.b64decode(json.loads(line)["payload"]))["predicateType"] == TYPE


def copied(client: Client, image: Reference) -> Reference:
    """The same image in another repository."""
    repository = Repository(image.repository.host, f"{image.repository.name}/copy")
    client.push_blob(repository, b"{}")
    return Reference(repository, "", client.push_manifest(repository, IMAGE, oci.MANIFEST).digest)


def listed(client: Client, image: Reference) -> list[Descriptor]:
    return referrers(client, image.repository, image.digest)


@services
def test_we_find_what_old_cosign_left_under_its_tags(client: Client, image: Reference, keys: Path) -> None:
    old = ("--new-bundle-format=false",)
    cosign_attest(keys, image, *old)
    sign = ["--yes", "--key=cosign.key", "--allow-http-registry", "--use-signing-config=false", "--tlog-upload=false"]
    cosign(keys, "sign", *sign, *old, str(image))

    signature, attestation = find_attached(client, image.repository, image.digest)

    assert json.loads(attestation.data)["payloadType"] == "application/vnd.in-toto+json"
    assert json.loads(signature.data)["critical"]["image"]["docker-manifest-digest"] == image.digest
    assert base64.b64decode(signature.layer.annotations["dev.cosignproject.cosign/signature"])
