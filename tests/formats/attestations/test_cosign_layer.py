"""Layers of cosign's old tags; what cosign itself wrote is read in ``test_slsa_verifier``."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.formats import base64
from gatekeeper.formats.attestations.cosign_layer import CERTIFICATE, CHAIN, PROMISE, SIGNATURE, TIMESTAMP, read
from gatekeeper.formats.dsse import Envelope
from gatekeeper.formats.sigstore.bundle import Bundle, MessageSignature
from gatekeeper.model.json import JsonObject
from tests.formats.attestations.samples import LOG_BODY, LOG_ID, chain, encoded, envelope, pem

SIGNER, AUTHORITY, ROOT = chain()
SIMPLE_SIGNING = b'{"critical":{}}'


def promise(**changes: object) -> JsonObject:
    recorded = {"body": base64.encode(LOG_BODY), "integratedTime": 1700000000, "logIndex": 7, "logID": LOG_ID.hex()}
    return {"SignedEntryTimestamp": base64.encode(b"promise"), "Payload": {**recorded, **changes}}


def texts_beside(**changes: str) -> dict[str, str]:
    texts = {
        SIGNATURE: base64.encode(b"signature"),
        CERTIFICATE: pem(SIGNER),
        CHAIN: pem(AUTHORITY) + pem(ROOT),
        PROMISE: json.dumps(promise()),
        TIMESTAMP: json.dumps({"SignedRFC3161Timestamp": base64.encode(b"stamp")}),
    }
    return {**texts, **changes}


def bundle_of(payload: bytes, texts: dict[str, str]) -> Bundle:
    content = read("x", payload, texts).content
    assert isinstance(content, Bundle)
    return content


def test_a_signature_is_over_the_layer() -> None:
    bundle = bundle_of(SIMPLE_SIGNING, texts_beside())
    assert bundle.content == MessageSignature(b"signature")
    assert bundle.certificates == (SIGNER, AUTHORITY, ROOT)
    assert read("x", SIMPLE_SIGNING, texts_beside()).with_root
    assert bundle.timestamps == (b"stamp",)
    assert bundle.version == "0.1"
    (entry,) = bundle.entries
    assert (entry.kind, entry.kind_version, entry.body) == ("dsse", "0.0.1", LOG_BODY)
    assert (entry.log_index, entry.log_id, entry.integrated_time, entry.promise) == (7, LOG_ID, 1700000000, b"promise")
    assert entry.proof is None


def test_an_attestation_is_an_envelope() -> None:
    bundle = bundle_of(encoded(envelope()), texts_beside(**{SIGNATURE: ""}))
    assert isinstance(bundle.content, Envelope)
    assert read("x", encoded(envelope()), texts_beside(**{SIGNATURE: ""})).format == "cosign attestation"


def test_a_key_needs_no_further_annotations() -> None:
    bundle = bundle_of(SIMPLE_SIGNING, {SIGNATURE: base64.encode(b"signature"), "unknown": "\ud800"})
    assert (bundle.certificates, bundle.key_hint, bundle.entries) == ((), "", ())


def test_two_signatures_of_one_image_have_different_digests() -> None:
    texts = texts_beside(**{SIGNATURE: base64.encode(b"another")})
    assert read("x", SIMPLE_SIGNING, texts_beside()).sha256 != read("x", SIMPLE_SIGNING, texts).sha256


@pytest.mark.parametrize(
    "changes",
    [
        {SIGNATURE: "e31="},
        {SIGNATURE: ""},
        {CERTIFICATE: ""},
        {CERTIFICATE: "nothing"},
        {CERTIFICATE: pem(SIGNER) + pem(AUTHORITY)},
        {CHAIN: pem(ROOT) * 11},
        {CHAIN: "\ud800"},
        {PROMISE: "\ud800"},
        {PROMISE: "[]"},
        {PROMISE: json.dumps({**promise(), "more": 1})},
        {PROMISE: json.dumps(promise(body={"kind": "dsse"}))},
        {PROMISE: json.dumps(promise(body=base64.encode(b"[]")))},
        {PROMISE: json.dumps(promise(logIndex=-1))},
        {PROMISE: json.dumps(promise(logIndex=True))},
        {PROMISE: json.dumps(promise(integratedTime=1 << 63))},
        {PROMISE: json.dumps(promise(integratedTime=1.5))},
        {PROMISE: json.dumps(promise(logID="AB" * 32))},
        {PROMISE: json.dumps(promise(logID="ab" * 31))},
        {TIMESTAMP: "{}"},
    ],
)
def test_a_malformed_annotation_is_refused(changes: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        read("x", SIMPLE_SIGNING, texts_beside(**changes))


def test_too_large() -> None:
    with pytest.raises(ValueError, match="more than 16 MiB"):
        read("x", b" " * (16 << 20), texts_beside())


@given(st.binary(max_size=64), st.dictionaries(st.sampled_from(sorted(texts_beside())), st.text(max_size=64)))
def test_anything_is_read_or_refused(payload: bytes, texts: dict[str, str]) -> None:
    try:
        read("x", payload, texts_beside(**texts))
    except ValueError as error:
        assert str(error)
