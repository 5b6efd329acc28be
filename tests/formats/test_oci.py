"""Manifests and indexes."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.formats import oci
from gatekeeper.formats.oci import Descriptor, Index, Manifest

LAYER = Descriptor("application/vnd.oci.image.layer.v1.tar+gzip", "sha256:" + "ab" * 32, 7, "", {"title": "a"})
CONFIG = Descriptor.of(oci.EMPTY, oci.EMPTY_BYTES)
FULL = Manifest(CONFIG, (LAYER, LAYER), oci.MANIFEST, "application/x", LAYER, {"a": "b"})
texts = st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=2)
digests = st.binary(max_size=3).map(oci.digest_of)
descriptors = st.builds(
    Descriptor, st.just("application/x"), digests, st.integers(0, (1 << 63) - 1), st.sampled_from(["", "a/b"]), texts
)


@given(
    st.builds(
        Manifest,
        descriptors,
        st.lists(descriptors, max_size=3).map(tuple),
        st.sampled_from(sorted(oci.MANIFESTS)),
        st.sampled_from(["", "a/b"]),
        st.none() | descriptors,
        texts,
    )
)
def test_what_is_written_is_read_again(manifest: Manifest) -> None:
    assert Manifest.decode(manifest.encode()) == manifest


def changed(**fields: object) -> bytes:
    return json.dumps({**json.loads(FULL.encode()), **fields}).encode()


def test_unknown_fields_are_read_over_as_the_specification_demands() -> None:
    assert Manifest.decode(changed(x=1, subject={**LAYER.to_json(), "urls": ["https://a"]})) == FULL


def test_docker_images_are_read() -> None:
    assert Manifest.decode(changed(mediaType=oci.DOCKER_MANIFEST)).media_type == oci.DOCKER_MANIFEST


@pytest.mark.parametrize(
    "fields",
    [
        {"schemaVersion": 1},
        {"schemaVersion": 2.0},
        {"schemaVersion": "2"},
        {"schemaVersion": None},
        {"mediaType": oci.INDEX},
        {"mediaType": 2},
        {"manifests": []},
        {"config": None},
        {"config": []},
        {"layers": {}},
        {"layers": [1]},
        {"layers": [{}]},
        {"layers": "x"},
        {"subject": "x"},
        {"artifactType": 1},
        {"annotations": {"a": 1}},
        {"annotations": []},
        *(
            {"subject": {**LAYER.to_json(), **wrong}}
            for wrong in (
                {"size": -1},
                {"size": True},
                {"size": 1.0},
                {"size": "1"},
                {"size": 1 << 63},
                {"digest": "sha256:" + "AB" * 32},
                {"digest": "sha256:" + "ab" * 31},
                {"digest": "sha256:" + "ab" * 32 + "\n"},
                {"digest": "md5:" + "ab" * 16},
                {"digest": "../../etc/passwd"},
                {"mediaType": ""},
                {"mediaType": "a/b\n"},
                {"mediaType": None},
            )
        ),
    ],
)
def test_what_has_another_shape_is_refused(fields: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"."):
        Manifest.decode(changed(**fields))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"null",
        b"[]",
        b"\xff",
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"schemaVersion":2,"schemaVersion":2,"manifests":[]}',
        b'{"schemaVersion":' + b"9" * 100_000 + b"}",
        b" " * (oci.MAX_BYTES + 1),
    ],
)
def test_what_is_no_document_is_refused(data: bytes) -> None:
    for decode in (Manifest.decode, Index.decode):
        with pytest.raises(ValueError, match=r"."):
            decode(data)


def test_a_manifest_is_no_index() -> None:
    with pytest.raises(ValueError, match="mediaType"):
        Index.decode(FULL.encode())
    with pytest.raises(ValueError, match="never both"):
        Index.decode(b'{"schemaVersion":2,"manifests":[],"layers":[]}')


def test_go_writes_null_for_an_empty_list() -> None:
    assert Index.decode(b'{"schemaVersion":2,"manifests":null}') == Index(())


def test_more_entries_than_anyone_needs() -> None:
    entries = ",".join([json.dumps(CONFIG.to_json())] * (oci.MAX_DESCRIPTORS + 1))

    with pytest.raises(ValueError, match="10000"):
        Index.decode(b'{"schemaVersion":2,"manifests":[%b]}' % entries.encode())


def test_an_index_is_extended_once_and_keeps_the_rest() -> None:
    before = b'{"schemaVersion":2,"manifests":[{"mediaType":"a/b","digest":"sha256:%b","size":1,"x":2}],"y":3}' % (
        b"00" * 32
    )

    after = oci.extend_index(oci.extend_index(before, (LAYER,)), (LAYER,))

    assert json.loads(after) == {
        "schemaVersion": 2,
        "manifests": [*json.loads(before)["manifests"], LAYER.to_json()],
        "y": 3,
    }


def test_an_index_does_not_grow_beyond_what_can_be_read() -> None:
    entries = tuple(Descriptor("a/b", f"sha256:{number:064x}", 1) for number in range(oci.MAX_DESCRIPTORS))
    full = oci.extend_index(None, entries)

    with pytest.raises(ValueError, match="10000"):
        oci.extend_index(full, (LAYER,))


def test_digests_have_an_algorithm() -> None:
    assert oci.digest_of(b"") == "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert oci.digest_of(b"", "sha512:x").startswith("sha512:cf83e1357eefb8bdf1542850d66d8007")
