"""JSON of signed documents: what two parsers could read in two ways is refused."""

from __future__ import annotations

import json

from gatekeeper.model.json import Json

MAX_BYTES = 64 << 20


def loads(data: bytes) -> Json:
    """Parse JSON in UTF-8.

    Raises:
        ValueError: it is larger than 64 MiB, no JSON (RFC 8259), has a duplicate key or NaN, or nests too deeply.
    """
    if len(data) > MAX_BYTES:
        raise ValueError(f"larger than {MAX_BYTES} bytes")
    try:
        return json.loads(data.decode("utf-8"), object_pairs_hook=_object, parse_constant=_constant)
    except RecursionError:
        raise ValueError("nests too deeply") from None


def _object(pairs: list[tuple[str, Json]]) -> Json:
    result = dict(pairs)
    if len(result) != len(pairs):
        keys = [key for key, _ in pairs]
        duplicate = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"duplicate key {duplicate!r}")
    return result


def _constant(name: str) -> Json:
    raise ValueError(f"{name} is no JSON")
