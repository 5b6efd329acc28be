"""What a gate calls itself where nobody gave it another name."""

from __future__ import annotations

VERIFIER = "urn:gatekeeper:verifier"
