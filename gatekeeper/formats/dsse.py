"""Dead Simple Signing Envelopes (secure-systems-lab/dsse, protocol and envelope v1)."""

from __future__ import annotations

from dataclasses import dataclass

from gatekeeper.formats import base64
from gatekeeper.model.json import Json, JsonObject


@dataclass(frozen=True, slots=True)
class Envelope:
    """A payload, its type and the one signature that a Sigstore bundle allows."""

    payload_type: str
    payload: bytes
    signature: bytes

    def to_json(self) -> JsonObject:
        """Plain JSON."""
        return {
            "payload": base64.encode(self.payload),
            "payloadType": self.payload_type,
            "signatures": [{"sig": base64.encode(self.signature)}],
        }

    @classmethod
    def from_json(cls, value: Json) -> Envelope:
        """The envelope.

        Raises:
            ValueError: a field is missing, unknown or malformed, or there is not exactly one signature.
        """
        if not isinstance(value, dict) or set(value) != {"payload", "payloadType", "signatures"}:
            raise ValueError("a DSSE envelope has payload, payloadType and signatures")
        signatures = value["signatures"]
        if not isinstance(signatures, list) or len(signatures) != 1 or not isinstance(signatures[0], dict):
            raise ValueError("a DSSE envelope in a bundle has exactly one signature")
        kind, payload, signature = value["payloadType"], value["payload"], signatures[0].get("sig")
        if not (isinstance(kind, str) and isinstance(payload, str) and isinstance(signature, str)):
            raise ValueError("payload, payloadType and sig are texts")
        if set(signatures[0]) - {"sig", "keyid"}:
            raise ValueError("a signature has sig and keyid")
        return cls(kind, base64.decode(payload), base64.decode(signature))


def pre_authentication_encoding(payload_type: str, payload: bytes) -> bytes:
    """The bytes that are signed."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)
