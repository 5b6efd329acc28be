"""Fixtures of signed artifacts."""

from tests.signed import signed, signer

__all__ = ["signed", "signer"]
