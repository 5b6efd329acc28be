"""Attestations as their formats spell them; nothing in them is validly signed."""

from __future__ import annotations

import datetime
import json

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from gatekeeper.formats import base64
from gatekeeper.model.json import JsonObject

STATEMENT: JsonObject = {
    "_type": "https://in-toto.io/Statement/v1",
    "subject": [{"name": "app.tar.gz", "digest": {"sha256": "ab" * 32}}],
    "predicateType": "https://example.com/predicate",
    "predicate": {"answer": 42},
}
LOG_ID = bytes(range(32))
LOG_BODY = b'{"kind":"dsse","apiVersion":"0.0.1","spec":{}}'


def payload(**changes: object) -> str:
    """A statement in base64."""
    return base64.encode(json.dumps({**STATEMENT, **changes}).encode())


def envelope(**changes: object) -> JsonObject:
    signatures = [{"sig": base64.encode(b"signature"), "keyid": "a key"}]
    return {
        "payload": payload(),
        "payloadType": "application/vnd.in-toto+json",
        "signatures": signatures,
        **changes,
    }


def log_entry() -> JsonObject:
    return {
        "logIndex": "7",
        "logId": {"keyId": base64.encode(LOG_ID)},
        "kindVersion": {"kind": "dsse", "version": "0.0.1"},
        "integratedTime": "1700000000",
        "inclusionPromise": {"signedEntryTimestamp": base64.encode(b"promise")},
        "canonicalizedBody": base64.encode(LOG_BODY),
    }


def bundle(*, key: bool = False, chain: tuple[bytes, ...] = (), version: str = "0.3", **changes: object) -> JsonObject:
    material: JsonObject
    if key:
        material = {"publicKey": {"hint": "a key"}}
    elif version == "0.3":
        material = {"certificate": {"rawBytes": base64.encode(chain[0])}}
    else:
        certificates = [{"rawBytes": base64.encode(one)} for one in chain]
        material = {"x509CertificateChain": {"certificates": certificates}}
    return {
        "mediaType": f"application/vnd.dev.sigstore.bundle+json;version={version}",
        "verificationMaterial": {**material, "tlogEntries": [log_entry()]},
        "dsseEnvelope": envelope(),
        **changes,
    }


def pypi_attestation(certificate: bytes, **changes: object) -> JsonObject:
    return {
        "version": 1,
        "verification_material": {
            "certificate": base64.encode(certificate),
            "transparency_entries": [log_entry()],
        },
        "envelope": {"statement": payload(), "signature": base64.encode(b"signature")},
        **changes,
    }


def chain() -> tuple[bytes, bytes, bytes]:
    """A signer, an authority and a root, in DER."""
    keys = [generate_private_key(SECP256R1()) for _ in range(3)]
    names = [x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]) for name in ("signer", "authority", "root")]
    start = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    result = []
    for number in range(3):
        issuer = min(number + 1, 2)
        builder = (
            x509.CertificateBuilder()
            .subject_name(names[number])
            .issuer_name(names[issuer])
            .public_key(keys[number].public_key())
            .serial_number(number + 1)
            .not_valid_before(start)
            .not_valid_after(start + datetime.timedelta(minutes=10))
            .add_extension(
                x509.SubjectAlternativeName([x509.UniformResourceIdentifier("https://example.com/\x1b[31mrobot")]),
                critical=True,
            )
        )
        result.append(builder.sign(keys[issuer], SHA256()).public_bytes(Encoding.DER))
    return result[0], result[1], result[2]


def pem(der: bytes) -> str:
    return x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM).decode()


def encoded(value: object) -> bytes:
    return json.dumps(value).encode()
