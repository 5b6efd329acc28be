"""Kubernetes objects in YAML streams and JSON documents: whatever has an ``apiVersion`` and a ``kind``.

Shape of objects and lists: https://kubernetes.io/docs/reference/using-api/api-concepts/#collections
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from gatekeeper.collect.base import HEAD_BYTES
from gatekeeper.collect.spelling import documents, escaped, hidden, is_cut, with_line_feeds
from gatekeeper.collect.yaml_files import EXTENSIONS, Documents, dotted, file_name, head_text
from gatekeeper.errors import UnreadableInput
from gatekeeper.model.infrastructure import KubernetesObject
from gatekeeper.model.json import Json, JsonObject
from gatekeeper.model.place import Place
from gatekeeper.syntax import json

_MAX_LISTS = 10  # inside one another; kubectl writes one
_KEYS = frozenset(("apiVersion", "kind"))
_PACKAGES = ("package.json", "package-lock.json", "npm-shrinkwrap.json")
_SECOND_OBJECT = re.compile(r"\}\s*+\{")
_OPENAPI = re.compile(r"^[ \t]*+[\"']?openapi[\"']?[ \t]*+:", re.MULTILINE)
_LATE_OPENAPI = "is an OpenAPI document that was not recognised: write openapi as the first key of the file"
_CONTENT = re.compile(r"^([ \t]*+)(?=[^\r\n#%])", re.MULTILINE)
_BLOCK_KEY = re.compile(r"^([ \t]*+)([\"']?)(apiVersion|kind)\2[ \t]*+:(?=\s|\Z)", re.MULTILINE)
_FLOW_KEY = re.compile(r"[{,]\s*+([\"']?)(apiVersion|kind)\1\s*+:")


class KubernetesReader:
    """Every document with a string ``apiVersion`` and ``kind`` is an object; other documents of a stream are none.

    Lists are unrolled as kubectl does it: whatever its kind, an object with objects below ``items`` stands for them,
    and items of a typed list need not say what they are (a PodList holds Pods).
    """

    name = "kubernetes"
    kind = "kubernetes"
    version = 1
    max_bytes = 32 << 20

    def claim(self, path: str, head: bytes) -> bool:
        """By both keys at the top of a document, or by the suspicion that they are there.

        Keys may be written so that only a parser knows them, or stand behind the head.
        """
        if not _is_candidate(path):
            return False
        text = head_text(head)
        return is_sure(path, head) or (_may_follow(path, text) if is_cut(head) else _is_suspect(path, text))

    def read(self, path: str, data: bytes) -> Sequence[object]:
        """The objects of all documents; nothing where a suspicion proves wrong.

        Raises:
            UnreadableInput: it is neither YAML nor JSON, a List holds what is no object, or an OpenAPI document
                begins where it was not seen.
        """
        sure = is_sure(path, data[:HEAD_BYTES])
        if not sure and not _is_worth_parsing(path, head_text(data)):
            return []
        stream = Documents(path, data)
        objects = [
            found
            for at, root in stream.filled
            if isinstance(root, dict)
            for found in _objects(stream, root, at, ("", ""))
        ]
        for at, root in stream.filled:
            if isinstance(root, dict) and str(root.get("openapi")).startswith("3."):
                raise stream.refusal(at.below("openapi"), _LATE_OPENAPI)
        return objects


def is_sure(path: str, head: bytes) -> bool:
    """Whether both keys stand at the top of a document in the beginning of a file, for everyone to see.

    One is enough where the file is longer.
    """
    if not _is_candidate(path):
        return False
    text = head_text(head)
    needed = 1 if is_cut(head) else 2
    if _is_json(path, text):
        return len(_json_keys(text)[0] & _KEYS) >= needed
    return max(len(_top_keys(document)) for document in documents(with_line_feeds(text))) >= needed


def _is_candidate(path: str) -> bool:
    name = file_name(path)
    return name.endswith((*EXTENSIONS, ".json")) and path.rpartition("/")[2] not in _PACKAGES


def _is_json(path: str, text: str) -> bool:
    """Whether a file is JSON; kubectl reads YAML below the same name."""
    return path.lower().endswith(".json") and text.lstrip()[:1] in ("{", "[")


def _may_follow(path: str, text: str) -> bool:
    """Whether the keys may stand behind the beginning of a longer file."""
    if path.lower().endswith(".json"):
        return not text.lstrip().startswith("[")
    return True


def _is_suspect(path: str, text: str) -> bool:
    """Whether only a parser can tell if a file that is here as a whole has the keys."""
    if not _is_json(path, text):
        return hidden(with_line_feeds(text), _KEYS)
    keys, is_whole = _json_keys(text)
    if _SECOND_OBJECT.search(text) is None and (is_whole or not keys):
        return False
    return all(key in text or escaped(key).search(text) for key in _KEYS)


def _is_worth_parsing(path: str, text: str) -> bool:
    """The same for a whole file, in which OpenAPI is looked for as well."""
    if _is_suspect(path, text):
        return True
    if _is_json(path, text):
        found = _json_keys(text)[0]
        return found >= _KEYS or "openapi" in found
    text = with_line_feeds(text)
    if _OPENAPI.search(text) or hidden(text, ("openapi",)):
        return True
    return any(_top_keys(part) == _KEYS for part in documents(text))


def _json_keys(text: str) -> tuple[set[str], bool]:
    keys, is_whole = json.leading_keys(text)
    return {_unescaped(key) for key in keys}, is_whole


def _unescaped(key: str) -> str:
    if "\\" not in key:
        return key
    try:
        return str(json.load(f'"{key}"'.encode()))
    except UnreadableInput:
        return key


def _objects(
    documents: Documents, manifest: JsonObject, at: Place, inherited: tuple[str, str]
) -> Iterator[KubernetesObject]:
    """The object or, instead of it, those below its ``items``; nothing where it is none.

    ``inherited``: apiVersion and kind of items that name none.
    """
    api_version = _text(manifest.get("apiVersion")) or inherited[0]
    kind = _text(manifest.get("kind")) or inherited[1]
    if not (api_version and kind):
        return
    value = manifest.get("items")
    items = value if isinstance(value, list) else []
    is_list = kind.endswith("List") and isinstance(value, list)
    of_items = (api_version, kind.removesuffix("List")) if is_list and kind != "List" else ("", "")
    if items and at.keys.count("items") >= _MAX_LISTS:
        raise documents.refusal(at, f"lists of objects nest deeper than {_MAX_LISTS} levels")
    unrolled = is_list and not items
    for index, item in enumerate(items):
        place = at.below("items", index)
        if isinstance(item, dict) and _is_object(item, of_items):
            unrolled = True
            yield from _objects(documents, item, place, of_items)
        elif kind == "List" and item is not None:
            raise documents.refusal(place, f"{dotted(place.keys)} is no object: it needs an apiVersion and a kind")
    if not unrolled:
        yield _object(manifest, at, api_version, kind)


def _is_object(item: JsonObject, inherited: tuple[str, str]) -> bool:
    return bool((_text(item.get("apiVersion")) or inherited[0]) and (_text(item.get("kind")) or inherited[1]))


def _object(manifest: JsonObject, at: Place, api_version: str, kind: str) -> KubernetesObject:
    metadata = manifest.get("metadata")
    named = metadata if isinstance(metadata, dict) else {}
    return KubernetesObject(
        at=at,
        api_version=api_version,
        kind=kind,
        name=_text(named.get("name")) or _text(named.get("generateName")),
        namespace=_text(named.get("namespace")),
        manifest=manifest,
    )


def _text(value: Json) -> str:
    return value if isinstance(value, str) else ""


def _top_keys(document: str) -> set[str]:
    """Those of the two keys that stand at the top of a YAML document; in flow style, those that stand anywhere."""
    first = _CONTENT.search(document)
    if first is None:
        return set()
    if document.startswith("{", first.end()):
        return {match[2] for match in _FLOW_KEY.finditer(document)}
    return {match[3] for match in _BLOCK_KEY.finditer(document) if match[1] == first[1]}
