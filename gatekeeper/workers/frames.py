"""Messages between the pool and its children: a JSON header and a payload of bytes, each preceded by its length."""

from __future__ import annotations

import struct
from collections.abc import Callable

LENGTHS = struct.Struct(">IQ")


def pack(header: bytes, payload: bytes = b"") -> bytes:
    """One message."""
    return LENGTHS.pack(len(header), len(payload)) + header + payload


def receive(read_exactly: Callable[[int], bytes]) -> tuple[bytes, bytes]:
    """Header and payload of the next message; ``read_exactly`` raises EOFError where the stream has ended."""
    header, payload = LENGTHS.unpack(read_exactly(LENGTHS.size))
    return read_exactly(header), read_exactly(payload)
