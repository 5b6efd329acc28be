"""Sigstore bundles: what is written is read again, and nothing else."""

from __future__ import annotations

import json
import time
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.formats.dsse import Envelope, EnvelopeSignature, pre_authentication_encoding
from gatekeeper.formats.fields import MAX_INT64
from gatekeeper.formats.sigstore.bundle import MAX_CERTIFICATES, MAX_ENTRIES, MAX_TIMESTAMPS, Bundle, MessageSignature
from gatekeeper.formats.sigstore.log_entry import MAX_HASHES, InclusionProof, LogEntry
from gatekeeper.model.json import Json, JsonObject

numbers = st.integers(0, MAX_INT64)
short = st.binary(max_size=40)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
proofs = st.builds(
    InclusionProof,
    log_index=numbers,
    tree_size=numbers,
    root_hash=short,
    hashes=st.lists(short, max_size=5).map(tuple),
    checkpoint=texts,
)
entries = st.builds(
    LogEntry,
    log_index=numbers,
    log_id=short,
    kind=texts,
    kind_version=texts,
    integrated_time=numbers,
    promise=short,
    proof=st.none() | proofs,
    body=short,
)
envelopes = st.builds(
    Envelope,
    payload_type=texts,
    payload=short,
    signatures=st.tuples(st.builds(EnvelopeSignature, signature=short, key_id=texts)),
)
hints = st.just(("", b"")) | st.tuples(texts.filter(bool), short.filter(bool))
files = st.builds(lambda signature, hint: MessageSignature(signature, *hint), short, hints)
bundles = st.builds(
    Bundle,
    content=envelopes | files,
    certificates=st.just(()) | st.tuples(st.binary(min_size=1, max_size=40)),
    entries=st.lists(entries, max_size=3, unique_by=lambda one: (one.log_id, one.log_index)).map(tuple),
    timestamps=st.lists(short, max_size=3, unique=True).map(tuple),
)


@given(bundles)
def test_what_is_written_is_read(bundle: Bundle) -> None:
    assert Bundle.decode(bundle.encode()) == bundle


@given(texts)
def test_the_hint_of_a_key_is_read(hint: str) -> None:
    bundle = Bundle(MessageSignature(b"x"), key_hint=hint)
    assert Bundle.decode(bundle.encode()) == bundle


json_values: st.SearchStrategy[Json] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=10,
)
EMPTY = Bundle(MessageSignature(b"x"), key_hint="k")


@given(json_values, st.sampled_from(["verificationMaterial", "messageSignature", "dsseEnvelope", "mediaType"]))
def test_any_json_ends_in_a_bundle_or_a_value_error(value: Json, name: str) -> None:
    for changed in (value, {**json.loads(EMPTY.encode()), name: value}):
        try:
            Bundle.decode(json.dumps(changed).encode())
        except ValueError as error:
            assert str(error)


@given(st.binary(max_size=60))
def test_any_bytes_end_in_a_value_error(data: bytes) -> None:
    for read in (Bundle.decode, Envelope.decode):
        with pytest.raises(ValueError, match=r"."):
            read(data)


def changed(**material: Json) -> bytes:
    value = json.loads(EMPTY.encode())
    value["verificationMaterial"] = {**value["verificationMaterial"], **material}
    return json.dumps(value).encode()


ENTRY: JsonObject = {"logId": {"keyId": "AAAA"}, "kindVersion": {"kind": "x", "version": "1"}}


@pytest.mark.parametrize(
    ("material", "message"),
    [
        ({"certificate": {"rawBytes": "AAAA"}}, "exactly one of"),
        ({"publicKey": None}, "exactly one of"),
        ({"publicKey": None, "certificate": {}}, "no certificate"),
        ({"publicKey": None, "certificate": {"rawBytes": ""}}, "no certificate"),
        ({"publicKey": None, "x509CertificateChain": {"certificates": [{"rawBytes": "AAAA"}]}}, "not a chain"),
        ({"tlogEntries": [ENTRY, ENTRY]}, "twice"),
        ({"tlogEntries": [{**ENTRY, "logIndex": str(index)} for index in range(MAX_ENTRIES + 1)]}, "33 items"),
        ({"tlogEntries": [{**ENTRY, "inclusionProof": {"hashes": ["AAAA"] * (MAX_HASHES + 1)}}]}, "at most 64"),
        ({"timestampVerificationData": {"rfc3161Timestamps": [{"signedTimestamp": "AAAA"}] * 2}}, "twice"),
        (
            {"timestampVerificationData": {"rfc3161Timestamps": [{}] * (MAX_TIMESTAMPS + 1)}},
            f"{MAX_TIMESTAMPS + 1} items",
        ),
    ],
)
def test_materials_that_are_refused(material: dict[str, Json], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Bundle.decode(changed(**material))


def test_a_chain_of_a_thousand() -> None:
    old = json.loads(changed(publicKey=None, x509CertificateChain={"certificates": [{"rawBytes": "AAAA"}] * 1000}))
    old["mediaType"] = "application/vnd.dev.sigstore.bundle+json;version=0.1"
    with pytest.raises(ValueError, match=f"1000 items, more than {MAX_CERTIFICATES}"):
        Bundle.decode(json.dumps(old).encode())


def test_content_is_one_of_two() -> None:
    value = json.loads(EMPTY.encode())
    envelope: Json = {"payload": "", "signatures": [{"sig": "AAAA"}]}
    for content in ({}, {"messageSignature": value["messageSignature"], "dsseEnvelope": envelope}):
        whole = {"mediaType": value["mediaType"], "verificationMaterial": value["verificationMaterial"], **content}
        with pytest.raises(ValueError, match="exactly one of"):
            Bundle.decode(json.dumps(whole).encode())


@pytest.mark.parametrize("hint", [{}, {"algorithm": "SHA2_256"}, {"digest": "AAAA"}])
def test_half_a_digest(hint: Json) -> None:
    whole = {**json.loads(EMPTY.encode()), "messageSignature": {"signature": "AAAA", "messageDigest": hint}}
    with pytest.raises(ValueError, match="an algorithm and a digest"):
        Bundle.decode(json.dumps(whole).encode())


@pytest.mark.parametrize("version", ["0.1", "0.2"])
def test_a_single_certificate_came_with_version_3(version: str) -> None:
    whole = json.loads(changed(publicKey=None, certificate={"rawBytes": "AAAA"}))
    assert Bundle.decode(json.dumps(whole).encode()).certificates == (b"\0\0\0",)
    whole["mediaType"] = f"application/vnd.dev.sigstore.bundle+json;version={version}"
    with pytest.raises(ValueError, match=f"a bundle v{version} holds a chain"):
        Bundle.decode(json.dumps(whole).encode())


def test_an_envelope_in_a_bundle_has_one_signature() -> None:
    signatures = (EnvelopeSignature(b"a"), EnvelopeSignature(b"b"))
    several = Envelope("t", b"p", signatures)
    with pytest.raises(ValueError, match="exactly one signature"):
        Bundle.decode(Bundle(several, key_hint="k").encode())
    assert Envelope.decode(json.dumps(several.to_json()).encode()) == several


def test_a_certificate_beside_a_signature_belongs_to_bare_envelopes_only() -> None:
    named = Envelope("t", b"p", (EnvelopeSignature(b"a", "k", "PEM"),))
    assert Envelope.decode(json.dumps(named.to_json()).encode()) == named
    with pytest.raises(ValueError, match="unknown field 'cert'"):
        Bundle.decode(Bundle(named, key_hint="k").encode())


def test_what_an_envelope_signs() -> None:
    """The example of the protocol's specification."""
    assert (
        pre_authentication_encoding("http://example.com/HelloWorld", b"hello world")
        == b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    )
    assert pre_authentication_encoding("é", b"") == "DSSEv1 2 é 0 ".encode()


HOSTILE = {
    "a hundred megabytes": b'{"a":"' + b"x" * (100 << 20) + b'"}',
    "ten million empty objects": b"[" + b"{}," * 10_000_000 + b"{}]",
    "nested a hundred thousand times": b'{"a":' * 100_000,
    "a number of a million digits": b'{"a":' + b"9" * 1_000_000 + b"}",
    "a hundred thousand entries": changed(tlogEntries=[ENTRY] * 100_000),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_sizes_cost_little(what: str) -> None:
    tracemalloc.start()
    started = time.process_time()
    with pytest.raises(ValueError, match=r"."):
        Bundle.decode(HOSTILE[what])
    spent, (_, peak) = time.process_time() - started, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert spent < 1.5
    assert peak < 32 << 20
