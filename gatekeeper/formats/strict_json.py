"""JSON of signed documents: what two parsers could read in two ways is refused."""

from __future__ import annotations

import json

from gatekeeper.model.json import Json, JsonObject

MAX_BYTES = 64 << 20


def loads(data: bytes) -> Json:
    """Parse JSON in UTF-8.

    Raises:
        ValueError: it is larger than 64 MiB, no JSON (RFC 8259), has a duplicate key or NaN, half of
            a surrogate pair, or nests too deeply.
    """
    if len(data) > MAX_BYTES:
        raise ValueError(f"larger than {MAX_BYTES} bytes")
    try:
        value = json.loads(data.decode("utf-8"), object_pairs_hook=_object, parse_constant=_constant)
        # Half of a surrogate pair is no text: it could neither be signed nor shown.
        json.dumps(value, ensure_ascii=False).encode("utf-8")
        return value
    except RecursionError:
        raise ValueError("nests too deeply") from None


def _object(pairs: list[tuple[str, Json]]) -> Json:
    result: JsonObject = {}
    for key, value in pairs:
        if key in result:
            raise ValueError(f"duplicate key {key!r:.60}")
        result[key] = value
    return result


def _constant(name: str) -> Json:
    raise ValueError(f"{name} is no JSON")
