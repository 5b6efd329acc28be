"""A pair of valid bundles of each kind, and what they are verified against."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from hashlib import sha256
from typing import NamedTuple

from cryptography.hazmat.primitives.serialization import Encoding

from gatekeeper.formats import base64, jsonable
from gatekeeper.formats.dsse import Envelope
from gatekeeper.formats.sigstore.bundle import Bundle
from gatekeeper.model.json import JsonObject
from gatekeeper.verification.core.bundles import verify_bundle, verify_file
from gatekeeper.verification.core.messages import InMemory
from gatekeeper.verification.core.results import Signed
from gatekeeper.verification.core.trust import Need, Trust
from tests.verification.core.instance import Instance, Material, envelope, message, with_log_v1, with_log_v2
from tests.verification.core.issuing import NOW, new_key

DATA = b"the artifact"
OTHER = b"another artifact"
PREDICATE_TYPE = "https://example.com/predicate/v1"


class Kind(NamedTuple):
    name: str
    trust: Trust
    bundle: JsonObject
    other: JsonObject


def verify(text: str, trust: Trust) -> Signed:
    return verify_content(Bundle.decode(text.encode()), trust)


def verify_content(bundle: Bundle, trust: Trust, data: bytes = DATA) -> Signed:
    """What is signed, an envelope or a file; a file is ``data``."""
    if isinstance(bundle.content, Envelope):
        return verify_bundle(bundle, trust)
    return verify_file(bundle, trust, InMemory(data))


def kinds(instance: Instance) -> Iterator[Kind]:
    root = instance.root()
    key = Material(new_key())
    keyless = Trust(root)
    logged = Trust(root, key.key.public_key())
    stamped = Trust(root, key.key.public_key(), Need.OPTIONAL, timestamp=Need.REQUIRED)
    alone = Trust(key=key.key.public_key(), log=Need.OPTIONAL)

    def kind(name: str, trust: Trust, make: Callable[[bytes], JsonObject]) -> Kind:
        return Kind(name, trust, make(DATA), make(OTHER))

    def statement(data: bytes) -> bytes:
        return jsonable.dumps(
            {
                "_type": "https://in-toto.io/Statement/v1",
                "subject": [{"name": "artifact", "digest": {"sha256": sha256(data).hexdigest()}}],
                "predicateType": PREDICATE_TYPE,
                "predicate": {},
            }
        )

    yield kind("chain, file, promise", keyless, lambda data: _v01(instance, data))
    for name, with_log in (("Rekor v1", with_log_v1), ("Rekor v2", with_log_v2)):

        def file(data: bytes, signer: Material | None = None, with_log: _WithLog = with_log) -> JsonObject:
            own = signer or instance.keyless()
            return as_json(with_log(instance, own, message(own, data)))

        def enveloped(data: bytes, signer: Material | None = None, with_log: _WithLog = with_log) -> JsonObject:
            own = signer or instance.keyless()
            return as_json(with_log(instance, own, envelope(own, statement(data))))

        yield kind(f"certificate, file, {name}", keyless, file)
        yield kind(f"certificate, envelope, {name}", keyless, enveloped)
        yield kind(f"key, file, {name}", logged, lambda data, file=file: file(data, key))  # type: ignore[misc]
        yield kind(f"key, envelope, {name}", logged, lambda data, make=enveloped: make(data, key))  # type: ignore[misc]
    yield kind("key, file", alone, lambda data: as_json(key.bundle(message(key, data))))
    yield kind("key, envelope", alone, lambda data: as_json(key.bundle(envelope(key, statement(data)))))
    yield kind("key, file, timestamp", stamped, lambda data: _stamped(instance, key, data))


_WithLog = Callable[..., Bundle]


def as_json(bundle: Bundle) -> JsonObject:
    value = json.loads(bundle.encode())
    assert isinstance(value, dict)
    return value


def with_chain(instance: Instance, data: bytes = DATA, *, version: str = "0.2") -> JsonObject:
    """As clients wrote them in 2023: the certificate of the signer's issuer comes along."""
    signer = instance.keyless()
    bundle = as_json(with_log_v1(instance, signer, message(signer, data)))
    material = bundle["verificationMaterial"]
    assert isinstance(material, dict)
    issuer = base64.encode(instance.authority.chain[0].public_bytes(Encoding.DER))
    material["x509CertificateChain"] = {"certificates": [material.pop("certificate"), {"rawBytes": issuer}]}
    return {**bundle, "mediaType": f"application/vnd.dev.sigstore.bundle+json;version={version}"}


def _v01(instance: Instance, data: bytes) -> JsonObject:
    """The chain, and only the log's promise."""
    bundle = with_chain(instance, data, version="0.1")
    material = bundle["verificationMaterial"]
    assert isinstance(material, dict)
    entries = material["tlogEntries"]
    assert isinstance(entries, list)
    for entry in entries:
        assert isinstance(entry, dict)
        del entry["inclusionProof"]
    return bundle


def _stamped(instance: Instance, signer: Material, data: bytes) -> JsonObject:
    content = message(signer, data)
    return as_json(signer.bundle(content, (), [instance.tsa.stamp(content.signature, NOW)]))
