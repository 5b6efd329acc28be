"""Manifests, blobs and referrers, of registries that mean well and of others."""

from __future__ import annotations

import json
import time
import tracemalloc

import pytest

from gatekeeper.errors import Undecidable, VerificationFailure
from gatekeeper.formats import oci
from gatekeeper.formats.oci import Descriptor, Index, Manifest
from gatekeeper.registry.client import MAX_REFERRERS, Client
from gatekeeper.registry.reference import Reference, Repository
from tests.registry.servers import Asked, Handler, Send, answer, manifest_answer, serving

IMAGE = Manifest(Descriptor.of(oci.EMPTY, b"{}"), ()).encode()
DIGEST = oci.digest_of(IMAGE)
BLOB = b"some bytes"
BLOB_DESCRIPTOR = Descriptor.of("application/octet-stream", BLOB)
services = pytest.mark.services


@services
def test_what_was_pushed_can_be_pulled(client: Client, registry: str) -> None:
    repository = Repository(registry, "acme/app")
    client.push_blob(repository, b"{}")
    client.push_blob(repository, BLOB)
    client.push_blob(repository, BLOB)  # it is there: not sent again
    pushed = client.push_manifest(repository, IMAGE, oci.MANIFEST, "v1")

    pulled = client.pull(Reference(repository, "v1"))

    assert pulled.descriptor == pushed == Descriptor(oci.MANIFEST, DIGEST, len(IMAGE))
    assert client.pull(Reference(repository, "", DIGEST)).data == IMAGE
    assert client.blob(repository, BLOB_DESCRIPTOR) == BLOB
    assert client.find(Reference(repository, "v2")) is None
    with pytest.raises(Undecidable, match="v2 is not there"):
        client.pull(Reference(repository, "v2"))


@services
def test_large_blobs_arrive_whole(client: Client, registry: str) -> None:
    data = bytes(range(256)) * (1 << 14)
    client.push_blob(Repository(registry, "acme/app"), data)

    assert client.blob(Repository(registry, "acme/app"), Descriptor.of("a/b", data)) == data


def always(response: bytes) -> Handler:
    return lambda asked, send: send(response)


def pull(client: Client, handler: Handler, digest: str = DIGEST) -> None:
    with serving(handler) as server:
        client.pull(Reference(Repository(server.host, "acme/app"), "" if digest else "v1", digest))


def test_another_artifact_than_the_one_that_was_asked_for(client: Client) -> None:
    other = Manifest(Descriptor.of(oci.EMPTY, b"{}"), (BLOB_DESCRIPTOR,)).encode()

    with pytest.raises(VerificationFailure) as caught:
        pull(client, always(manifest_answer(other, Docker_Content_Digest=DIGEST)))
    assert (caught.value.expected, caught.value.found) == (DIGEST, oci.digest_of(other))


def test_a_registry_that_lies_about_what_is_under_a_tag(client: Client) -> None:
    with pytest.raises(VerificationFailure):
        pull(client, always(manifest_answer(IMAGE, Docker_Content_Digest="sha256:" + "00" * 32)), digest="")


def test_blobs_with_other_bytes_or_another_size(client: Client) -> None:
    with serving(always(answer(200, b"other byte"))) as server, pytest.raises(VerificationFailure):
        client.blob(Repository(server.host, "acme/app"), BLOB_DESCRIPTOR)
    wrong = Descriptor("a/b", BLOB_DESCRIPTOR.digest, len(BLOB) + 1)
    with serving(always(answer(200, BLOB))) as server, pytest.raises(VerificationFailure, match="another size"):
        client.blob(Repository(server.host, "acme/app"), wrong)


@pytest.mark.parametrize(
    ("body", "media_type"),
    [
        (b"", oci.MANIFEST),
        (b"{", oci.MANIFEST),
        (b"[" * 100_000, oci.MANIFEST),
        (IMAGE, oci.INDEX),
        (IMAGE, "text/html"),
        (IMAGE, "application/vnd.docker.distribution.manifest.v1+json"),
        (IMAGE.replace(b'"layers":[]', b'"layers":[],"layers":[]'), oci.MANIFEST),
        (IMAGE.replace(b'"layers":[]', b'"layers":[],"manifests":[]'), oci.MANIFEST),
        (IMAGE + b" " * oci.MAX_BYTES, oci.MANIFEST),
    ],
)
def test_manifests_that_cannot_be_read(client: Client, body: bytes, media_type: str) -> None:
    with pytest.raises(Undecidable):
        pull(client, always(manifest_answer(body, media_type)), oci.digest_of(body))


def endless(head: str) -> Handler:
    def handler(asked: Asked, send: Send) -> None:
        send(f"HTTP/1.1 200 OK\r\nContent-Type: {oci.MANIFEST}\r\n{head}\r\n\r\n".encode())
        chunk = b"10000\r\n" + b"x" * 65536 + b"\r\n" if "chunked" in head else b"x" * 65536
        while True:
            send(chunk)

    return handler


@pytest.mark.parametrize("head", ["Transfer-Encoding: chunked", "Content-Length: 10000000000", "Connection: close"])
def test_bodies_without_end_are_cut_off(client: Client, head: str) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(Undecidable, match="sends more than"):
            pull(client, endless(head))
        with serving(endless(head)) as server, pytest.raises(Undecidable, match="sends more than"):
            client.blob(Repository(server.host, "acme/app"), BLOB_DESCRIPTOR, limit=8 << 20)
        assert tracemalloc.get_traced_memory()[1] < 64 << 20
    finally:
        tracemalloc.stop()


def test_a_blob_that_says_itself_that_it_is_too_large_is_not_even_asked_for(client: Client) -> None:
    huge = Descriptor("a/b", BLOB_DESCRIPTOR.digest, 10_000_000_000)

    with serving(always(answer(200))) as server:
        with pytest.raises(Undecidable, match="10000000000 bytes"):
            client.blob(Repository(server.host, "acme/app"), huge)
        assert server.asked == []


def stall(asked: Asked, send: Send) -> None:
    time.sleep(10)


def trickle_head(asked: Asked, send: Send) -> None:
    send(b"HTTP/1.1 200 OK\r\n")
    while True:
        send(b"X")
        time.sleep(0.1)


def trickle_body(asked: Asked, send: Send) -> None:
    send(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    while True:
        send(b"X")
        time.sleep(0.1)


def interim(asked: Asked, send: Send) -> None:
    while True:
        send(b"HTTP/1.1 103 Early Hints\r\n\r\n")
        time.sleep(0.01)


@pytest.mark.parametrize("handler", [stall, trickle_head, trickle_body, interim])
def test_slow_registries_are_given_up(hasty: Client, handler: Handler) -> None:
    began = time.monotonic()
    with pytest.raises(Undecidable, match="too slow"):
        pull(hasty, handler)
    assert time.monotonic() - began < 4


def test_the_time_is_that_of_the_whole_operation(hasty: Client) -> None:
    def page(asked: Asked, send: Send) -> None:
        time.sleep(0.5)
        following = f'</v2/acme/app/referrers/{DIGEST}?n={len(server.asked)}>; rel="next"'
        send(manifest_answer(oci.extend_index(None, ()), oci.INDEX, Link=following))

    began = time.monotonic()
    with serving(page) as server, pytest.raises(Undecidable, match="too slow"):
        hasty.referrers(Repository(server.host, "acme/app"), DIGEST)
    assert time.monotonic() - began < 4


@pytest.mark.parametrize(
    "response",
    [
        b"",
        b"garbage\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcde",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 100_000 + b"\r\n",
    ],
)
def test_broken_http_is_one_message(client: Client, response: bytes) -> None:
    with pytest.raises(Undecidable, match=r"no whole HTTP|connection|reset"):
        pull(client, always(response))


def test_compressed_answers_are_not_unpacked(client: Client) -> None:
    with pytest.raises(Undecidable, match="compressed"):
        pull(client, always(manifest_answer(IMAGE, Content_Encoding="gzip")))


def test_nobody_there(client: Client) -> None:
    with serving(always(b"")) as server:
        repository = Repository(server.host, "acme/app")
    with pytest.raises(Undecidable, match="refused"):
        client.pull(Reference(repository, "v1"))


@pytest.mark.parametrize("status", [400, 404, 405, 406])
def test_registries_without_the_api(client: Client, status: int) -> None:
    with serving(always(answer(status))) as server:
        assert client.referrers(Repository(server.host, "acme/app"), DIGEST) is None


def test_a_page_for_people_is_no_api(client: Client) -> None:
    with serving(always(answer(200, b"<html>", Content_Type="text/html"))) as server:
        assert client.referrers(Repository(server.host, "acme/app"), DIGEST) is None


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_registry_in_trouble_is_not_one_without_attestations(client: Client, status: int) -> None:
    with serving(always(answer(status))) as server, pytest.raises(Undecidable, match=str(status)):
        client.referrers(Repository(server.host, "acme/app"), DIGEST)


def entry(number: int) -> Descriptor:
    return Descriptor(oci.MANIFEST, f"sha256:{number:064x}", 1)


def test_pages_are_read_to_the_last(client: Client) -> None:
    def page(asked: Asked, send: Send) -> None:
        number = int(asked.path.partition("n=")[2] or 0)
        following = {} if number == 2 else {"Link": f'</v2/acme/app/referrers/{DIGEST}?n={number + 1}>; rel="next"'}
        send(manifest_answer(oci.extend_index(None, (entry(number),)), oci.INDEX, **following))

    with serving(page) as server:
        assert client.referrers(Repository(server.host, "acme/app"), DIGEST) == [entry(n) for n in range(3)]


def test_pages_that_lead_in_a_circle_come_to_an_end(client: Client) -> None:
    page = manifest_answer(oci.extend_index(None, (entry(1),)), oci.INDEX, Link='<?again>; rel="next"')

    with serving(always(page)) as server, pytest.raises(Undecidable, match="pages"):
        client.referrers(Repository(server.host, "acme/app"), DIGEST)


def test_pages_on_other_hosts_are_not_fetched(client: Client) -> None:
    page = manifest_answer(oci.extend_index(None, ()), oci.INDEX, Link='<http://127.0.0.1:9/>; rel="next"')

    with serving(always(page)) as server, pytest.raises(Undecidable, match="another host"):
        client.referrers(Repository(server.host, "acme/app"), DIGEST)


def test_lists_that_are_too_long(client: Client) -> None:
    page = manifest_answer(oci.extend_index(None, tuple(map(entry, range(MAX_REFERRERS + 1)))), oci.INDEX)

    with serving(always(page)) as server, pytest.raises(Undecidable, match="more than 1000"):
        client.referrers(Repository(server.host, "acme/app"), DIGEST)


def test_uploads_go_nowhere_else(client: Client) -> None:
    def handler(asked: Asked, send: Send) -> None:
        send(answer(202, Location="http://localhost:9/upload") if asked.method == "POST" else answer(404))

    with serving(handler) as server:
        with pytest.raises(Undecidable, match="wants the blob"):
            client.push_blob(Repository(server.host, "acme/app"), BLOB)
        assert [one.method for one in server.asked] == ["HEAD", "POST"]


def test_the_address_of_an_upload_comes_back_as_it_was(client: Client) -> None:
    def handler(asked: Asked, send: Send) -> None:
        statuses = {"HEAD": answer(404), "POST": answer(202, Location="/up/1?_state=a%3D%2B/b"), "PUT": answer(201)}
        send(statuses[asked.method])

    with serving(handler) as server:
        client.push_blob(Repository(server.host, "acme/app"), BLOB)
        assert server.paths[-1].startswith("/up/1?_state=a%3D%2B/b&digest=sha256%3A")
        assert server.asked[-1].body == BLOB


def test_what_a_server_says_is_not_repeated(client: Client) -> None:
    said = json.dumps({"errors": [{"message": "hunter2"}]}).encode()

    with pytest.raises(Undecidable) as caught:
        pull(client, always(answer(500, said, X_Secret="hunter2")))
    assert "hunter2" not in caught.value.message + caught.value.hint


def test_an_index_is_told_from_a_manifest(client: Client) -> None:
    data = oci.extend_index(None, (entry(1),))

    with serving(always(manifest_answer(data, f"{oci.INDEX}; charset=utf-8"))) as server:
        pulled = client.pull(Reference(Repository(server.host, "acme/app"), "v1"))
    assert pulled.content == Index((entry(1),))
