"""PyPI's provenance documents (PEP 740): all attestations of a file, by publisher.

The publisher beside them is a claim of the index; who signed stands in the certificates.
"""

from __future__ import annotations

from gatekeeper.formats.attestations import wrapped
from gatekeeper.formats.attestations.base import Attestation
from gatekeeper.formats.attestations.pypi_attestation import bundle_of, check_version
from gatekeeper.model.json import JsonObject


def recognises(document: JsonObject) -> bool:
    """By its one name for bundles of attestations."""
    return "attestation_bundles" in document


def read(name: str, data: bytes, document: JsonObject) -> list[Attestation]:
    """Each attestation of each publisher."""
    check_version(document)
    groups = wrapped.members(document, "attestation_bundles", "version")
    members = [one for group in groups for one in wrapped.objects(group.get("attestations"), "attestations")]
    return wrapped.each(name, members, _member)


def _member(name: str, member: JsonObject) -> Attestation:
    return Attestation(name, "PyPI provenance (PEP 740)", wrapped.digest(member), bundle_of(member))
