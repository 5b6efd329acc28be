"""Logs of signatures: Rekor v1 with a clock and promises, Rekor v2 with checkpoints only."""

from __future__ import annotations

import datetime
import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from gatekeeper.crypto import public_keys
from gatekeeper.crypto.public_keys import PublicKey
from gatekeeper.formats import base64
from gatekeeper.formats.sigstore.log_entry import InclusionProof, LogEntry
from gatekeeper.model.json import JsonObject
from tests.verification.core.issuing import new_key

TREE = "1193050959916656506"
OFFSET = 1000  # of Rekor v1's index over all of its trees


def root_and_path(leaves: Sequence[bytes], index: int) -> tuple[bytes, list[bytes]]:
    """The root of a Merkle tree (RFC 6962) of leaf hashes, and the way to it from one leaf: lowest first."""
    if len(leaves) == 1:
        return leaves[0], []
    split = 1 << (len(leaves) - 1).bit_length() - 1
    if index < split:
        own, path = root_and_path(leaves[:split], index)
        other = root_and_path(leaves[split:], 0)[0]
        return sha256(b"\1" + own + other).digest(), [*path, other]
    own, path = root_and_path(leaves[split:], index - split)
    other = root_and_path(leaves[:split], 0)[0]
    return sha256(b"\1" + other + own).digest(), [*path, other]


@dataclass(frozen=True, slots=True)
class TransparencyLog:
    """A log; of version 2 where its key is an Ed25519 one."""

    key: ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey
    host: str = "rekor.example"
    before: int = 5
    after: int = 6

    @property
    def of_version_2(self) -> bool:
        return isinstance(self.key, ed25519.Ed25519PrivateKey)

    @property
    def public_key(self) -> PublicKey:
        return self.key.public_key()

    @property
    def log_id(self) -> bytes:
        if isinstance(self.key, ed25519.Ed25519PrivateKey):
            raw = self.key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
            return sha256(self.host.encode() + b"\n\x01" + raw).digest()
        return sha256(public_keys.der(self.key.public_key())).digest()

    def sign(self, data: bytes) -> bytes:
        if isinstance(self.key, ed25519.Ed25519PrivateKey):
            return self.key.sign(data)
        return self.key.sign(data, ec.ECDSA(SHA256()))

    def record(self, body: JsonObject, time: datetime.datetime | None = None) -> LogEntry:
        """An entry with a proof, and for version 1 with a promise of that time."""
        raw = json.dumps(body, separators=(",", ":"), sort_keys=True).encode()
        others = [sha256(bytes((number,))).digest() for number in range(self.before + self.after)]
        leaves = [*others[: self.before], sha256(b"\0" + raw).digest(), *others[self.before :]]
        root, path = root_and_path(leaves, self.before)
        origin = self.host if self.of_version_2 else f"{self.host} - {TREE}"
        proof = InclusionProof(self.before, len(leaves), root, tuple(path), self.checkpoint(origin, len(leaves), root))
        index = self.before if self.of_version_2 else OFFSET + self.before
        entry = LogEntry(index, self.log_id, str(body["kind"]), str(body["apiVersion"]), 0, b"", proof, raw)
        return self.promise(entry, time) if time else entry

    def promise(self, entry: LogEntry, time: datetime.datetime) -> LogEntry:
        seconds = int(time.timestamp())
        signed = {
            "body": base64.encode(entry.body),
            "integratedTime": seconds,
            "logID": self.log_id.hex(),
            "logIndex": entry.log_index,
        }
        data = json.dumps(signed, separators=(",", ":"), sort_keys=True).encode()
        return replace(entry, integrated_time=seconds, promise=self.sign(data))

    def checkpoint(self, origin: str, size: int, root: bytes) -> str:
        note = f"{origin}\n{size}\n{base64.encode(root)}\n"
        return f"{note}\n— {self.host} {base64.encode(self.log_id[:4] + self.sign(note.encode()))}\n"


def new_log_v1() -> TransparencyLog:
    return TransparencyLog(new_key())


def new_log_v2() -> TransparencyLog:
    return TransparencyLog(ed25519.Ed25519PrivateKey.generate(), "log2026.rekor.example")


@dataclass(frozen=True, slots=True)
class Recordable:
    """What a log is told: a digest, a signature, and the signer's certificate or key (DER, and as PEM)."""

    digest: bytes
    signature: bytes
    material: bytes
    pem: bytes
    is_certificate: bool = True
    algorithm: str = field(default="sha256", kw_only=True)

    def hashedrekord_1(self) -> JsonObject:
        spec: JsonObject = {
            "data": {"hash": {"algorithm": self.algorithm, "value": self.digest.hex()}},
            "signature": {
                "content": base64.encode(self.signature),
                "publicKey": {"content": base64.encode(self.pem)},
            },
        }
        return {"apiVersion": "0.0.1", "kind": "hashedrekord", "spec": spec}

    def hashedrekord_2(self) -> JsonObject:
        raw: JsonObject = {"rawBytes": base64.encode(self.material)}
        spec: JsonObject = {
            "data": {"algorithm": "SHA2_256", "digest": base64.encode(self.digest)},
            "signature": {
                "content": base64.encode(self.signature),
                "verifier": {
                    "keyDetails": "PKIX_ECDSA_P256_SHA_256",
                    ("x509Certificate" if self.is_certificate else "publicKey"): raw,
                },
            },
        }
        return {"apiVersion": "0.0.2", "kind": "hashedrekord", "spec": {"hashedRekordV002": spec}}

    def dsse_1(self) -> JsonObject:
        spec: JsonObject = {
            "envelopeHash": {"algorithm": "sha256", "value": "00" * 32},
            "payloadHash": {"algorithm": self.algorithm, "value": self.digest.hex()},
            "signatures": [{"signature": base64.encode(self.signature), "verifier": base64.encode(self.pem)}],
        }
        return {"apiVersion": "0.0.1", "kind": "dsse", "spec": spec}

    def dsse_2(self) -> JsonObject:
        raw: JsonObject = {"rawBytes": base64.encode(self.material)}
        spec: JsonObject = {
            "payloadHash": {"algorithm": "SHA2_256", "digest": base64.encode(self.digest)},
            "signatures": [
                {
                    "content": base64.encode(self.signature),
                    "verifier": {("x509Certificate" if self.is_certificate else "publicKey"): raw},
                }
            ],
        }
        return {"apiVersion": "0.0.2", "kind": "dsse", "spec": {"dsseV002": spec}}

    def intoto_1(self) -> JsonObject:
        """``digest`` is of the whole envelope here."""
        content: JsonObject = {"hash": {"algorithm": self.algorithm, "value": self.digest.hex()}}
        spec: JsonObject = {"content": content, "publicKey": base64.encode(self.pem)}
        return {"apiVersion": "0.0.1", "kind": "intoto", "spec": spec}

    def intoto_2(self) -> JsonObject:
        signature = base64.encode(base64.encode(self.signature).encode())
        envelope: JsonObject = {
            "payloadType": "application/vnd.in-toto+json",
            "signatures": [{"sig": signature, "publicKey": base64.encode(self.pem)}],
        }
        content: JsonObject = {
            "envelope": envelope,
            "payloadHash": {"algorithm": self.algorithm, "value": self.digest.hex()},
        }
        return {"apiVersion": "0.0.2", "kind": "intoto", "spec": {"content": content}}
