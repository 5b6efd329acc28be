"""Dead Simple Signing Envelopes (secure-systems-lab/dsse, protocol and envelope v1)."""

from __future__ import annotations

from dataclasses import dataclass

from gatekeeper.formats import base64
from gatekeeper.formats.fields import Fields, parse
from gatekeeper.model.json import JsonObject

MAX_SIGNATURES = 64


@dataclass(frozen=True, slots=True)
class EnvelopeSignature:
    """A signature over the payload, and what its maker says about the key; neither field is signed.

    ``certificate`` is PEM, an extension of slsa-github-generator's envelopes.
    """

    signature: bytes
    key_id: str = ""
    certificate: str = ""


@dataclass(frozen=True, slots=True)
class Envelope:
    """A payload, its type and its signatures, of which a Sigstore bundle allows exactly one."""

    payload_type: str
    payload: bytes
    signatures: tuple[EnvelopeSignature, ...]

    @property
    def message(self) -> bytes:
        """The bytes that are signed."""
        return pre_authentication_encoding(self.payload_type, self.payload)

    def to_json(self) -> JsonObject:
        """Plain JSON."""
        return {
            "payload": base64.encode(self.payload),
            "payloadType": self.payload_type,
            "signatures": [_to_json(signature) for signature in self.signatures],
        }

    @classmethod
    def decode(cls, data: bytes) -> Envelope:
        """An envelope that stands alone.

        Raises:
            ValueError: it is malformed, or has no signature.
        """
        return cls.from_fields(Fields(parse(data), "envelope"), bundled=False)

    @classmethod
    def from_fields(cls, fields: Fields, *, bundled: bool = True) -> Envelope:
        """The envelope. In a bundle there is exactly one signature, which names no certificate.

        Raises:
            ValueError: a field is missing, unknown or malformed, or the number of signatures is wrong.
        """

        def signature(one: Fields) -> EnvelopeSignature:
            return EnvelopeSignature(one.bytes("sig"), one.text("keyid"), "" if bundled else one.text("cert"))

        signatures = fields.array("signatures", signature, MAX_SIGNATURES)
        if not signatures or (bundled and len(signatures) != 1):
            raise ValueError(f"{fields.where}: {'exactly one signature is' if bundled else 'signatures are'} expected")
        envelope = cls(fields.text("payloadType"), fields.bytes("payload"), signatures)
        fields.done()
        return envelope


def pre_authentication_encoding(payload_type: str, payload: bytes) -> bytes:
    """The bytes that are signed."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def _to_json(signature: EnvelopeSignature) -> JsonObject:
    named = {"keyid": signature.key_id, "cert": signature.certificate}
    return {"sig": base64.encode(signature.signature), **{name: text for name, text in named.items() if text}}
