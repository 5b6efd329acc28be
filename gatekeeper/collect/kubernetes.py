"""Kubernetes objects in YAML streams and JSON documents: whatever has an ``apiVersion`` and a ``kind``.

Shape of objects and lists: https://kubernetes.io/docs/reference/using-api/api-concepts/#collections
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from gatekeeper.collect.base import HEAD_BYTES
from gatekeeper.collect.yaml_files import EXTENSIONS, Documents, dotted, file_name, head_text
from gatekeeper.model.infrastructure import KubernetesObject
from gatekeeper.model.json import Json, JsonObject
from gatekeeper.model.place import Place
from gatekeeper.syntax import json

_MAX_LISTS = 10  # inside one another; kubectl writes one
_KEYS = frozenset(("apiVersion", "kind"))
_PACKAGES = ("package.json", "package-lock.json")
_BOUNDARY = re.compile(r"^(?:---|\.\.\.)(?=[ \t\r\n]|\Z)", re.MULTILINE)
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
        """By both keys at the top of a document; one is enough where the other may stand behind the head."""
        name = file_name(path)
        is_json = name.endswith(".json") and name not in _PACKAGES
        if not is_json and not name.endswith(EXTENSIONS):
            return False
        if is_json:
            found = [set(json.leading_keys(head_text(head))[0]) & _KEYS]
        else:
            found = [_top_keys(document) for document in _BOUNDARY.split(head_text(head))]
        return max(map(len, found)) >= (1 if len(head) >= HEAD_BYTES else 2)

    def read(self, path: str, data: bytes) -> Sequence[object]:
        """The objects of all documents.

        Raises:
            UnreadableInput: it is neither YAML nor JSON, or a List holds what is no object.
        """
        documents = Documents(path, data)
        return [
            found
            for at, root in documents.filled
            if isinstance(root, dict)
            for found in _objects(documents, root, at, ("", ""))
        ]


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
