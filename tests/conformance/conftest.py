"""The private Sigstore, for signing."""

from __future__ import annotations

from tests.services.fixtures import sigstore_stack

__all__ = ["sigstore_stack"]
