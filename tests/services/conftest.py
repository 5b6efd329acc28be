"""Fixtures of real services."""

from tests.services.fixtures import sigstore_stack

__all__ = ["sigstore_stack"]
