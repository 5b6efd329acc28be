"""``array.flatten``."""

from __future__ import annotations

from gatekeeper.model.json import Json
from gatekeeper.policy.engines.builtins.base import Functions, sequence


def flatten(array: Json) -> Json:
    """One level of nested arrays less."""
    return [item for part in sequence(array, 1) for item in (part if isinstance(part, list) else [part])]


FUNCTIONS: Functions = {"array.flatten": flatten}
