"""What a reader is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

HEAD_BYTES = 1 << 16  # what ``claim`` may look at


class Reader(Protocol):
    """One file format: decides whether it knows a file, and turns its bytes into facts.

    Readers are pure: same path and bytes, same facts. They never open a path, so that a file may come from a folder,
    a git object or an archive, and facts may be kept by digest and ``version``.
    """

    @property
    def name(self) -> str:
        """Name of the format, unique, e.g. ``uv.lock``."""
        ...

    @property
    def kind(self) -> str:
        """Kind of evidence that its facts belong to: a field of ``model.evidence.Evidence`` or, with a leading
        underscore, raw facts that only an analyzer reads.
        """
        ...

    @property
    def version(self) -> int:
        """Raised whenever the facts of the same bytes change."""
        ...

    @property
    def max_bytes(self) -> int:
        """Larger files are refused."""
        ...

    def claim(self, path: str, head: bytes) -> bool:
        """Whether this is its format, judged by the path and the first ``HEAD_BYTES`` bytes."""
        ...

    def read(self, path: str, data: bytes) -> Sequence[object]:
        """The facts of a file: dataclasses or plain JSON, one an item of evidence.

        Raises:
            UnreadableInput: it is not what it claims to be; message, line and column say why and where.
        """
        ...
