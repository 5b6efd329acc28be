"""PyPI's attestation objects (PEP 740): Sigstore bundles under other names."""

from __future__ import annotations

from hashlib import sha256

from gatekeeper.formats.attestations.base import Attestation
from gatekeeper.formats.sigstore.bundle import MEDIA_TYPE, Bundle
from gatekeeper.formats.statement import PAYLOAD_TYPE
from gatekeeper.model.json import Json, JsonObject

FORMAT = "PyPI attestation (PEP 740)"


def recognises(document: JsonObject) -> bool:
    """By its material, spelled otherwise than a bundle's."""
    return "verification_material" in document


def read(name: str, data: bytes, document: JsonObject) -> list[Attestation]:
    """The attestation."""
    return [Attestation(name, FORMAT, sha256(data).hexdigest(), bundle_of(document), closed=True)]


def bundle_of(document: JsonObject) -> Bundle:
    """An attestation object as the bundle that it was made of.

    Raises:
        ValueError: a field is missing, unknown or malformed.
    """
    check_version(document)
    outer = _fields(document, "attestation", "version", "verification_material", "envelope")
    material = _fields(outer["verification_material"], "verification_material", "certificate", "transparency_entries")
    envelope = _fields(outer["envelope"], "envelope", "statement", "signature")
    return Bundle.from_json(
        {
            "mediaType": MEDIA_TYPE,
            "verificationMaterial": {
                "certificate": {"rawBytes": material["certificate"]},
                "tlogEntries": material["transparency_entries"],
            },
            "dsseEnvelope": {
                "payload": envelope["statement"],
                "payloadType": PAYLOAD_TYPE,
                "signatures": [{"sig": envelope["signature"]}],
            },
        }
    )


def check_version(document: JsonObject) -> None:
    """Raises ValueError: it is not of version 1, as a number or, in older files, as a text."""
    version = document.get("version")
    if isinstance(version, bool | float) or version not in (1, "1"):
        raise ValueError(f"version {version!r:.40} of PyPI's attestations is not supported, only 1")


def _fields(value: Json, where: str, *names: str) -> JsonObject:
    if not isinstance(value, dict) or set(value) != set(names):
        raise ValueError(f"{where}: an object with exactly {', '.join(names)} is expected")
    return value
