"""What registries say when they take a package in.

npm: https://github.com/npm/attestation/tree/main/specs/publish/v0.1; PyPI's statement (PEP 740) says nothing but that
its subject was published.
"""

from __future__ import annotations

from dataclasses import dataclass

from gatekeeper.formats.predicates.claims import Claims
from gatekeeper.model.json import JsonObject


@dataclass(frozen=True, slots=True)
class Publication:
    """A version of a package that a registry took in."""

    name: str
    version: str
    registry: str


def read_npm(predicate: JsonObject) -> Publication:
    """What npm's registry claims.

    Raises:
        ValueError: a field is missing or of another type.
    """
    claims = Claims(predicate)
    return Publication(claims.required("name"), claims.required("version"), claims.required("registry"))
