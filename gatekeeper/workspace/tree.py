"""What is inspected: a list of files with their bytes, wherever they come from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from gatekeeper.model.coverage import CoveredFile

MAX_FILES = 500_000
MAX_FILE_BYTES = 32 << 20  # readers and scanners see files up to this size; many set lower bounds of their own


@dataclass(frozen=True, slots=True)
class Entry:
    """A regular file of a tree. ``path`` is printable: bytes that are not UTF-8 and control characters are escaped."""

    path: str
    size: int
    executable: bool = False


class Tree(Protocol):
    """A list of files. Its limits and ignore rules have been applied once; what was left out stands in ``excluded``."""

    @property
    def root(self) -> Path | None:
        """The folder it was read from, None where there is none."""
        ...

    @property
    def entries(self) -> Sequence[Entry]:
        """All files that were not left out, sorted by path."""
        ...

    @property
    def excluded(self) -> Sequence[CoveredFile]:
        """All files and folders that were left out, sorted by path."""
        ...

    def read(self, path: str, limit: int = MAX_FILE_BYTES) -> bytes:
        """The bytes of a file of ``entries``.

        Raises:
            UnreadableInput: it is larger than ``limit`` bytes, or the system refuses to read it.
        """
        ...

    def head(self, path: str, size: int) -> bytes:
        """The first ``size`` bytes of a file, however large it is."""
        ...

    def sha256(self, path: str) -> str:
        """Digest of a file in hex, however large it is."""
        ...
