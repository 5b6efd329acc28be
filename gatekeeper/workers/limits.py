"""Bounds of a process."""

from __future__ import annotations

import sys
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """What one piece of work may take before its process is killed.

    ``memory`` is address space in bytes (enforced on Linux), None for programs that reserve more than they use.
    """

    seconds: float = 60.0
    memory: int | None = 2 << 30
    output: int = 256 << 20


def bound_memory(process_id: int, limit: int | None) -> None:
    """Bound the address space of a running process (0: this one) where the system can."""
    if limit is None or sys.platform != "linux":
        return
    import resource  # noqa: PLC0415 - not there on every platform

    resource.prlimit(process_id, resource.RLIMIT_AS, (limit, limit))
