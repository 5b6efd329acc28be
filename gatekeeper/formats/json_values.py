"""Values inside plain JSON whose shape nobody vouches for."""

from __future__ import annotations

from gatekeeper.model.json import Json, JsonObject


def object_at(value: Json, *keys: str) -> JsonObject:
    """The object at a path of keys.

    Raises:
        ValueError: there is none.
    """
    found = _at(value, keys)
    if not isinstance(found, dict):
        raise ValueError(f"an object is missing at {'.'.join(keys)}")
    return found


def array_at(value: Json, *keys: str) -> list[Json]:
    """The array at a path of keys, which holds something.

    Raises:
        ValueError: there is none, or it is empty.
    """
    found = _at(value, keys)
    if not isinstance(found, list) or not found:
        raise ValueError(f"an array is missing at {'.'.join(keys)}")
    return found


def text_at(value: Json, *keys: str) -> str:
    """The text at a path of keys; it may be empty.

    Raises:
        ValueError: there is none.
    """
    found = _at(value, keys)
    if not isinstance(found, str):
        raise ValueError(f"a text is missing at {'.'.join(keys)}")
    return found


def _at(value: Json, keys: tuple[str, ...]) -> Json:
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value
