"""What a signature is over."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import new as new_hash


@dataclass(frozen=True, slots=True)
class InMemory:
    """A message whose bytes are here."""

    data: bytes

    def digest(self, algorithm: str) -> bytes:
        """sha256, sha384 or sha512."""
        return new_hash(algorithm, self.data).digest()

    def content(self) -> bytes:
        """The bytes."""
        return self.data
