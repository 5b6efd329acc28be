"""What a verification proved."""

from __future__ import annotations

from dataclasses import dataclass

from gatekeeper.model.json import JsonObject


@dataclass(frozen=True, slots=True)
class Verification:
    """The three signed predicates about an artifact, and the bundles that they stand in."""

    name: str
    sha256: str
    key: str
    summary: JsonObject
    decision: JsonObject
    sbom: JsonObject
    bundles: tuple[str, ...]
