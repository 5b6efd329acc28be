"""Bare DSSE envelopes: Google's verification summaries, and slsa-github-generator's ``.intoto.jsonl``.

The latter carry the signer's certificate, but neither log entry nor timestamp: nothing tells when they were signed.
"""

from __future__ import annotations

from hashlib import sha256

from gatekeeper.formats.attestations.base import Attestation
from gatekeeper.formats.dsse import Envelope
from gatekeeper.formats.fields import Fields
from gatekeeper.model.json import JsonObject


def recognises(document: JsonObject) -> bool:
    """By payload and signatures."""
    return "payload" in document and "signatures" in document


def read(name: str, data: bytes, document: JsonObject) -> list[Attestation]:
    """The envelope."""
    envelope = Envelope.from_fields(Fields(document, "envelope"), bundled=False)
    certified = any(signature.certificate for signature in envelope.signatures)
    kind = "DSSE envelope with certificate" if certified else "DSSE envelope"
    return [Attestation(name, kind, sha256(data).hexdigest(), envelope)]
