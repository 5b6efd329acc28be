"""Layers of cosign's old tags, carried as files."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.formats import base64, strict_json
from gatekeeper.formats.attestations import cosign_layer
from gatekeeper.formats.attestations.cosign_descriptor import SUFFIX, encode
from gatekeeper.formats.attestations.reading import read
from gatekeeper.formats.oci import Descriptor
from gatekeeper.model.json import JsonObject
from gatekeeper.verification.gathering import Gatherer

PAYLOAD = b'{"critical": {}}'
LAYER = replace(
    Descriptor.of("application/vnd.dev.cosign.simplesigning.v1+json", PAYLOAD),
    annotations={cosign_layer.SIGNATURE: base64.encode(b"signature"), "predicateType": "x"},
)


def test_a_file_is_the_attestation_that_the_layer_is() -> None:
    (one,) = read("a", encode(LAYER, PAYLOAD))
    assert one == cosign_layer.read("a", PAYLOAD, LAYER.annotations)
    assert (one.format, one.payload) == ("cosign signature", PAYLOAD)


def test_several_may_be_lines_of_one_file() -> None:
    other = replace(LAYER, annotations={**LAYER.annotations, "other": ""})
    lines = b"\n".join([encode(LAYER, PAYLOAD), encode(other, PAYLOAD)])
    assert [one.name for one in read("a", lines)] == ["a:1", "a:2"]


@pytest.mark.parametrize(
    "change",
    [
        {"data": base64.encode(PAYLOAD + b" ")},
        {"data": "*"},
        {"data": 1},
        {"size": len(PAYLOAD) + 1},
        {"size": None},
        {"digest": "sha256:" + "00" * 32},
        {"digest": "md5:00"},
        {"urls": ["https://example.com"]},
        {"annotations": {cosign_layer.SIGNATURE: "*"}},
        {"annotations": None},
    ],
)
def test_what_is_changed_is_refused(change: JsonObject) -> None:
    document = strict_json.loads(encode(LAYER, PAYLOAD))
    assert isinstance(document, dict)
    with pytest.raises(ValueError, match=r"\w"):
        read("a", json.dumps(document | change).encode())


@given(st.binary(max_size=64), st.dictionaries(st.text(max_size=8), st.text(max_size=8), max_size=3))
def test_any_layer_goes_there_and_back(data: bytes, annotations: dict[str, str]) -> None:
    annotations = {name.encode("utf-8", "replace").decode(): "x" for name in annotations} | dict(LAYER.annotations)
    layer = replace(Descriptor.of(LAYER.media_type, data), annotations=annotations)
    (one,) = read("a", encode(layer, data))
    assert one.payload == data


def test_the_suffix_is_one_that_folders_are_searched_for(tmp_path: Path) -> None:
    (tmp_path / f"a{SUFFIX}").write_bytes(encode(LAYER, PAYLOAD))
    assert len(Gatherer().named(tmp_path).attestations) == 1
