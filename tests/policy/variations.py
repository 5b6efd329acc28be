"""Evidence in which one of the values that the model leaves open has been replaced."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Iterator
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from gatekeeper.model.evidence import Evidence
from gatekeeper.model.json import Json, JsonObject
from gatekeeper.model.place import Key
from tests.policy.evidence_samples import EVIDENCE, PLAIN


def free_values(
    value: object = EVIDENCE, hint: Any = Evidence, path: tuple[Key, ...] = ()
) -> Iterator[tuple[Key, ...]]:
    """Paths of all values that the model leaves open: there anything may stand, also something unknown."""
    if get_origin(hint) is Annotated:
        hint = get_args(hint)[0]
    if hint is Any:
        yield from _leaves(value, path)
    elif dataclasses.is_dataclass(value):
        hints = get_type_hints(type(value), include_extras=True)
        for field in dataclasses.fields(value):
            yield from free_values(getattr(value, field.name), hints[field.name], (*path, field.name))
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from free_values(item, get_args(hint)[1], (*path, key))
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from free_values(item, get_args(hint)[0], (*path, index))


def _leaves(value: Json, path: tuple[Key, ...]) -> Iterator[tuple[Key, ...]]:
    yield path
    if isinstance(value, dict) and "$unknown" not in value:
        for key, item in value.items():
            yield from _leaves(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _leaves(item, (*path, index))


def replaced(path: tuple[Key, ...], value: Json) -> JsonObject:
    """The evidence with one value replaced."""
    evidence = copy.deepcopy(PLAIN)
    target: Json = evidence
    for key in path[:-1]:
        target = target[key]
    target[path[-1]] = value
    return evidence
