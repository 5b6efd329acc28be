"""Where places are in their files: spans and snippets, once for all outputs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from gatekeeper.errors import UnreadableInput
from gatekeeper.formats import jsonable
from gatekeeper.model.json import Json
from gatekeeper.model.place import Key, Location, Place, Span
from gatekeeper.syntax.text import decode
from gatekeeper.workers import Item, Pool
from gatekeeper.workspace.masking import MASK, is_secret_name, mask_json
from gatekeeper.workspace.secret_names import masked_literal
from gatekeeper.workspace.snippets import Snippets
from gatekeeper.workspace.tree import Tree

_Finder = Callable[[bytes, Sequence[tuple[int, Sequence[Key]]]], list[Span | None]]
_Loader = Callable[[bytes], list[Json]]

_SHOWN_KEY = re.compile(r"""(?:"(?:[^"\\]|\\.)*+"|'[^']*+'|[^\s:="']++)\s*+[:=]\s*+""")
_VALUE_KEY = re.compile(r'\s*+"?(?:value|default)"?\s*+[:=]\s*+')
_NAME = re.compile(r'\s*+(?:(?:"?name"?\s*+[:=]|variable)\s*+)"([\w.-]++)"')
_REFERENCE = re.compile(r"(?:var|local|data|module|each|self)\.|[a-z]\w*\(")
_NEAR = 10  # lines around a value in which its name may stand


def locate(tree: Tree, places: Sequence[Place], hidden: Sequence[Place], pool: Pool) -> list[Location]:
    """The locations of places, in their order.

    ``hidden`` are the places of known secrets; those with a span are masked in snippets. A file that cannot be read or
    parsed any more, or breaks the parser, gives locations without what it was needed for, never an error.
    """
    files = {entry.path for entry in tree.entries}
    by_path: dict[str, list[int]] = {}
    for number, place in enumerate(places):
        if (place.keys or place.span) and place.path in files:
            by_path.setdefault(place.path, []).append(number)
    secrets: dict[str, list[Span]] = {}
    for secret in hidden:
        if secret.span is not None:
            secrets.setdefault(secret.path, []).append(secret.span)

    def items() -> Iterator[Item]:
        for path, numbers in by_path.items():
            try:
                data = tree.read(path)
            except UnreadableInput:
                continue
            arguments = {
                "path": path,
                "places": [places[number] for number in numbers],
                "hidden": secrets.get(path, []),
            }
            yield Item(path, jsonable.plain(arguments), data)

    found = [Location(place.path, place.span) for place in places]
    for outcome in pool.map("gatekeeper.workspace.locating:locate_file", items()):
        if outcome.error is None:
            for number, location in zip(by_path[outcome.name], outcome.value, strict=True):
                found[number] = jsonable.decode(Location, location)
    return found


def locate_file(arguments: Json, payload: bytes) -> Json:
    """The worker's part: the locations of ``places`` in one file.

    ``arguments`` holds ``path``, ``places`` and ``hidden`` (spans of known secrets) as plain JSON, ``payload`` is the
    file. The answer is a list of locations as plain JSON.
    """
    path: str = arguments["path"]
    places = [jsonable.decode(Place, place) for place in arguments["places"]]
    spans = [jsonable.decode(Span, span) for span in arguments["hidden"]]
    snippets = Snippets(_text(payload), spans)
    found = [place.span for place in places]
    keyed = [number for number, place in enumerate(places) if place.keys]
    secrets: list[tuple[int, Sequence[Key]]] = []
    if keyed and (syntax := _syntax(path)) is not None:
        load, find = syntax
        try:
            secrets = list(_secret_places(load(payload))) if load else []
            wanted = [(places[number].document, places[number].keys) for number in keyed]
            located = find(payload, wanted + secrets)
        except (UnreadableInput, RecursionError):
            located = []  # what is found stays what was known without parsing
        for number, span in zip(keyed, located, strict=False):
            found[number] = _deeper(places[number].span, span)
        for (_, keys), span in zip(secrets, located[len(keyed) :], strict=False):
            _hide_value(snippets, keys, span)
        if load is None:
            for number in keyed:
                _hide_named_value(snippets, found[number])
    return jsonable.plain([Location(path, span, snippets.cut(span) if span else "") for span in found])


def _text(data: bytes) -> str:
    try:
        return decode(data)
    except UnreadableInput:
        return data.decode("utf-8", "replace")


def _deeper(known: Span | None, found: Span | None) -> Span | None:
    """What was found by keys, unless it is not inside the span that was known before."""
    if known is None or found is None:
        return found or known
    return found if known.line <= found.line <= known.end_line else known


def _syntax(path: str) -> tuple[_Loader | None, _Finder] | None:
    """How to read and search a file. Imported when needed: a worker locates in one or two syntaxes."""
    name = path.rpartition("/")[2].lower()
    if name.endswith((".yaml", ".yml")):
        from gatekeeper.syntax import yaml  # noqa: PLC0415

        return yaml.load_all, yaml.find_many
    if name.endswith(".json"):
        from gatekeeper.syntax import json  # noqa: PLC0415

        return lambda data: [json.load(data)], _single(json.find_many)
    if name.endswith(".toml") or name in ("uv.lock", "poetry.lock"):
        from gatekeeper.syntax import toml  # noqa: PLC0415

        return lambda data: [toml.load(data)], _single(toml.find_many)
    if name.endswith((".tf", ".tfvars", ".hcl")):
        from gatekeeper.syntax import hcl  # noqa: PLC0415

        return None, _single(hcl.find_many)
    return None


def _single(find: Callable[[bytes, Sequence[Sequence[Key]]], list[Span | None]]) -> _Finder:
    return lambda data, places: find(data, [keys for _, keys in places])


def _secret_places(documents: Sequence[Json]) -> Iterator[tuple[int, Sequence[Key]]]:
    """Where ``mask_json`` masks a value as a whole: its own line need not show that it is a secret."""
    for ordinal, value in enumerate(documents):
        for keys in _masked_paths(value, mask_json(value)):
            yield ordinal, keys


def _hide_value(snippets: Snippets, keys: Sequence[Key], span: Span | None) -> None:
    if span is None or span.line != span.end_line:
        return
    start = span.column - 1
    if keys and isinstance(keys[-1], str):
        key = _SHOWN_KEY.match(snippets.line(span.line)[: span.end_column - 1], start)
        if key is None:
            return  # the value stands on the lines below
        start = key.end()
    snippets.hide(Span(span.line, start + 1, span.line, span.end_column))


def _masked_paths(value: Json, masked: Json) -> Iterator[tuple[Key, ...]]:
    """The paths of all scalars that became ``MASK``."""
    pending: list[tuple[tuple[Key, ...], Json, Json]] = [((), value, masked)]
    while pending:
        keys, before, after = pending.pop()
        if isinstance(before, dict):
            pending.extend(((*keys, key), item, after[key]) for key, item in before.items())
        elif isinstance(before, list):
            pending.extend(((*keys, index), item, after[index]) for index, item in enumerate(before))
        elif after == MASK and before != MASK:
            yield keys


def _hide_named_value(snippets: Snippets, span: Span | None) -> None:
    """Hide a ``value`` or ``default`` of HCL whose secret name stands elsewhere in the same block."""
    if span is None or (key := _VALUE_KEY.match(line := snippets.line(span.line))) is None:
        return
    names = (match[1] for text in _block_around(snippets, span.line) if (match := _NAME.match(text)))
    value = line[key.end() :].strip().strip('",')
    if any(map(is_secret_name, names)) and masked_literal(value) == MASK and not _REFERENCE.match(value):
        snippets.hide(Span(span.line, key.end() + 1, span.line, len(line) + 1))


def _block_around(snippets: Snippets, number: int) -> Iterator[str]:
    """The lines near a line, up to the one that opens the block and down to the one that closes it."""
    for step, border in ((-1, "{"), (1, "}")):
        for distance in range(1, _NEAR + 1):
            text = snippets.line(number + step * distance)
            yield text
            if border in text:
                break
