"""Cases beyond the corpus, each made by an instance of its own and asked for as sigstore-conformance asks."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from gatekeeper.formats import base64, jsonable
from gatekeeper.formats.dsse import Envelope
from gatekeeper.formats.sigstore.bundle import Bundle, MessageSignature
from gatekeeper.formats.statement import STATEMENT_TYPE, STATEMENT_TYPE_V01
from gatekeeper.model.json import Json, JsonObject
from tests.conformance.protocol import main
from tests.verification.core.instance import (
    Instance,
    Material,
    envelope,
    message,
    signature_of,
    with_log_v1,
    with_log_v2,
)
from tests.verification.core.issuing import IDENTITY, ISSUER, NOW, new_authority, new_key
from tests.verification.core.kinds import DATA, OTHER, PREDICATE_TYPE, as_json
from tests.verification.core.logs import Recordable

SIGNER = ("--certificate-identity", IDENTITY, "--certificate-oidc-issuer", ISSUER)
DIGEST = sha256(DATA).hexdigest()


@pytest.fixture(scope="module")
def instance() -> Instance:
    return Instance()


@dataclass(frozen=True, slots=True)
class Client:
    """Asks for a bundle with the file and with its digest, which must make no difference."""

    folder: Path
    root: JsonObject

    def accepts(self, bundle: Bundle | JsonObject, *signer: str, root: JsonObject | None = None) -> bool:
        for name, value in (("bundle", as_json(bundle) if isinstance(bundle, Bundle) else bundle), ("root", root)):
            (self.folder / name).write_bytes(jsonable.dumps(value or self.root))
        (self.folder / "artifact").write_bytes(DATA)
        codes = {self.code(artifact, *(signer or SIGNER)) for artifact in (str(self.folder / "artifact"), _given())}
        assert len(codes) == 1
        return codes == {0}

    def code(self, artifact: str, *signer: str) -> int:
        files = ("--bundle", str(self.folder / "bundle"), *signer, "--trusted-root", str(self.folder / "root"))
        return main(["verify-bundle", *files, artifact])

    def key(self, material: Material) -> tuple[str, str]:
        file = self.folder / "key.pub"
        file.write_bytes(material.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
        return "--key", str(file)


def _given() -> str:
    return f"sha256:{DIGEST}"


@pytest.fixture
def client(tmp_path: Path, instance: Instance) -> Client:
    return Client(tmp_path, instance.root_json())


def statement(**fields: Json) -> bytes:
    subject: Json = [{"name": "artifact", "digest": {"sha256": DIGEST}}]
    whole: JsonObject = {"_type": STATEMENT_TYPE, "subject": subject, "predicateType": PREDICATE_TYPE, "predicate": {}}
    return jsonable.dumps({name: value for name, value in {**whole, **fields}.items() if value is not None})


# ---- who is asked for -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "signer", [(), SIGNER[:2], SIGNER[2:], ("--key", "key.pub", *SIGNER), ("--key", "k", *SIGNER[:2])]
)
def test_a_key_or_an_identity(client: Client, signer: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert client.code(_given(), *signer) == 1
    assert "the signer is a --key, or a --certificate-identity" in capsys.readouterr().err


def test_a_digest_in_capitals(client: Client, instance: Instance) -> None:
    signer = instance.keyless()
    assert client.accepts(with_log_v1(instance, signer, message(signer, DATA)))
    assert client.code(f"sha256:{DIGEST.upper()}", *SIGNER) == 0
    assert client.code(f"SHA256:{DIGEST}", *SIGNER) == 1


# ---- a key, and a log without a clock -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def key() -> Material:
    return Material(new_key())


def undated(instance: Instance, key: Material, payload: bytes) -> Bundle:
    """As the suite makes them: a log of one entry, no promise and no timestamp."""
    content = envelope(key, payload)
    record = key.recordable(sha256(payload).digest(), signature_of(content)).intoto_2()
    log = replace(instance.log_v1, before=0, after=0)
    return key.bundle(content, [replace(log.record(record), log_index=0)])


@pytest.mark.parametrize(
    ("window", "accepted"),
    [
        ({"start": "2020-01-01T00:00:00Z"}, True),
        ({"start": "2020-01-01T00:00:00Z", "end": "2100-01-01T00:00:00Z"}, True),
        ({"start": "2020-01-01T00:00:00Z", "end": "2021-01-01T00:00:00Z"}, False),
        ({"start": "2100-01-01T00:00:00Z"}, False),
    ],
)
def test_an_entry_that_nobody_dated_is_verified_as_of_now(
    client: Client, instance: Instance, key: Material, window: JsonObject, accepted: bool
) -> None:
    root = instance.root_json()
    public = root["tlogs"][0]["publicKey"]
    public["validFor"] = window
    assert client.accepts(undated(instance, key, statement()), *client.key(key), root=root) == accepted


def test_only_the_time_of_an_undated_entry_is_not_asked_for(client: Client, instance: Instance, key: Material) -> None:
    bundle = undated(instance, key, statement())
    (entry,) = bundle.entries
    assert entry.proof is not None
    other = undated(instance, key, statement(predicate={"other": True}))
    changes = {
        "the entry of another": replace(bundle, entries=other.entries),
        "the body of another": replace(bundle, entries=(replace(entry, body=other.entries[0].body),)),
        "the proof of another": replace(bundle, entries=(replace(entry, proof=other.entries[0].proof),)),
        "no checkpoint": replace(bundle, entries=(replace(entry, proof=replace(entry.proof, checkpoint="")),)),
        "no proof": replace(bundle, entries=(replace(entry, proof=None),)),
        "no entry": replace(bundle, entries=()),
        "an unknown log": replace(bundle, entries=(replace(entry, log_id=bytes(32)),)),
        "one that does not hold": replace(bundle, entries=(entry, replace(entry, body=other.entries[0].body))),
        "the content of another": replace(bundle, content=other.content),
        "another subject": undated(instance, key, statement(subject=[{"digest": {"sha256": "0" * 64}}])),
    }
    assert client.accepts(bundle, *client.key(key))
    for name, changed in changes.items():
        assert not client.accepts(changed, *client.key(key)), name
    assert not client.accepts(bundle, *client.key(Material(new_key())))


def test_a_file_signed_with_a_key_and_nobody_dated_it(client: Client, instance: Instance, key: Material) -> None:
    bundle = replace(with_log_v2(instance, key, message(key, DATA)), timestamps=())
    assert client.accepts(bundle, *client.key(key))
    other = replace(with_log_v2(instance, key, message(key, OTHER)), timestamps=())
    assert not client.accepts(replace(bundle, entries=other.entries), *client.key(key))
    assert not client.accepts(other, *client.key(key))


def test_a_certificate_needs_a_time_that_was_signed(client: Client, instance: Instance) -> None:
    signer = instance.keyless()
    bundle = with_log_v2(instance, signer, message(signer, DATA))
    assert client.accepts(bundle)
    assert not client.accepts(replace(bundle, timestamps=()))


@pytest.mark.parametrize(
    ("kind", "accepted"),
    [(STATEMENT_TYPE, True), (STATEMENT_TYPE_V01, True), ("https://in-toto.io/Statement/v2", False), (None, False)],
)
def test_types_of_statements(
    client: Client, instance: Instance, key: Material, kind: str | None, accepted: bool
) -> None:
    assert client.accepts(undated(instance, key, statement(_type=kind)), *client.key(key)) == accepted


# ---- keys of larger curves, as the first clients used them ----------------------------------------------------------


@pytest.mark.parametrize("curve", [ec.SECP384R1(), ec.SECP521R1()])
def test_a_larger_curve_and_sha256(client: Client, instance: Instance, curve: ec.EllipticCurve) -> None:
    """The digest of the file is enough, as with the releases of CPython that were signed so."""
    own = ec.generate_private_key(curve)
    signer = instance.keyless(own)
    content = MessageSignature(own.sign(DATA, ec.ECDSA(SHA256())), "SHA2_256", sha256(DATA).digest())
    assert client.accepts(with_log_v1(instance, signer, content))
    other = MessageSignature(own.sign(OTHER, ec.ECDSA(SHA256())), "SHA2_256", sha256(DATA).digest())
    assert not client.accepts(with_log_v1(instance, signer, other))


# ---- envelopes ------------------------------------------------------------------------------------------------------


def test_an_envelope_with_the_entry_of_a_file(client: Client, instance: Instance) -> None:
    """Over the bytes that are signed; over the payload alone another payload type would fit as well."""
    signer = instance.keyless()
    content = envelope(signer, statement())

    def bundle(data: bytes, signature: bytes = content.signatures[0].signature) -> Bundle:
        record = signer.recordable(sha256(data).digest(), signature)
        return signer.bundle(content, [instance.log_v1.record(record.hashedrekord_1(), NOW)])

    assert client.accepts(bundle(content.message))
    assert not client.accepts(bundle(content.payload))
    assert not client.accepts(bundle(content.message, signature_of(envelope(signer, statement()))))


SUBJECTS: dict[str, tuple[JsonObject, bool]] = {
    "the second": ({"subject": [{"name": "b", "digest": {"sha256": "0" * 64}}, {"digest": {"sha256": DIGEST}}]}, True),
    "beside one of git": ({"subject": [{"digest": {"gitCommit": "0" * 40}}, {"digest": {"sha256": DIGEST}}]}, True),
    "another": ({"subject": [{"digest": {"sha256": "0" * 64}}]}, False),
    "none": ({"subject": []}, False),
    "without a digest": ({"subject": [{"name": "artifact", "digest": {}}]}, False),
    "in capitals": ({"subject": [{"digest": {"sha256": DIGEST.upper()}}]}, False),
    "no predicate type": ({"predicateType": None}, False),
}


@pytest.mark.parametrize("name", SUBJECTS)
def test_subjects(client: Client, instance: Instance, name: str) -> None:
    fields, accepted = SUBJECTS[name]
    signer = instance.keyless()
    assert client.accepts(with_log_v2(instance, signer, envelope(signer, statement(**fields)))) == accepted


def test_all_digests_of_a_subject_that_can_be_compared(client: Client, instance: Instance) -> None:
    """Of a digest alone nothing but itself is known."""
    signer = instance.keyless()
    payload = statement(subject=[{"digest": {"sha256": DIGEST, "sha512": "0" * 128}}])
    (client.folder / "artifact").write_bytes(DATA)
    (client.folder / "root").write_bytes(jsonable.dumps(client.root))
    (client.folder / "bundle").write_bytes(with_log_v1(instance, signer, envelope(signer, payload)).encode())
    assert client.code(_given(), *SIGNER) == 0
    assert client.code(str(client.folder / "artifact"), *SIGNER) == 1


ENVELOPES: dict[str, Callable[[JsonObject], object]] = {
    "two signatures": lambda one: one.update(signatures=[*_list(one["signatures"]), {"sig": "AAAA", "keyid": "x"}]),
    "no signature": lambda one: one.update(signatures=[]),
    "an empty signature": lambda one: one.update(signatures=[{"sig": ""}]),
    "another payload type": lambda one: one.update(payloadType="text/plain"),
    "no payload": lambda one: one.pop("payload"),
}


def _list(value: Json) -> list[Json]:
    assert isinstance(value, list)
    return value


@pytest.mark.parametrize("name", ENVELOPES)
def test_envelopes_that_are_refused(client: Client, instance: Instance, name: str) -> None:
    signer = instance.keyless()
    bundle = as_json(with_log_v1(instance, signer, envelope(signer, statement())))
    one = bundle["dsseEnvelope"]
    assert isinstance(one, dict)
    ENVELOPES[name](one)
    assert not client.accepts(bundle)


def test_a_signed_text_is_no_statement(client: Client, instance: Instance) -> None:
    signer = instance.keyless()
    text = Envelope("text/plain", statement(), ())
    signature = replace(envelope(signer, b"").signatures[0], signature=message(signer, text.message).signature)
    assert not client.accepts(with_log_v1(instance, signer, replace(text, signatures=(signature,))))


# ---- times ----------------------------------------------------------------------------------------------------------


@pytest.mark.corpora
def test_each_timestamp_must_be_within_the_certificate_s_time(corpora: Path, tmp_path: Path) -> None:
    """Two folders have the same signature: one stamped in time, the other too late."""
    folders = corpora / "attestations" / "bundle-verify"
    bundle, late = (
        json.loads((folders / name / "bundle.sigstore.json").read_text())
        for name in ("rekor2-happy-path", "rekor2-timestamp-with-incorrect-time_fail")
    )
    stamp = late["verificationMaterial"]["timestampVerificationData"]["rfc3161Timestamps"][0]["signedTimestamp"]
    stamps = bundle["verificationMaterial"]["timestampVerificationData"]["rfc3161Timestamps"]
    named = ["--certificate-identity", _identity(), "--certificate-oidc-issuer", ISSUER]
    command = ["verify-bundle", "--bundle", str(tmp_path / "bundle"), *named, "--trusted-root"]
    command += [str(folders / "rekor2-happy-path" / "trusted_root.json"), str(folders / "a.txt")]
    for more, code in (([], 0), ([{"signedTimestamp": "".join(stamp.split())}], 1)):
        stamps.extend(more)
        (tmp_path / "bundle").write_text(json.dumps(bundle))
        assert main(command) == code


def _identity() -> str:
    from tests.corpora.test_attestations import IDENTITY as OF_THE_SUITE

    return OF_THE_SUITE


# ---- trusted roots --------------------------------------------------------------------------------------------------


def written(chain: tuple[x509.Certificate, ...]) -> JsonObject:
    certificates: list[Json] = [{"rawBytes": base64.encode(one.public_bytes(Encoding.DER))} for one in chain]
    return {"certificates": certificates}


@pytest.mark.parametrize("place", [0, 1])
def test_an_authority_of_the_same_name(client: Client, instance: Instance, place: int) -> None:
    """The issuer that the certificate log names is the one whose key signed, not the first of that name."""
    root = copy.deepcopy(client.root)
    authorities = _list(root["certificateAuthorities"])
    own = authorities[0]
    assert isinstance(own, dict)
    for chain in (new_authority().chain, new_authority().chain[:1]):
        authorities.insert(place, {**own, "certChain": written(chain)})
    signer = instance.keyless()
    assert client.accepts(with_log_v1(instance, signer, message(signer, DATA)), root=root)


def test_a_window_is_not_borrowed_from_another_authority(client: Client, instance: Instance) -> None:
    root = copy.deepcopy(client.root)
    authorities = _list(root["timestampAuthorities"])
    own = authorities[0]
    assert isinstance(own, dict)
    ended: JsonObject = {"start": "2025-01-01T00:00:00Z", "end": "2025-06-01T00:00:00Z"}
    signer = instance.keyless()
    bundle = with_log_v2(instance, signer, message(signer, DATA))
    for chain in (written(()), written(Instance().tsa.chain)):
        authorities[:] = [{**own, "validFor": ended}, {**own, "certChain": chain}]
        assert not client.accepts(bundle, root=root)


def test_another_record_of_the_same_signer(client: Client, instance: Instance) -> None:
    """The entry of one signature beside another signature of the same file by the same key."""
    signer = instance.keyless()
    first, second = (message(signer, DATA) for _ in range(2))
    for with_log in (with_log_v1, with_log_v2):
        entries = with_log(instance, signer, second).entries
        assert not client.accepts(replace(with_log(instance, signer, first), entries=entries))


def test_kinds_of_entries_that_are_unknown(client: Client, instance: Instance) -> None:
    signer = instance.keyless()
    content = message(signer, DATA)
    record = Recordable(sha256(DATA).digest(), content.signature, signer.der, signer.pem)
    for kind, version in (("mashedrekord", "1.0.0"), ("hashedrekord", "0.0.9"), ("rekord", "0.0.1")):
        body = {**record.hashedrekord_1(), "kind": kind, "apiVersion": version}
        assert not client.accepts(signer.bundle(content, [instance.log_v1.record(body, NOW)]))
