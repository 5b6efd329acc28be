"""Fixtures of real services."""

from tests.services.fixtures import hsm, sigstore_stack

__all__ = ["hsm", "sigstore_stack"]
