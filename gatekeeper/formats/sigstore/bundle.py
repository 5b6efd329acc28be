"""Sigstore bundles v0.1 to v0.3 (sigstore/protobuf-specs, ``sigstore_bundle.proto``)."""

from __future__ import annotations

from dataclasses import dataclass

from gatekeeper.formats import base64, jsonable
from gatekeeper.formats.dsse import Envelope
from gatekeeper.formats.fields import Fields, parse
from gatekeeper.formats.sigstore.log_entry import LogEntry
from gatekeeper.model.json import Json, JsonObject

SUFFIX = ".sigstore.json"
MEDIA_TYPE = "application/vnd.dev.sigstore.bundle.v0.3+json"
VERSIONS = {
    "application/vnd.dev.sigstore.bundle+json;version=0.1": "0.1",
    "application/vnd.dev.sigstore.bundle+json;version=0.2": "0.2",
    "application/vnd.dev.sigstore.bundle+json;version=0.3": "0.3",
    MEDIA_TYPE: "0.3",
}
MAX_CERTIFICATES = 10
MAX_ENTRIES = 32
MAX_TIMESTAMPS = 32


@dataclass(frozen=True, slots=True)
class MessageSignature:
    """The signature of a file. Algorithm ("SHA2_256") and digest are a hint; both are empty where there is none."""

    signature: bytes
    algorithm: str = ""
    digest: bytes = b""


@dataclass(frozen=True, slots=True)
class Bundle:
    """Something signed, and what is needed to verify it.

    ``certificates`` are DER, the signer's first; without any, ``key_hint`` names the key. ``timestamps`` are
    TimeStampResp (RFC 3161) in DER. ``envelope_bytes`` are the envelope as it was uploaded to a log, where it travels
    like that (cosign's layers); a bundle's own JSON does not keep them, and they are b"".
    """

    content: Envelope | MessageSignature
    certificates: tuple[bytes, ...] = ()
    key_hint: str = ""
    entries: tuple[LogEntry, ...] = ()
    timestamps: tuple[bytes, ...] = ()
    version: str = "0.3"
    envelope_bytes: bytes = b""

    @property
    def envelope(self) -> Envelope:
        """The envelope.

        Raises:
            ValueError: the bundle signs a file.
        """
        if isinstance(self.content, Envelope):
            return self.content
        raise ValueError("the bundle signs a file, not a statement")

    def encode(self) -> bytes:
        """The bundle as JSON, of version 0.3.

        Raises:
            ValueError: it has a chain of certificates, which version 0.3 cannot hold.
        """
        if len(self.certificates) > 1:
            raise ValueError("a bundle v0.3 holds one certificate")
        material: JsonObject = (
            {"certificate": {"rawBytes": base64.encode(self.certificates[0])}}
            if self.certificates
            else {"publicKey": {"hint": self.key_hint}}
        )
        if self.entries:
            material["tlogEntries"] = [entry.to_json() for entry in self.entries]
        if self.timestamps:
            stamps = [{"signedTimestamp": base64.encode(stamp)} for stamp in self.timestamps]
            material["timestampVerificationData"] = {"rfc3161Timestamps": stamps}
        return jsonable.dumps(
            {"mediaType": MEDIA_TYPE, "verificationMaterial": material, **_content_to_json(self.content)}
        )

    @classmethod
    def decode(cls, data: bytes) -> Bundle:
        """The bundle.

        Raises:
            ValueError: it is malformed, too large, of an unknown version, or has a field that its version does not.
        """
        return cls.from_json(parse(data))

    @classmethod
    def from_json(cls, value: Json) -> Bundle:
        """Like ``decode``, of a parsed document."""
        fields = Fields(value, "bundle")
        media_type = fields.text("mediaType")
        version = VERSIONS.get(media_type)
        if version is None:
            raise ValueError(f"bundle.mediaType: {media_type!r:.80} is no bundle of version 0.1, 0.2 or 0.3")
        material = fields.required("verificationMaterial")
        certificates, key_hint = _signer(material, version)
        entries = material.array("tlogEntries", LogEntry.from_fields, MAX_ENTRIES)
        stamps: tuple[bytes, ...] = ()
        if (data := material.object("timestampVerificationData")) is not None:
            stamps = data.array("rfc3161Timestamps", lambda stamp: stamp.bytes("signedTimestamp"), MAX_TIMESTAMPS)
            data.done()
        material.done()
        if len({(entry.log_id, entry.log_index) for entry in entries}) < len(entries) or len(set(stamps)) < len(stamps):
            # Whoever counts proofs must not count one twice.
            raise ValueError(f"{material.where}: the same log entry or timestamp stands there twice")
        content = _content(fields)
        fields.done()
        return cls(content, certificates, key_hint, entries, stamps, version)


def _signer(material: Fields, version: str) -> tuple[tuple[bytes, ...], str]:
    kinds = [name for name in ("certificate", "x509CertificateChain", "publicKey") if name in material]
    if len(kinds) != 1:
        raise ValueError(
            f"{material.where}: exactly one of certificate, x509CertificateChain and publicKey is expected"
        )
    inner = material.required(kinds[0])
    certificates: tuple[bytes, ...] = ()
    key_hint = ""
    if kinds[0] == "publicKey":
        key_hint = inner.text("hint")
    elif kinds[0] == "certificate" and version != "0.3":
        raise ValueError(f"{material.where}: a bundle v{version} holds a chain of certificates, not one")
    elif kinds[0] == "certificate":
        certificates = (inner.bytes("rawBytes"),)
    elif version == "0.3":
        raise ValueError(f"{material.where}: a bundle v0.3 holds one certificate, not a chain")
    else:
        certificates = inner.array("certificates", lambda one: one.bytes("rawBytes"), MAX_CERTIFICATES)
    inner.done()
    if kinds[0] != "publicKey" and not all(certificates or (b"",)):
        raise ValueError(f"{inner.where}: there is no certificate")
    return certificates, key_hint


def _content(fields: Fields) -> Envelope | MessageSignature:
    if ("messageSignature" in fields) == ("dsseEnvelope" in fields):
        raise ValueError("bundle: exactly one of messageSignature and dsseEnvelope is expected")
    if (envelope := fields.object("dsseEnvelope")) is not None:
        return Envelope.from_fields(envelope)
    message = fields.required("messageSignature")
    algorithm, digest = "", b""
    if (hint := message.object("messageDigest")) is not None:
        algorithm, digest = hint.text("algorithm"), hint.bytes("digest")
        hint.done()
        if not algorithm or not digest:
            raise ValueError(f"{hint.where}: an algorithm and a digest are expected")
    signature = message.bytes("signature")
    message.done()
    return MessageSignature(signature, algorithm, digest)


def _content_to_json(content: Envelope | MessageSignature) -> JsonObject:
    if isinstance(content, Envelope):
        return {"dsseEnvelope": content.to_json()}
    message: JsonObject = {"signature": base64.encode(content.signature)}
    if content.algorithm or content.digest:
        message["messageDigest"] = {"algorithm": content.algorithm, "digest": base64.encode(content.digest)}
    return {"messageSignature": message}
