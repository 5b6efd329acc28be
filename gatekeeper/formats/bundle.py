"""Sigstore bundles v0.3 that hold a DSSE envelope or the signature of a file, and name a public key.

The format is that of sigstore/protobuf-specs.
"""

from __future__ import annotations

from dataclasses import dataclass

from gatekeeper.formats import base64, jsonable, strict_json
from gatekeeper.formats.dsse import Envelope
from gatekeeper.model.json import Json

MEDIA_TYPE = "application/vnd.dev.sigstore.bundle.v0.3+json"
SUFFIX = ".sigstore.json"


@dataclass(frozen=True, slots=True)
class Bundle:
    """An envelope and the hint of the key that signed it: base64 of the sha256 of its SubjectPublicKeyInfo in DER."""

    envelope: Envelope
    key_hint: str

    def encode(self) -> bytes:
        """The bundle as JSON."""
        return jsonable.dumps(
            {
                "mediaType": MEDIA_TYPE,
                "verificationMaterial": {"publicKey": {"hint": self.key_hint}},
                "dsseEnvelope": self.envelope.to_json(),
            }
        )

    @classmethod
    def decode(cls, data: bytes) -> Bundle:
        """The bundle.

        Raises:
            ValueError: it is malformed, of another version, or holds other material than an envelope and a key's hint.
        """
        content, key_hint = _decode(data, "dsseEnvelope")
        return cls(Envelope.from_json(content), key_hint)


@dataclass(frozen=True, slots=True)
class FileBundle:
    """The signature of a file's bytes, their sha256, and the hint of the key that signed them."""

    sha256: bytes
    signature: bytes
    key_hint: str

    def encode(self) -> bytes:
        """The bundle as JSON."""
        digest = {"algorithm": "SHA2_256", "digest": base64.encode(self.sha256)}
        return jsonable.dumps(
            {
                "mediaType": MEDIA_TYPE,
                "verificationMaterial": {"publicKey": {"hint": self.key_hint}},
                "messageSignature": {"messageDigest": digest, "signature": base64.encode(self.signature)},
            }
        )

    @classmethod
    def decode(cls, data: bytes) -> FileBundle:
        """The bundle.

        Raises:
            ValueError: it is malformed, of another version, or holds something else than a signature and a key's hint.
        """
        content, key_hint = _decode(data, "messageSignature")
        digest = content.get("messageDigest") if isinstance(content, dict) else None
        if not isinstance(digest, dict) or digest.get("algorithm") != "SHA2_256":
            raise ValueError("the bundle holds no signature over a SHA2_256 digest")
        value, signature = digest.get("digest"), content.get("signature")
        if not isinstance(value, str) or not isinstance(signature, str):
            raise ValueError("the bundle holds no digest or no signature")
        return cls(base64.decode(value), base64.decode(signature), key_hint)


def _decode(data: bytes, field: str) -> tuple[Json, str]:
    """What stands in ``field``, and the hint of the key."""
    value = strict_json.loads(data)
    if not isinstance(value, dict) or value.get("mediaType") != MEDIA_TYPE:
        raise ValueError(f"no Sigstore bundle of type {MEDIA_TYPE}")
    if unknown := set(value) - {"mediaType", "verificationMaterial", field}:
        raise ValueError(f"unknown or unsupported field {sorted(unknown)[0]!r}")
    material = value.get("verificationMaterial")
    key = material.get("publicKey") if isinstance(material, dict) else None
    if not isinstance(material, dict) or not isinstance(key, dict) or not isinstance(key.get("hint"), str):
        raise ValueError("the bundle does not name a public key")
    if set(material) != {"publicKey"} or set(key) != {"hint"}:
        raise ValueError("the bundle holds verification material besides its public key")
    return value.get(field), key["hint"]
