"""A small Sigstore in memory: an authority and a log that keeps its promises, so that statements have trusted times."""

from __future__ import annotations

import dataclasses
import datetime
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from gatekeeper.crypto import public_keys
from gatekeeper.crypto.certificates import CLAIMS
from gatekeeper.formats import base64, jsonable
from gatekeeper.formats.attestations.base import Attestation
from gatekeeper.formats.dsse import Envelope, EnvelopeSignature, pre_authentication_encoding
from gatekeeper.formats.sigstore.bundle import Bundle
from gatekeeper.formats.sigstore.log_entry import LogEntry
from gatekeeper.formats.statement import PAYLOAD_TYPE, Statement
from gatekeeper.formats.statement import Subject as StatedSubject
from gatekeeper.model.json import Json
from gatekeeper.verification.subjects.base import Subject

START = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
NOON = datetime.datetime(2026, 11, 1, 12, tzinfo=datetime.UTC)
ARTIFACT = b"the artifact"
DIGEST = sha256(ARTIFACT).hexdigest()
SUBJECT = Subject("file:dist/app-1.0.tar.gz", "app-1.0.tar.gz", {"sha256": DIGEST, "sha512": "ab" * 64})
GITHUB = "https://token.actions.githubusercontent.com"
WORKFLOW = "https://github.com/acme/app/.github/workflows/release.yml"
RELEASE = f"{WORKFLOW}@refs/tags/v1.0"
CERTIFIED = {
    "source_repository_uri": "https://github.com/acme/app",
    "source_repository_ref": "refs/tags/v1.0",
    "source_repository_digest": "c0" * 20,
    "source_repository_owner_id": "1001",
    "source_repository_id": "2002",
    "build_signer_uri": RELEASE,
    "build_config_uri": RELEASE,
}


def statement(kind: str, predicate: Json, digests: Mapping[str, str] | None = None) -> Statement:
    return Statement((StatedSubject("app-1.0.tar.gz", digests or {"sha256": DIGEST}),), kind, predicate)


def attestation(name: str, bundle: Bundle | Envelope) -> Attestation:
    return Attestation(name, "bundle", sha256(jsonable.dumps(repr(bundle))).hexdigest(), bundle)


def trust_head(folder: Path, instance: Instance, identity: str = "", owner_id: str = "") -> str:
    """How a trust file in the folder begins: the instance as ``sigstore``, and its workflow (on a tag) as ``ci``."""
    (folder / "root.json").write_bytes(instance.root())
    owner = f'owner_id = "{owner_id}"\n' if owner_id else ""
    return f"""version = 1
[[authority]]
name = "sigstore"
root = "root.json"
sha256 = "{sha256(instance.root()).hexdigest()}"
sct = "absent"
[[signer]]
name = "ci"
authority = "sigstore"
issuer = "{GITHUB}"
identity = "{identity or f"{WORKFLOW}@refs/tags/*"}"
{owner}"""


def utf8(text: str) -> bytes:
    raw = text.encode()
    return b"\x0c" + (bytes([len(raw)]) if len(raw) < 128 else bytes([0x81, len(raw)])) + raw


def new_key() -> EllipticCurvePrivateKey:
    return generate_private_key(SECP256R1())


@dataclass
class Instance:
    """One authority, one log."""

    ca: EllipticCurvePrivateKey = field(default_factory=new_key)
    log: EllipticCurvePrivateKey = field(default_factory=new_key)

    def __post_init__(self) -> None:
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "authority")])
        self.authority = (
            self._certificate(self.name, self.ca, START, START + datetime.timedelta(days=3650))
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(self.ca, SHA256())
        )
        self.log_id = sha256(public_keys.der(self.log.public_key())).digest()

    def root(self) -> bytes:
        window = {"start": "2026-01-01T00:00:00Z"}
        log = {
            "baseUrl": "https://log.example",
            "hashAlgorithm": "SHA2_256",
            "publicKey": {
                "rawBytes": base64.encode(public_keys.der(self.log.public_key())),
                "keyDetails": "PKIX_ECDSA_P256_SHA_256",
                "validFor": window,
            },
            "logId": {"keyId": base64.encode(self.log_id)},
        }
        chain = {"certificates": [{"rawBytes": base64.encode(self.authority.public_bytes(Encoding.DER))}]}
        return json.dumps(
            {
                "mediaType": "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
                "tlogs": [log],
                "certificateAuthorities": [{"uri": "https://ca.example", "certChain": chain, "validFor": window}],
            }
        ).encode()

    def sign(
        self,
        one: Statement,
        identity: str = RELEASE,
        issuer: str = GITHUB,
        claims: Mapping[str, str] = CERTIFIED,
        time: datetime.datetime = NOON,
    ) -> Bundle:
        """The statement as somebody with this identity signs it at this time; the log promises that it saw it."""
        key = new_key()
        subject = x509.RFC822Name(identity) if "://" not in identity else x509.UniformResourceIdentifier(identity)
        builder = self._certificate(x509.Name([]), key, time, time + datetime.timedelta(minutes=10)).add_extension(
            x509.SubjectAlternativeName([subject]), critical=True
        )
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CODE_SIGNING]), critical=False)
        numbers = {name: number for number, name in CLAIMS.items()}
        texts = {**({8: issuer} if issuer else {}), **{numbers[name]: value for name, value in claims.items()}}
        for number, text in texts.items():
            oid = x509.ObjectIdentifier(f"1.3.6.1.4.1.57264.1.{number}")
            builder = builder.add_extension(x509.UnrecognizedExtension(oid, utf8(text)), critical=False)
        certificate = builder.sign(self.ca, SHA256())
        payload = one.encode()
        signature = key.sign(pre_authentication_encoding(PAYLOAD_TYPE, payload), ECDSA(SHA256()))
        envelope = Envelope(PAYLOAD_TYPE, payload, (EnvelopeSignature(signature),))
        entry = self._entry(payload, signature, certificate.public_bytes(Encoding.PEM), time)
        return Bundle(envelope, (certificate.public_bytes(Encoding.DER),), "", (entry,), (), "0.1")

    def logged(self, bundle: Bundle, key: EllipticCurvePublicKey, time: datetime.datetime = NOON) -> Bundle:
        """What a key signed, as a bundle v0.1: the log promises that it saw it."""
        envelope = bundle.envelope
        public = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        entry = self._entry(envelope.payload, envelope.signatures[0].signature, public, time)
        return dataclasses.replace(bundle, entries=(entry,), version="0.1")

    def _certificate(
        self, subject: x509.Name, key: EllipticCurvePrivateKey, start: datetime.datetime, end: datetime.datetime
    ) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self.name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(start)
            .not_valid_after(end)
        )

    def _entry(self, payload: bytes, signature: bytes, verifier: bytes, time: datetime.datetime) -> LogEntry:
        body = jsonable.dumps(
            {
                "kind": "dsse",
                "apiVersion": "0.0.1",
                "spec": {
                    "payloadHash": {"algorithm": "sha256", "value": sha256(payload).hexdigest()},
                    "signatures": [{"signature": base64.encode(signature), "verifier": base64.encode(verifier)}],
                },
            }
        )
        seconds = int(time.timestamp())
        promised = {"body": base64.encode(body), "integratedTime": seconds, "logID": self.log_id.hex(), "logIndex": 7}
        promise = self.log.sign(jsonable.dumps(promised), ECDSA(SHA256()))
        return LogEntry(7, self.log_id, "dsse", "0.0.1", seconds, promise, None, body)
