"""Sigstore bundles v0.1 to v0.3 alone: ``.sigstore.json``, ``.sigstore``, slsa-github-generator's ``.build.slsa``."""

from __future__ import annotations

from hashlib import sha256

from gatekeeper.formats.attestations.base import Attestation
from gatekeeper.formats.sigstore.bundle import Bundle
from gatekeeper.model.json import JsonObject


def recognises(document: JsonObject) -> bool:
    """By the material that only bundles have."""
    return "verificationMaterial" in document


def read(name: str, data: bytes, document: JsonObject) -> list[Attestation]:
    """The bundle."""
    bundle = Bundle.from_json(document)
    return [Attestation(name, f"Sigstore bundle v{bundle.version}", sha256(data).hexdigest(), bundle, closed=True)]
