"""Data files of a bundle: each is mounted under its path, ``data.json`` under its folder, as OPA's bundles do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gatekeeper.errors import EngineFailure
from gatekeeper.formats import jsonable
from gatekeeper.model.json import Json, JsonObject
from gatekeeper.policy.files import PolicyFile

MAX_DEPTH = 100  # of the document below ``data``; the embedded engine reads 128 levels, some of which are ours


def mount(file: PolicyFile) -> tuple[str, ...]:
    """The path below ``data`` that a data file is found at."""
    parts = file.path.removesuffix(".json").split("/")
    return tuple(parts[:-1] if parts[-1] == "data" else parts)


def assemble(files: Iterable[PolicyFile]) -> JsonObject:
    """One document of all data files.

    Raises:
        EngineFailure: a file is no JSON, or two files give the same value.
    """
    document: JsonObject = {}
    for file in files:
        try:
            value = load(file)
        except ValueError as error:
            raise EngineFailure(f"is no JSON: {error}", path=file.shown, hint="mend the file") from error
        put(document, mount(file), value, file.shown)
    return document


def load(file: PolicyFile) -> Json:
    """What a data file says.

    Raises:
        ValueError: it is no JSON, or nests deeper below ``data`` than the engines read.
    """
    value = jsonable.loads(file.text)
    level = [value]
    for _ in range(len(mount(file)), MAX_DEPTH):
        level = [
            child
            for item in level
            if isinstance(item, dict | list)
            for child in (item.values() if isinstance(item, dict) else item)
        ]
        if not level:
            return value
    raise ValueError(f"it nests deeper than {MAX_DEPTH} levels")


def put(document: JsonObject, path: Sequence[str], value: Json, origin: str) -> None:
    """Set a value below ``document``; objects are merged.

    Raises:
        EngineFailure: something else stands there already.
    """
    for depth, key in enumerate(path[:-1]):
        document = document.setdefault(key, {})
        if not isinstance(document, dict):
            raise _twice(origin, path[: depth + 1])
    pending = [(document, tuple(path), value)]
    while pending:
        target, where, value = pending.pop()
        if where[-1] not in target:
            target[where[-1]] = value
        elif isinstance(value, dict) and isinstance(target[where[-1]], dict):
            pending.extend((target[where[-1]], (*where, key), item) for key, item in value.items())
        else:
            raise _twice(origin, where)


def _twice(origin: str, path: Sequence[str]) -> EngineFailure:
    return EngineFailure(f"another data file gives data.{'.'.join(path)} too", path=origin, hint="keep one of them")
