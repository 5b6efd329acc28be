"""Entries of logs: promise, proof, checkpoint, and what was recorded."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from typing import TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.errors import VerificationFailure
from gatekeeper.formats import base64
from gatekeeper.formats.sigstore.bundle import Bundle
from gatekeeper.formats.sigstore.log_entry import InclusionProof, LogEntry
from gatekeeper.formats.sigstore.trusted_root import Window
from gatekeeper.model.json import JsonObject
from gatekeeper.verification.core.inclusion import root_of
from gatekeeper.verification.core.trust import Root, Trust
from tests.verification.core.instance import (
    Instance,
    Material,
    envelope,
    message,
    signature_of,
    with_log_v1,
    with_log_v2,
)
from tests.verification.core.issuing import LIFETIME, NOW, START, new_key
from tests.verification.core.kinds import DATA, verify_content
from tests.verification.core.logs import Recordable, new_log_v1, root_and_path

SECOND = datetime.timedelta(seconds=1)
Edit: TypeAlias = Callable[[LogEntry], LogEntry]


def verify(bundle: Bundle, root: Root) -> tuple[str, ...]:
    return verify_content(bundle, Trust(root)).logs


def refusal(bundle: Bundle, root: Root, step: str) -> VerificationFailure:
    with pytest.raises(VerificationFailure) as caught:
        verify(bundle, root)
    assert caught.value.step == step, caught.value.message
    return caught.value


def edited(bundle: Bundle, edit: Edit) -> Bundle:
    return replace(bundle, entries=tuple(edit(entry) for entry in bundle.entries))


def of_proof(edit: Callable[[InclusionProof], InclusionProof]) -> Edit:
    def change(entry: LogEntry) -> LogEntry:
        assert entry.proof is not None
        return replace(entry, proof=edit(entry.proof))

    return change


@pytest.fixture(scope="module")
def signer(instance: Instance) -> Material:
    return instance.keyless()


@pytest.fixture(scope="module")
def v1(instance: Instance, signer: Material) -> Bundle:
    return with_log_v1(instance, signer, message(signer, DATA))


@pytest.fixture(scope="module")
def v2(instance: Instance, signer: Material) -> Bundle:
    return with_log_v2(instance, signer, message(signer, DATA))


def test_the_logs_are_named(instance: Instance, v1: Bundle, v2: Bundle) -> None:
    assert verify(v1, instance.root()) == ("https://rekor.example",)
    assert verify(v2, instance.root()) == ("https://log2026.rekor.example",)


def test_one_signature_in_two_logs(instance: Instance, signer: Material) -> None:
    content = message(signer, DATA)
    first, second = with_log_v1(instance, signer, content), with_log_v2(instance, signer, content)
    both = replace(second, entries=(*first.entries, *second.entries))
    assert verify(both, instance.root()) == ("https://rekor.example", "https://log2026.rekor.example")


def test_a_log_is_chosen_by_its_id_never_by_trial(instance: Instance, v1: Bundle, v2: Bundle) -> None:
    other = edited(v1, lambda entry: replace(entry, log_id=instance.log_v2.log_id))
    assert "log2026" in refusal(other, instance.root(), "log promise").message
    unknown = edited(v1, lambda entry: replace(entry, log_id=bytes(32)))
    error = refusal(unknown, instance.root(), "log entry")
    assert "newer than your trusted root of 20" in error.message
    assert "newer root" in error.hint
    future = replace(instance.root(), newest=datetime.datetime(2100, 1, 1, tzinfo=datetime.UTC))
    assert refusal(unknown, future, "log entry").message == "the log is unknown to the trusted root"


def test_entries_of_unknown_logs_are_noted(instance: Instance, v1: Bundle) -> None:
    strange = replace(v1.entries[0], log_id=bytes(32), body=b"junk", promise=b"junk", proof=None)
    signed = verify_content(replace(v1, entries=(strange, *v1.entries)), Trust(instance.root()))
    assert signed.logs == ("https://rekor.example",)
    assert signed.notes == (f"an entry of the unknown log {'0' * 16} was not looked at",)


def test_each_entry_of_a_known_log_must_hold(instance: Instance, v1: Bundle) -> None:
    wrong = replace(v1.entries[0], log_index=7)
    refusal(replace(v1, entries=(*v1.entries, wrong)), instance.root(), "log promise")


def test_the_window_of_a_log_with_a_clock_counts_at_its_own_time(instance: Instance, signer: Material) -> None:
    root = instance.root()
    log = root.logs[instance.log_v1.log_id]
    limited = replace(root, logs={log.log_id: replace(log, window=Window(START, NOW + SECOND))})
    for offset, fits in ((0, True), (1, True), (2, False)):
        bundle = with_log_v1(instance, signer, message(signer, DATA), NOW + offset * SECOND)
        if fits:
            assert verify(bundle, limited)
        else:
            assert "was not in use" in refusal(bundle, limited, "log promise").message


def test_the_window_of_a_log_without_a_clock_counts_at_the_time_of_the_timestamp(
    instance: Instance, signer: Material
) -> None:
    root = instance.root()
    log = root.logs[instance.log_v2.log_id]
    limited = replace(root, logs={log.log_id: replace(log, window=Window(START, NOW + SECOND))})
    for offset, fits in ((0, True), (1, True), (2, False)):
        bundle = with_log_v2(instance, signer, message(signer, DATA), NOW + offset * SECOND)
        if fits:
            assert verify(bundle, limited)
        else:
            assert "was not in use" in refusal(bundle, limited, "log entry").message


def test_a_log_without_a_clock_and_no_timestamp(instance: Instance, v2: Bundle) -> None:
    refusal(replace(v2, timestamps=()), instance.root(), "time")
    key = Material(new_key())
    bundle = replace(with_log_v2(instance, key, message(key, DATA)), timestamps=())
    with pytest.raises(VerificationFailure, match="no trusted time"):
        verify_content(bundle, Trust(instance.root(), key.key.public_key()))


def test_a_time_that_nobody_signed_counts_for_nothing(instance: Instance, v1: Bundle, v2: Bundle) -> None:
    """Without the promise the entry's time is anybody's."""
    refusal(edited(v1, lambda entry: replace(entry, promise=b"")), instance.root(), "time")
    dated = edited(replace(v2, timestamps=()), lambda entry: replace(entry, integrated_time=int(NOW.timestamp())))
    refusal(dated, instance.root(), "time")


@pytest.mark.parametrize("seconds", [0, 253402300800, (1 << 63) - 1])
def test_promises_that_name_no_time(instance: Instance, signer: Material, seconds: int) -> None:
    bundle = with_log_v1(instance, signer, message(signer, DATA))

    class Clock:
        def timestamp(self) -> int:
            return seconds

    promised = edited(bundle, lambda entry: instance.log_v1.promise(entry, Clock()))  # type: ignore[arg-type] # no datetime goes that far
    refusal(promised, instance.root(), "log promise")


@pytest.mark.parametrize("version", ["0.2", "0.3"])
def test_since_version_2_of_the_bundle_a_proof_is_demanded(instance: Instance, v1: Bundle, version: str) -> None:
    bare = edited(replace(v1, version=version), lambda entry: replace(entry, proof=None))
    refusal(bare, instance.root(), "inclusion proof")
    unsigned = edited(replace(v1, version=version), of_proof(lambda proof: replace(proof, checkpoint="")))
    refusal(unsigned, instance.root(), "checkpoint")


def test_bundles_of_version_1_rest_on_the_promise(instance: Instance, v1: Bundle, v2: Bundle) -> None:
    old = replace(v1, version="0.1")
    assert verify(old, instance.root())
    assert verify(edited(old, lambda entry: replace(entry, proof=None)), instance.root())
    refusal(edited(old, lambda entry: replace(entry, promise=b"")), instance.root(), "time")
    refusal(replace(v2, version="0.1"), instance.root(), "log promise")


def test_a_proof_in_a_bundle_of_version_1_must_hold_too(instance: Instance, v1: Bundle) -> None:
    old = replace(v1, version="0.1")
    wrong = edited(old, of_proof(lambda proof: replace(proof, root_hash=bytes(32))))
    refusal(wrong, instance.root(), "inclusion proof")


def test_the_first_entry_of_a_log_of_one(instance: Instance, signer: Material) -> None:
    """All numbers are zero and there are no hashes: protobuf's JSON drops them."""
    first = replace(instance, log_v2=replace(instance.log_v2, before=0, after=0))
    bundle = with_log_v2(first, signer, message(signer, DATA))
    text = bundle.encode()
    for zero in (b'"logIndex":"0",', b',"logIndex":"0"', b'"hashes":[],'):
        assert zero in text
        text = text.replace(zero, b"")
    assert b"logIndex" not in text
    assert verify(Bundle.decode(text), first.root())


def test_both_places_of_an_entry_agree_where_the_log_is_one_tree(instance: Instance, v1: Bundle, v2: Bundle) -> None:
    refusal(edited(v2, lambda entry: replace(entry, log_index=4)), instance.root(), "inclusion proof")
    assert v1.entries[0].proof is not None
    assert v1.entries[0].log_index != v1.entries[0].proof.log_index


def test_the_checkpoint_of_another_log_of_the_same_key(instance: Instance, signer: Material) -> None:
    """Rekor v2 signs its own name: a log that shares its key is another one."""

    def renamed(proof: InclusionProof) -> InclusionProof:
        return replace(proof, checkpoint=instance.log_v2.checkpoint("other.example", proof.tree_size, proof.root_hash))

    bundle = with_log_v2(instance, signer, message(signer, DATA))
    refusal(edited(bundle, of_proof(renamed)), instance.root(), "checkpoint")
    named = replace(instance, log_v2=replace(instance.log_v2, host="other.example"))
    root = instance.root()
    log = root.logs[instance.log_v2.log_id]
    shared = replace(root, logs={named.log_v2.log_id: replace(log, checkpoint_id=named.log_v2.log_id)})
    error = refusal(with_log_v2(named, signer, message(signer, DATA)), shared, "checkpoint")
    assert (error.expected, error.found) == ("log2026.rekor.example", "other.example")


def test_the_key_in_the_checkpoint_may_have_an_id_of_its_own(instance: Instance, v2: Bundle) -> None:
    """Trusted roots of version 0.2 name both."""
    root = instance.root()
    log = root.logs[instance.log_v2.log_id]
    by_key = replace(root, logs={b"\1" * 32: replace(log, log_id=b"\1" * 32)})
    assert verify(edited(v2, lambda entry: replace(entry, log_id=b"\1" * 32)), by_key)


def recorded(instance: Instance, signer: Material, edit: Callable[[Recordable], JsonObject], *, file: bool) -> Bundle:
    content = message(signer, DATA) if file else envelope(signer, b"{}")
    digest = sha256(DATA if file else b"{}").digest()
    body = edit(signer.recordable(digest, signature_of(content)))
    if body["apiVersion"] == "0.0.2" and body["kind"] != "intoto":
        stamp = instance.tsa.stamp(signature_of(content), NOW)
        return signer.bundle(content, [instance.log_v2.record(body)], [stamp])
    return signer.bundle(content, [instance.log_v1.record(body, NOW)])


KINDS = [
    (Recordable.hashedrekord_1, True),
    (Recordable.hashedrekord_2, True),
    (Recordable.dsse_1, False),
    (Recordable.dsse_2, False),
    (Recordable.intoto_2, False),
]


@pytest.mark.parametrize(("kind", "file"), KINDS)
def test_kinds_of_entries(
    instance: Instance, signer: Material, kind: Callable[[Recordable], JsonObject], file: bool
) -> None:
    assert verify(recorded(instance, signer, kind, file=file), instance.root())
    other = instance.keyless()
    for wrong in (
        lambda record: kind(replace(record, digest=bytes(32))),
        lambda record: kind(replace(record, signature=record.signature + b"\0")),
        lambda record: kind(replace(record, material=other.der, pem=other.pem)),
        lambda record: {**kind(record), "apiVersion": "0.0.9"},
        lambda record: {**kind(record), "spec": {}},
        lambda record: {**kind(record), "spec": None},
    ):
        refusal(recorded(instance, signer, wrong, file=file), instance.root(), "log entry")


def uploaded(instance: Instance, signer: Material, edit: Callable[[Recordable], JsonObject]) -> Bundle:
    """An envelope as cosign attached it, and uploaded it to a log that keeps a digest of its bytes."""
    content = envelope(signer, b"{}")
    data = json.dumps(content.to_json(), indent=1).encode()
    record = signer.recordable(sha256(data).digest(), signature_of(content))
    bundle = signer.bundle(content, [instance.log_v1.record(edit(record), NOW)])
    return replace(bundle, envelope_bytes=data)


def test_an_entry_of_a_whole_envelope(instance: Instance, signer: Material) -> None:
    root, other = instance.root(), instance.keyless()
    assert verify(uploaded(instance, signer, Recordable.intoto_1), root)
    for wrong in (
        lambda record: replace(record, digest=bytes(32)).intoto_1(),
        lambda record: replace(record, pem=other.pem).intoto_1(),
        lambda record: {**record.intoto_1(), "spec": {"publicKey": "", "content": {}}},
        # The digest of the payload is none of the envelope.
        lambda record: replace(record, digest=sha256(b"{}").digest()).intoto_1(),
    ):
        refusal(uploaded(instance, signer, wrong), root, "log entry")


def test_an_entry_of_a_whole_envelope_says_nothing_about_a_bundle(instance: Instance, signer: Material) -> None:
    """Another signature of the same payload by the same key would go unnoticed."""
    bundle = uploaded(instance, signer, Recordable.intoto_1)
    failure = refusal(replace(bundle, envelope_bytes=b""), instance.root(), "log entry")
    assert "intoto 0.0.1 cannot be compared with a bundle" in failure.message
    spaced = replace(bundle, envelope_bytes=bundle.envelope_bytes + b" ")
    assert "other content" in refusal(spaced, instance.root(), "log entry").message
    file = replace(bundle, content=message(signer, DATA))
    assert "the bundle signs a file" in refusal(file, instance.root(), "log entry").message


def test_the_kind_is_the_one_that_the_log_says(instance: Instance, signer: Material) -> None:
    bundle = recorded(instance, signer, Recordable.hashedrekord_1, file=True)
    refusal(edited(bundle, lambda entry: replace(entry, kind="dsse")), instance.root(), "log entry")
    refusal(edited(bundle, lambda entry: replace(entry, kind_version="0.0.3")), instance.root(), "log entry")


def test_an_entry_of_an_envelope_for_a_file(instance: Instance, signer: Material) -> None:
    bundle = recorded(instance, signer, Recordable.dsse_1, file=True)
    assert "the bundle signs a file" in refusal(bundle, instance.root(), "log entry").message


def test_the_log_recorded_what_no_parser_agrees_on(instance: Instance, signer: Material) -> None:
    bundle = recorded(instance, signer, Recordable.hashedrekord_1, file=True)
    entry = bundle.entries[0]
    for body in (b"", b"\xff", b"[]", b"null", b"{}", b"[" * 100_000, b'{"kind":"hashedrekord","kind":"dsse"}'):
        leaf = sha256(b"\0" + body).digest()
        assert entry.proof is not None
        proof = replace(
            entry.proof,
            log_index=0,
            tree_size=1,
            hashes=(),
            root_hash=leaf,
            checkpoint=instance.log_v1.checkpoint("rekor.example - 1", 1, leaf),
        )
        logged = instance.log_v1.promise(replace(entry, body=body, proof=proof), NOW)
        refusal(replace(bundle, entries=(logged,)), instance.root(), "log entry")


def test_a_log_with_a_key_of_an_unknown_kind_is_left_out_of_the_root(instance: Instance, v1: Bundle) -> None:
    value = instance.root_json()
    unknown = bytes.fromhex("300b300506032a0304030200ff")  # SubjectPublicKeyInfo of the algorithm 1.2.3.4
    tlogs = value["tlogs"]
    assert isinstance(tlogs, list)
    for raw, refused in ((unknown, False), (unknown[:-1], True)):
        entry = json.loads(json.dumps(tlogs[0]))
        entry["publicKey"]["rawBytes"] = base64.encode(raw)
        entry["logId"]["keyId"] = base64.encode(sha256(raw).digest())
        changed = json.dumps({**value, "tlogs": [*tlogs, entry]}).encode()
        if refused:
            with pytest.raises(ValueError, match="no public key"):
                Root.load(changed)
        else:
            assert verify(v1, Root.load(changed))
            assert sha256(raw).digest() not in Root.load(changed).logs


def test_a_stranger_s_log(instance: Instance, signer: Material) -> None:
    strange = replace(instance, log_v1=new_log_v1())
    refusal(with_log_v1(strange, signer, message(signer, DATA)), instance.root(), "log entry")


def test_integrated_after_the_certificate_s_end(instance: Instance, signer: Material) -> None:
    bundle = with_log_v1(instance, signer, message(signer, DATA), NOW + LIFETIME + SECOND)
    refusal(bundle, instance.root(), "certificate")


@given(st.integers(1, 70), st.data())
def test_the_root_is_reached_from_each_leaf_and_only_from_there(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    leaves = [sha256(bytes((number,))).digest() for number in range(size)]
    root, path = root_and_path(leaves, index)
    assert root_of(leaves[index], index, size, tuple(path)) == root
    other = data.draw(st.integers(0, size + 3))
    if other != index:
        assert root_of(leaves[index], other, size, tuple(path)) != root
    if path:
        assert root_of(leaves[index], index, size, tuple(path[:-1])) != root
    assert root_of(leaves[index], index, size, (*path, root)) is None
