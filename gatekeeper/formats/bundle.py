"""Sigstore bundles v0.3 that hold a DSSE envelope and name a public key (sigstore/protobuf-specs)."""

from __future__ import annotations

from dataclasses import dataclass

from gatekeeper.formats import jsonable, strict_json
from gatekeeper.formats.dsse import Envelope

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
        value = strict_json.loads(data)
        if not isinstance(value, dict) or value.get("mediaType") != MEDIA_TYPE:
            raise ValueError(f"no Sigstore bundle of type {MEDIA_TYPE}")
        if unknown := set(value) - {"mediaType", "verificationMaterial", "dsseEnvelope"}:
            raise ValueError(f"unknown or unsupported field {sorted(unknown)[0]!r}")
        material = value.get("verificationMaterial")
        key = material.get("publicKey") if isinstance(material, dict) else None
        if not isinstance(material, dict) or not isinstance(key, dict) or not isinstance(key.get("hint"), str):
            raise ValueError("the bundle does not name a public key")
        if set(material) != {"publicKey"} or set(key) != {"hint"}:
            raise ValueError("the bundle holds verification material besides its public key")
        return cls(Envelope.from_json(value.get("dsseEnvelope")), key["hint"])
