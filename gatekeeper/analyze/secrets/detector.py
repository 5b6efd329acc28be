"""What a detector is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol

from gatekeeper.analyze.secrets.gates import Gate


class Certainty(IntEnum):
    """How a detector knows. Of findings that overlap, the one of the highest certainty is kept."""

    ENTROPY = 0  # the value looks random
    NAME = 1  # the name that it is assigned to
    FORMAT = 2  # the format of the file that it stands in
    SHAPE = 3  # the value has the shape of one issuer's tokens


@dataclass(frozen=True, slots=True)
class Hit:
    """A secret in a line: offsets of its first character and behind its last one, and its name where that is known."""

    start: int
    end: int
    key: str | None = None


class Detector(Protocol):
    """Finds secrets of one kind in single lines."""

    @property
    def name(self) -> str:
        """What kind of secret, e.g. ``AWS Access Key``."""
        ...

    @property
    def certainty(self) -> Certainty:
        """How it knows."""
        ...

    def gate(self, path: str) -> Gate | None:
        """What lines of this file must contain; None where it has nothing to look for in the file."""
        ...

    def find(self, line: str, path: str) -> Iterator[Hit]:
        """All secrets in a line, in any order."""
        ...
