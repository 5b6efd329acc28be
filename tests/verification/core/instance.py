"""A whole Sigstore in memory: what it signs, and the trusted root that goes with it."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from gatekeeper.crypto import public_keys
from gatekeeper.formats import base64, jsonable
from gatekeeper.formats.dsse import Envelope, EnvelopeSignature, pre_authentication_encoding
from gatekeeper.formats.sigstore.bundle import Bundle, MessageSignature
from gatekeeper.formats.sigstore.log_entry import LogEntry
from gatekeeper.model.json import Json, JsonObject
from gatekeeper.verification.core.trust import Root
from tests.verification.core.issuing import (
    NOW,
    START,
    TIME_STAMPING,
    CertificateAuthority,
    CertificateLog,
    PrivateKey,
    certificate,
    identity_extensions,
    new_authority,
    new_key,
)
from tests.verification.core.logs import Recordable, TransparencyLog, new_log_v1, new_log_v2
from tests.verification.core.timestamping import TimestampAuthority

PAYLOAD_TYPE = "application/vnd.in-toto+json"
_HASHES = {"secp256r1": SHA256(), "secp384r1": SHA384(), "secp521r1": SHA512()}


def sign(key: PrivateKey, data: bytes) -> bytes:
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return key.sign(data)
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(data, PKCS1v15(), SHA256())
    return key.sign(data, ec.ECDSA(_HASHES[key.curve.name]))


def new_timestamp_authority() -> TimestampAuthority:
    top, own = new_key(), new_key()
    root = certificate("tsa root", top, "tsa root", top, ((x509.BasicConstraints(True, None), True),))
    return TimestampAuthority(own, (certificate("tsa", own, "tsa root", top, ((TIME_STAMPING, True),)), root))


@dataclass(frozen=True, slots=True)
class Material:
    """A key of a signer, and its certificate where it has one."""

    key: PrivateKey
    certificate: x509.Certificate | None = None

    @property
    def der(self) -> bytes:
        if self.certificate is not None:
            return self.certificate.public_bytes(Encoding.DER)
        return public_keys.der(self.key.public_key())

    @property
    def pem(self) -> bytes:
        if self.certificate is not None:
            return self.certificate.public_bytes(Encoding.PEM)
        return self.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    def recordable(self, digest: bytes, signature: bytes) -> Recordable:
        return Recordable(digest, signature, self.der, self.pem, self.certificate is not None)

    def bundle(
        self,
        content: Envelope | MessageSignature,
        entries: Sequence[LogEntry] = (),
        stamps: Sequence[bytes] = (),
        version: str = "0.3",
    ) -> Bundle:
        certificates = (self.der,) if self.certificate is not None else ()
        hint = "" if certificates else public_keys.hint(self.key.public_key())
        return Bundle(content, certificates, hint, tuple(entries), tuple(stamps), version)


@dataclass(frozen=True, slots=True)
class Instance:
    """All services of a Sigstore."""

    authority: CertificateAuthority = field(default_factory=new_authority)
    ct_log: CertificateLog = field(default_factory=CertificateLog)
    log_v1: TransparencyLog = field(default_factory=new_log_v1)
    log_v2: TransparencyLog = field(default_factory=new_log_v2)
    tsa: TimestampAuthority = field(default_factory=new_timestamp_authority)

    def keyless(self, key: PrivateKey | None = None) -> Material:
        """A signer with a certificate of ten minutes, issued at ``NOW``."""
        own = key or new_key()
        return Material(own, self.authority.issue(own, identity_extensions(), [self.ct_log]))

    def root_json(self) -> JsonObject:
        window: JsonObject = {"start": _written(START)}

        def log(base_url: str, log_id: bytes, key: public_keys.PublicKey) -> JsonObject:
            return {
                "baseUrl": base_url,
                "hashAlgorithm": "SHA2_256",
                "publicKey": {
                    "rawBytes": base64.encode(public_keys.der(key)),
                    "keyDetails": "PKIX_ED25519"
                    if isinstance(key, ed25519.Ed25519PublicKey)
                    else "PKIX_ECDSA_P256_SHA_256",
                    "validFor": window,
                },
                "logId": {"keyId": base64.encode(log_id)},
            }

        def authority(uri: str, chain: Sequence[x509.Certificate]) -> JsonObject:
            certificates: list[Json] = [{"rawBytes": base64.encode(one.public_bytes(Encoding.DER))} for one in chain]
            return {
                "subject": {"organization": "example", "commonName": uri},
                "uri": uri,
                "certChain": {"certificates": certificates},
                "validFor": window,
            }

        tlogs: list[Json] = [
            log(f"https://{one.host}", one.log_id, one.public_key) for one in (self.log_v1, self.log_v2)
        ]
        return {
            "mediaType": "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
            "tlogs": tlogs,
            "ctlogs": [log("https://ct.example", self.ct_log.log_id, self.ct_log.key.public_key())],
            "certificateAuthorities": [authority("https://fulcio.example", self.authority.chain)],
            "timestampAuthorities": [authority("https://tsa.example", self.tsa.chain)],
        }

    def root(self) -> Root:
        return Root.load(jsonable.dumps(self.root_json()))


def message(signer: Material, data: bytes) -> MessageSignature:
    return MessageSignature(sign(signer.key, data), "SHA2_256", sha256(data).digest())


def envelope(signer: Material, payload: bytes) -> Envelope:
    signature = sign(signer.key, pre_authentication_encoding(PAYLOAD_TYPE, payload))
    return Envelope(PAYLOAD_TYPE, payload, (EnvelopeSignature(signature),))


def signature_of(content: Envelope | MessageSignature) -> bytes:
    return content.signatures[0].signature if isinstance(content, Envelope) else content.signature


def with_log_v1(
    instance: Instance, signer: Material, content: Envelope | MessageSignature, time: datetime.datetime = NOW
) -> Bundle:
    """A bundle with an entry of Rekor v1: promise and proof."""
    if isinstance(content, Envelope):
        record = signer.recordable(sha256(content.payload).digest(), signature_of(content)).dsse_1()
    else:
        record = signer.recordable(content.digest, content.signature).hashedrekord_1()
    return signer.bundle(content, [instance.log_v1.record(record, time)])


def with_log_v2(
    instance: Instance, signer: Material, content: Envelope | MessageSignature, time: datetime.datetime = NOW
) -> Bundle:
    """A bundle with an entry of Rekor v2 and a timestamp."""
    digest = sha256(content.message).digest() if isinstance(content, Envelope) else content.digest
    signature = signature_of(content)
    record = signer.recordable(digest, signature).hashedrekord_2()
    return signer.bundle(content, [instance.log_v2.record(record)], [instance.tsa.stamp(signature, time)])


def _written(time: datetime.datetime) -> str:
    return time.isoformat().replace("+00:00", "Z")
