from __future__ import annotations

from tests.verification.trust.fixtures import instance, keys, trusting

__all__ = ["instance", "keys", "trusting"]
