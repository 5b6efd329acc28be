"""Layers of cosign's old tags as files: an OCI descriptor with the layer's bytes in ``data`` (image specification 1.1).

The layer alone would not do: signature, certificate and log entry stand in its annotations.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gatekeeper.formats import base64, jsonable
from gatekeeper.formats.attestations import cosign_layer
from gatekeeper.formats.attestations.base import Attestation
from gatekeeper.model.json import JsonObject

if TYPE_CHECKING:
    from gatekeeper.formats.oci import Descriptor

SUFFIX = ".cosign.attestation"
_FIELDS = frozenset({"mediaType", "digest", "size", "annotations", "data"})


def recognises(document: JsonObject) -> bool:
    """By its content, and what describes it."""
    return "data" in document and "mediaType" in document and "digest" in document


def read(name: str, data: bytes, document: JsonObject) -> list[Attestation]:
    """The signature or attestation."""
    from gatekeeper.formats import oci  # noqa: PLC0415 - those who verify files do not wait for it

    descriptor = oci.descriptor(document, "descriptor")
    if unknown := document.keys() - _FIELDS:
        raise ValueError(f"descriptor: unknown field {min(unknown)!r:.60}")
    embedded = document["data"]
    if not isinstance(embedded, str):
        raise ValueError("data: a text is expected")
    layer = base64.decode(embedded)
    if len(layer) != descriptor.size or oci.digest_of(layer, descriptor.digest) != descriptor.digest:
        raise ValueError("data: not of the size and digest that stand beside it")
    return [cosign_layer.read(name, layer, descriptor.annotations)]


def encode(layer: Descriptor, data: bytes) -> bytes:
    """The file of a layer."""
    return jsonable.dumps({**layer.to_json(), "data": base64.encode(data)})
