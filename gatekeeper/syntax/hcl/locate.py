"""From paths of keys to places in HCL's native syntax."""

from __future__ import annotations

from collections.abc import Sequence

from gatekeeper.model.json import Json, JsonObject
from gatekeeper.model.place import Key, Span
from gatekeeper.syntax.hcl.parser import parse
from gatekeeper.syntax.hcl.source import Source


def find_many(data: bytes, key_paths: Sequence[Sequence[str | int]]) -> list[Span | None]:
    """The place of each path of keys (see ``model.place.Place``), as deep as the source goes.

    A block's place is its header, that of an attribute or an element reaches to the end of its value where both are
    on one line, else to the end of its first line. ``("ingress", n)`` leads into a ``dynamic "ingress"`` where there
    are not more than n plain blocks: generated blocks count behind the plain ones. None: not even the first key exists.

    Raises:
        UnreadableInput: the bytes are no HCL.
    """
    finder = _Finder(Source(data), parse(data))
    return [finder.find(keys) for keys in key_paths]


class _Finder:
    def __init__(self, source: Source, body: JsonObject) -> None:
        self._source = source
        self._body = body
        self._indexes: dict[int, dict[tuple[str, ...], list[JsonObject]]] = {}
        self._objects: dict[int, dict[str, int]] = {}

    def find(self, keys: Sequence[Key]) -> Span | None:
        body, place, number = self._body, None, 0
        while number < len(keys) and isinstance(name := keys[number], str):
            if name in body["attributes"]:
                return self._span(*self._inside(body["attributes"][name], body["places"][name], keys[number + 1 :]))
            block, number = self._block(body, keys, number)
            if block is None:
                break
            body, place = block, block["place"]
            if block["type"] == "dynamic" and name != "dynamic":
                body = next((inner for inner in block["blocks"] if inner["type"] == "content"), body)
        return None if place is None else self._span(*place)

    def _block(self, body: JsonObject, keys: Sequence[Key], number: int) -> tuple[JsonObject | None, int]:
        """The block that the keys name from ``number`` on, and the number of the key behind its own."""
        index = self._indexes.get(id(body))
        if index is None:
            index = self._indexes[id(body)] = {}
            for block in body["blocks"]:
                index.setdefault((block["type"], *block["labels"]), []).append(block)
        names: list[str] = []
        for key in keys[number : number + 1 + _MOST_LABELS]:
            if not isinstance(key, str):
                break
            names.append(key)
        while names:
            plain, dynamic = index.get(tuple(names), []), index.get(("dynamic", names[0]), [])
            behind = number + len(names)
            if plain or (dynamic and len(names) == 1):
                ordinal = 0
                if behind < len(keys) and isinstance(given := keys[behind], int):
                    ordinal, behind = given, behind + 1
                if 0 <= ordinal < len(plain):
                    return plain[ordinal], behind
                if dynamic and len(names) == 1 and ordinal >= 0:
                    return dynamic[min(ordinal - len(plain), len(dynamic) - 1)], behind
                return None, behind
            names.pop()
        return None, number

    def _inside(self, expression: JsonObject, place: Sequence[int], keys: Sequence[Key]) -> Sequence[int]:
        for key in keys:
            while expression["node"] == "call" and expression["name"] == "jsonencode" and expression["arguments"]:
                expression = expression["arguments"][0]  # a rule reads the JSON text as the object that it is made of
            position = self._position(expression, key)
            if position is None:
                break
            place = expression["places"][2 * position : 2 * position + 2]
            expression = expression["values" if expression["node"] == "object" else "items"][position]
        return place

    def _position(self, expression: JsonObject, key: Key) -> int | None:
        if isinstance(key, int):
            known = expression["node"] == "tuple" and 0 <= key < len(expression["items"])
            return key if known else None
        if expression["node"] != "object":
            return None
        index = self._objects.get(id(expression))
        if index is None:
            keys: list[Json] = [name["value"] if name["node"] == "literal" else None for name in expression["keys"]]
            index = self._objects[id(expression)] = {name: number for number, name in enumerate(keys)}
        return index.get(key)

    def _span(self, start: int, end: int) -> Span:
        return self._source.span(start, min(end, self._source.line_end(start)))


_MOST_LABELS = 3  # Terraform's blocks have two at most
