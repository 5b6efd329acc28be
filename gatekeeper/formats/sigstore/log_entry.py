"""An entry of a transparency log as bundles hold it (sigstore/protobuf-specs, ``sigstore_rekor.proto``)."""

from __future__ import annotations

from dataclasses import dataclass

from gatekeeper.formats import base64
from gatekeeper.formats.fields import Fields
from gatekeeper.model.json import JsonObject

MAX_HASHES = 64
# What Rekor v2 records; v1 has an ``intoto`` of the same version.
_VERSION_2 = {("hashedrekord", "0.0.2"), ("dsse", "0.0.2")}


@dataclass(frozen=True, slots=True)
class InclusionProof:
    """The way from a leaf to the root of a Merkle tree (RFC 6962), and the log's signed note about that root."""

    log_index: int
    tree_size: int
    root_hash: bytes
    hashes: tuple[bytes, ...]
    checkpoint: str


@dataclass(frozen=True, slots=True)
class LogEntry:
    """What a log recorded (``body``: JSON), and how it shows that it did.

    ``integrated_time`` is in seconds since 1970 (0: the log has no clock), ``promise`` a signed entry timestamp.
    """

    log_index: int
    log_id: bytes
    kind: str
    kind_version: str
    integrated_time: int
    promise: bytes
    proof: InclusionProof | None
    body: bytes

    @property
    def of_version_2(self) -> bool:
        """Whether it is of Rekor v2: a log of a single tree and without a clock."""
        return (self.kind, self.kind_version) in _VERSION_2

    @classmethod
    def from_fields(cls, fields: Fields) -> LogEntry:
        """The entry.

        Raises:
            ValueError: it is malformed.
        """
        log_id = fields.required("logId")
        kind = fields.required("kindVersion")
        promise = fields.object("inclusionPromise")
        proof = fields.object("inclusionProof")
        entry = cls(
            fields.integer("logIndex"),
            log_id.bytes("keyId"),
            kind.text("kind"),
            kind.text("version"),
            fields.integer("integratedTime"),
            promise.bytes("signedEntryTimestamp") if promise else b"",
            _proof(proof) if proof else None,
            fields.bytes("canonicalizedBody"),
        )
        for inner in (log_id, kind, promise, proof):
            if inner is not None:
                inner.done()
        return entry

    def to_json(self) -> JsonObject:
        """Plain JSON, zeros left out as protobuf does."""
        result: JsonObject = {
            "logIndex": str(self.log_index),
            "logId": {"keyId": base64.encode(self.log_id)},
            "kindVersion": {"kind": self.kind, "version": self.kind_version},
            "canonicalizedBody": base64.encode(self.body),
        }
        if self.integrated_time:
            result["integratedTime"] = str(self.integrated_time)
        if self.promise:
            result["inclusionPromise"] = {"signedEntryTimestamp": base64.encode(self.promise)}
        if self.proof is not None:
            result["inclusionProof"] = {
                "logIndex": str(self.proof.log_index),
                "treeSize": str(self.proof.tree_size),
                "rootHash": base64.encode(self.proof.root_hash),
                "hashes": [base64.encode(value) for value in self.proof.hashes],
                "checkpoint": {"envelope": self.proof.checkpoint},
            }
        return result


def _proof(fields: Fields) -> InclusionProof:
    hashes = []
    for text in fields.texts("hashes", MAX_HASHES):
        try:
            hashes.append(base64.decode(text))
        except ValueError as error:
            raise ValueError(f"{fields.place('hashes')}: {error}") from None
    checkpoint = fields.object("checkpoint")
    text = checkpoint.text("envelope") if checkpoint else ""
    if checkpoint:
        checkpoint.done()
    return InclusionProof(
        fields.integer("logIndex"), fields.integer("treeSize"), fields.bytes("rootHash"), tuple(hashes), text
    )
