"""A document and the references inside it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, TypeAlias
from urllib.parse import unquote

from gatekeeper.formats import jsonable
from gatekeeper.model.json import Json, JsonObject
from gatekeeper.model.place import Key, Place

Keys: TypeAlias = tuple[Key, ...]

# What one document's facts may come to, in bytes of JSON. References, aliases and inherited lists repeat facts, so
# that a small hostile document could otherwise describe more than any memory holds; a policy engine takes about ten
# times as much. Real documents come to a few times their own size.
MAX_FACTS = 128 << 20

# Elsewhere the wrong kind of nothing, {} for [] or [] for {}, says nothing; here it might be meant to say something.
_STRICT = frozenset((("paths",), ("security",)))


class MalformedError(Exception):
    """The document is not what OpenAPI says it is; ``keys`` lead to the place."""

    def __init__(self, keys: Keys, message: str) -> None:
        super().__init__(message)
        self.keys = keys
        self.message = message


class Node(NamedTuple):
    """A value and the path of keys that leads to it."""

    value: Json
    keys: Keys

    def child(self, key: Key) -> Node:
        """The value below a key that exists."""
        return Node(self.value[key], (*self.keys, key))


class Document:
    """One parsed document; follows references and keeps account of how much is made out of it."""

    def __init__(self, path: str, ordinal: int, root: Json) -> None:
        self.path = path
        self.ordinal = ordinal
        self.root = Node(root, ())
        self.external: set[str] = set()
        self._file_names = ("", path.rpartition("/")[2], "./" + path.rpartition("/")[2])
        self._targets: dict[str, Node | None] = {}
        self._resolved: dict[str, Node | None] = {}
        self._anchors: dict[str, Node] | None = None
        self._spent = 0

    def place(self, keys: Keys) -> Place:
        """The place of what the keys lead to."""
        return Place(self.path, self.ordinal, keys)

    def spend(self, amount: int) -> None:
        """Count bytes of facts.

        Raises:
            MalformedError: it is too much.
        """
        self._spent += amount
        if self._spent > MAX_FACTS:
            raise MalformedError((), f"what it describes comes to more than {MAX_FACTS >> 20} MiB")

    def mapping(self, node: Node) -> JsonObject:
        """The node's object; nothing at all counts as an empty one.

        Raises:
            MalformedError: it is something else.
        """
        if node.value is None:
            return {}
        if not isinstance(node.value, dict):
            raise MalformedError(node.keys, f"{pointer(node.keys)} must be an object, not {_kind(node.value)}")
        return node.value

    def entries(self, node: Node, *keys: str) -> Iterator[tuple[str, Node]]:
        """Key and value of each member of the object behind ``keys``, extensions left out."""
        for key in keys:
            node = Node(self.mapping(node).get(key), (*node.keys, key))
        if node.value == [] and node.keys[-1:] not in _STRICT:
            return
        for key in self.mapping(node):
            if not key.startswith("x-"):
                yield key, node.child(key)

    def items(self, node: Node, key: str) -> list[Node]:
        """The elements of the array below ``key``, none where it is absent.

        Raises:
            MalformedError: it is no array.
        """
        value = self.mapping(node).get(key)
        keys = (*node.keys, key)
        if value is None or (value == {} and (key,) not in _STRICT):
            return []
        if not isinstance(value, list):
            raise MalformedError(keys, f"{pointer(keys)} must be an array, not {_kind(value)}")
        return [Node(item, (*keys, index)) for index, item in enumerate(value)]

    def resolve(self, node: Node) -> Node | None:
        """The node itself, or what its ``$ref`` leads to in the end; None outside this file, and for mere cycles.

        Raises:
            MalformedError: a reference leads nowhere.
        """
        passed: dict[str, None] = {}
        found: Node | None = node
        while found is not None and isinstance(found.value, dict) and "$ref" in found.value:
            reference = self.reference(found)
            if reference in self._resolved:
                found = self._resolved[reference]
                break
            if reference in passed:
                found = None
                break
            passed[reference] = None
            found = self.target(found)
        for reference in passed:
            self._resolved[reference] = found
        return found

    def reference(self, node: Node) -> str:
        """The text of the node's ``$ref``."""
        reference = node.value["$ref"]
        if not isinstance(reference, str):
            keys = (*node.keys, "$ref")
            raise MalformedError(keys, f"{pointer(keys)} must be a string, not {_kind(reference)}")
        return reference

    def target(self, node: Node) -> Node | None:
        """What the node's ``$ref`` leads to, one step; None outside this file."""
        reference = self.reference(node)
        if reference not in self._targets:
            self._targets[reference] = self._look_up(reference, (*node.keys, "$ref"))
        return self._targets[reference]

    def _look_up(self, reference: str, keys: Keys) -> Node | None:
        file, hash_sign, fragment = reference.partition("#")
        if file not in self._file_names or not (file or hash_sign):
            self.spend(len(reference))
            self.external.add(reference)
            return None
        fragment = unquote(fragment)
        node: Node | None = self.root
        if fragment and not fragment.startswith("/"):
            node = self._anchor(fragment)
        else:
            for token in fragment.split("/")[1:]:
                node = _step(node, token.replace("~1", "/").replace("~0", "~")) if node else None
        if node is None:
            raise MalformedError(keys, f"{pointer(keys)} leads to {reference:.200}, which does not exist")
        return node

    def _anchor(self, name: str) -> Node | None:
        if self._anchors is None:
            self._anchors = {}
            stack = [self.root]
            while stack:
                node = stack.pop()
                self.spend(len(node.keys))
                if isinstance(node.value, dict):
                    for keyword in ("$anchor", "$dynamicAnchor"):
                        if isinstance(anchor := node.value.get(keyword), str):
                            self._anchors.setdefault(anchor, node)
                    stack += [node.child(key) for key in node.value]
                elif isinstance(node.value, list):
                    stack += [node.child(index) for index in range(len(node.value))]
        return self._anchors.get(name)


def _step(node: Node, token: str) -> Node | None:
    if isinstance(node.value, dict):
        return node.child(token) if token in node.value else None
    if isinstance(node.value, list) and token.isascii() and token.isdigit() and len(token) < 10:
        return node.child(int(token)) if int(token) < len(node.value) else None
    return None


def pointer(keys: Keys) -> str:
    """The JSON pointer (RFC 6901) of a path of keys."""
    return "".join(["/" + escaped(str(key)) for key in keys])


def escaped(token: str) -> str:
    """One step of a JSON pointer."""
    return token.replace("~", "~0").replace("/", "~1")


def extensions(value: JsonObject) -> JsonObject:
    """The members of an object whose keys start with ``x-``."""
    return {key: item for key, item in value.items() if key.startswith("x-")}


def size(fact: object) -> int:
    """Bytes of a fact as JSON."""
    return len(jsonable.dumps(fact))


def text(value: Json) -> str:
    """A string, empty where it is none."""
    return value if isinstance(value, str) else ""


def _kind(value: Json) -> str:
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, list):
        return "an array"
    if isinstance(value, dict):
        return "an object"
    return "null" if value is None else f"{value!r:.40}"
