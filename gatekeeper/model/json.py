"""The type of plain JSON data."""

from __future__ import annotations

from typing import Any, TypeAlias

# Recursive aliases cost more in casts than they catch: the shapes that matter are dataclasses.
Json: TypeAlias = Any
JsonObject: TypeAlias = dict[str, Any]

UNKNOWN = "$unknown"


def unknown(expression: str) -> JsonObject:
    """A value that cannot be known before run time, e.g. ``{"$unknown": "var.region"}``."""
    return {UNKNOWN: expression}
