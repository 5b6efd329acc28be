"""Fixtures of signed artifacts, and of the services that take part in signing."""

from tests.services.fixtures import hsm, sigstore_stack
from tests.signed import signed, signer

__all__ = ["hsm", "signed", "signer", "sigstore_stack"]
