"""Predicate types that gatekeeper writes and reads."""

from __future__ import annotations

CYCLONEDX = "https://cyclonedx.org/bom"
DECISION = "urn:gatekeeper:decision:v1"
VSA = "https://slsa.dev/verification_summary/v1"
