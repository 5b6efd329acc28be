"""The policies and data of a run, found as OPA's loader finds them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence

from gatekeeper.conftest import golang
from gatekeeper.conftest.documents import documents
from gatekeeper.errors import EngineFailure
from gatekeeper.formats.files import read_regular
from gatekeeper.model.json import Json, JsonObject
from gatekeeper.workers import Pool

MAX_BYTES = 256 << 20
_MAX_DEPTH = 200  # folders in folders: deeper means that links go round


def read_modules(paths: Sequence[str]) -> dict[str, str]:
    """Texts of all ``.rego`` files of files and folders, tests and hidden ones too, by path.

    Raises:
        EngineFailure: a path does not exist, or there is no module.
    """
    texts: dict[str, str] = {}
    origins: dict[str, str] = {}
    for path, _ in _files(paths, lambda name: name.endswith(".rego")):
        shown = golang.name(path)
        if origins.setdefault(shown, path) != path:
            raise EngineFailure("two policies have names that only bytes tell apart", path=shown, hint="rename one")
        try:
            texts[shown] = _bytes(path).decode()
        except UnicodeDecodeError as error:
            raise EngineFailure("is not UTF-8", path=shown, hint="save it as UTF-8") from error
    if not texts:
        raise EngineFailure(
            f"no policies found in {', '.join(paths) or 'nothing'}", hint="name the folder of the .rego files: --policy"
        )
    return texts


def read_data(pool: Pool, paths: Sequence[str]) -> JsonObject:
    """The document below ``data``: JSON and YAML files, nested by folder, each path's below its ``prefix:``.

    Numbers of JSON files that would change in Python are ``golang.Literal``.

    Raises:
        EngineFailure: a path does not exist, a file cannot be read or holds no object, or two say the same.
    """
    document: JsonObject = {}
    for path, place in _files(paths, lambda name: name.lower().endswith((".json", ".yaml", ".yml"))):
        value = _read(pool, path)
        if not place and not isinstance(value, dict):
            raise EngineFailure(
                "at the root of the data, an object is expected", path=path, hint="put it into a folder"
            )
        for key in reversed(place):
            value = {key: value}
        if (clash := _merge(document, value)) is not None:
            raise EngineFailure(f"{clash} is in another data file too", path=path, hint="keep one of them")
    try:
        golang.dumps_exact(document)
    except TypeError as error:
        message = f"the data of {', '.join(paths)} are no JSON: {error}"
        raise EngineFailure(message, hint="nest them less deeply, in UTF-8") from None
    return document


def _read(pool: Pool, path: str) -> Json:
    data = _bytes(path)
    if path.endswith(".json"):
        try:
            return golang.load_exact(data.decode().removeprefix("\ufeff"))
        except ValueError as error:
            raise EngineFailure(f"is no JSON: {error}", path=path, hint="correct it") from error
    # Behind a space, conftest's separator is YAML's own again: only the first document is read.
    whole = data.replace(b"\n---\n", b"\n--- \n").replace(b"\n---\r\n", b"\n--- \r\n")
    (document,) = documents(pool, [(path, whole)], "yaml")
    if document.error is not None:
        raise EngineFailure(document.error.message, path=path, hint="correct it")
    return document.unwrap().value


def _merge(into: JsonObject, added: JsonObject) -> str | None:
    """Merge objects; the path of a key that both have with a value that is no object, None where there is none."""
    pending = [(into, added, "data")]
    while pending:
        target, source, where = pending.pop()
        for key, value in source.items():
            if key not in target:
                target[key] = value
            elif isinstance(target[key], dict) and isinstance(value, dict):
                pending.append((target[key], value, f"{where}.{key}"))
            else:
                return f"{where}.{key}"
    return None


def _files(paths: Sequence[str], wanted: Callable[[str], bool]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for path in paths:
        prefix, colon, rest = path.partition(":")
        if colon and prefix and not rest.startswith("//"):
            yield from _below(os.path.normpath(rest), tuple(prefix.split(".")), wanted, 0)
        else:
            yield from _below(os.path.normpath(path.removeprefix("file://")), (), wanted, 0)


def _below(
    path: str, place: tuple[str, ...], wanted: Callable[[str], bool], depth: int
) -> Iterator[tuple[str, tuple[str, ...]]]:
    try:
        if not os.path.isdir(path):
            os.stat(path)
            if wanted(os.path.basename(path)):
                yield path, place
            return
        if depth > _MAX_DEPTH:
            raise EngineFailure("nests too deeply", path=path, hint="is there a link that leads to a folder above it?")
        names = sorted(os.listdir(path))
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise EngineFailure(str(reason), path=path, hint="name files and folders that exist") from error
    inner = (*place, golang.name(os.path.basename(path))) if depth else place
    for name in names:
        yield from _below(os.path.join(path, name), inner, wanted, depth + 1)


def _bytes(path: str) -> bytes:
    try:
        return read_regular(path, MAX_BYTES)
    except OSError as error:
        raise EngineFailure(str(error.strerror), path=path, hint="make it readable") from error
