"""The schemas of a document: their own properties, and which ones a body reaches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gatekeeper.collect.openapi.document import Document, MalformedError, Node, escaped, extensions, pointer, size, text
from gatekeeper.collect.openapi.reachability import Reachability
from gatekeeper.model.api import Property, Schema
from gatekeeper.model.json import Json, JsonObject

# Inline schemas below these are part of the schema itself, those below the others are schemas of their own.
_BRANCHES = ("allOf", "anyOf", "oneOf", "then", "else", "dependentSchemas")
_LEADS = (
    "properties", "patternProperties", "additionalProperties", "unevaluatedProperties", "items", "prefixItems",
    "additionalItems", "unevaluatedItems", "contains",
)  # fmt: skip
_MAPS = frozenset(("properties", "patternProperties", "dependentSchemas"))
_NESTED = frozenset(("$ref", *_BRANCHES, *_LEADS))
_BOOLEANS = (None, True, False, "true", "false")  # schemas that name nothing; quoted ones are a common slip
_MAX_STEPS = 10  # from a property to the schema that says its type
_OVERHEAD = 64


class Schemas:
    """Visits schemas when something leads to them; ids are JSON pointers into the document."""

    def __init__(self, document: Document) -> None:
        self.found: dict[str, Schema] = {}
        self._document = document
        self._nodes: dict[str, Node] = {}
        self._graph = Reachability(self._visit, self.found.__contains__, document.spend)
        self.reaches = self._graph.answers

    def reach(self, roots: Sequence[Node]) -> tuple[str, ...]:
        """Keys of the ``reaches`` that together hold the ids of all schemas with properties that the roots lead to.

        Raises:
            MalformedError: a schema on the way is none, or a reference leads nowhere.
        """
        return self._graph.reach(self._ids(roots))

    def explore(self, roots: Sequence[Node]) -> None:
        """Find all schemas that the roots lead to.

        Raises:
            MalformedError: as above.
        """
        self._graph.explore(self._ids(roots))

    def _ids(self, roots: Sequence[Node]) -> list[str]:
        ids: list[str] = []
        for root in roots:
            self._lead_to(pointer(root.keys), root, ids)
        return ids

    def _lead_to(self, identity: str, node: Node, edges: list[str]) -> None:
        """Add the id of the schema that a node is or refers to, if there can be properties behind it."""
        value = node.value
        if isinstance(value, dict):
            if "$ref" in value and len(value) == 1:
                self._follow(node, edges)
            elif not _NESTED.isdisjoint(value):
                self._document.spend(_OVERHEAD + len(identity) + len(node.keys))
                self._nodes.setdefault(identity, node)
                edges.append(identity)
        elif value not in _BOOLEANS:
            raise MalformedError(node.keys, f"{pointer(node.keys)} must be a schema, not {value!r:.40}")

    def _follow(self, node: Node, edges: list[str]) -> None:
        target = self._document.target(node)
        if target is not None:
            self._lead_to_referenced(target, edges)

    def _lead_to_referenced(self, target: Node, edges: list[str]) -> None:
        if isinstance(target.value, dict):  # even a mere reference: its id keeps chains and cycles of them finite
            identity = pointer(target.keys)
            self._nodes.setdefault(identity, target)
            edges.append(identity)
        else:
            self._lead_to("", target, edges)

    def _visit(self, identity: str) -> list[str]:
        """Read a schema's own properties; its successors."""
        node = self._nodes[identity]
        properties: list[Property] = []
        edges: list[str] = []
        parts = [(identity, node)]
        while parts:
            where, part = parts.pop()
            if isinstance(part.value, dict):
                parts += self._part(where, part, properties, edges)
            else:
                self._lead_to(where, part, edges)
        if properties:
            named = len(node.keys) == 3 and node.keys[:2] == ("components", "schemas")
            schema = Schema(self._document.place(node.keys), str(node.keys[2]) if named else "", tuple(properties))
            self._document.spend(size(schema))
            self.found[identity] = schema
        return edges

    def _part(self, where: str, part: Node, properties: list[Property], edges: list[str]) -> list[tuple[str, Node]]:
        """Read the schema's object or an inline branch of it; the branches below it, the last one first."""
        self._document.spend(_OVERHEAD + len(where))
        if "$ref" in part.value:
            self._follow(part, edges)
        for identity, child in self._below(where, part, _LEADS):
            self._lead_to(identity, child, edges)
        if "properties" in part.value:
            properties += (self._property(child) for _, child in self._below(where, part, ("properties",)))
        return list(self._below(where, part, _BRANCHES))[::-1]

    def _below(self, where: str, part: Node, keywords: Sequence[str]) -> Iterator[tuple[str, Node]]:
        """Pointer and value of the schemas below the keywords; names may start with ``x-`` like any other."""
        for keyword in keywords:
            if keyword not in part.value:
                continue
            node = part.child(keyword)
            if keyword in _MAPS:
                # A list here is mostly a ``required`` that slipped in: it is no schema, and no name of a property.
                members = () if node.value == [] else self._document.mapping(node)
                children = [child for name in members if not isinstance((child := node.child(name)).value, list)]
            elif isinstance(node.value, list):
                children = self._document.items(part, keyword)
            else:
                yield f"{where}/{keyword}", node
                continue
            yield from ((f"{where}/{keyword}/{escaped(str(child.keys[-1]))}", child) for child in children)

    def _property(self, node: Node) -> Property:
        value = node.value if isinstance(node.value, dict) else {}
        facets = self.facets(node)
        return Property(
            at=self._document.place(node.keys),
            name=str(node.keys[-1]),
            types=types(facets),
            format=text(facets.get("format")),
            write_only=facets.get("writeOnly") is True,
            read_only=facets.get("readOnly") is True,
            extensions=extensions(value),
        )

    def facets(self, node: Node) -> JsonObject:
        """What a schema says about itself: behind ``$ref`` and an ``allOf`` of one, what is nearer counts more."""
        found: JsonObject = {}
        step: Node | None = node
        for _ in range(_MAX_STEPS):
            if step is None or not isinstance(step.value, dict):
                break
            for key in _FACETS:
                if key in step.value:
                    found.setdefault(key, step.value[key])
            branches = step.value.get("allOf")
            if "$ref" in step.value:
                step = self._document.target(step)
            elif isinstance(branches, list) and len(branches) == 1:
                step = step.child("allOf").child(0)
            else:
                break
        return found


# What a schema says without other schemas; examples are left out, for they may hold anything.
_FACETS = (
    "type", "format", "nullable", "enum", "const", "default", "pattern", "minLength", "maxLength", "minimum", "maximum",
    "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minItems", "maxItems", "uniqueItems", "readOnly",
    "writeOnly", "deprecated", "contentEncoding", "contentMediaType",
)  # fmt: skip


def types(facets: JsonObject) -> tuple[str, ...]:
    """Types of OpenAPI 3.0 and 3.1; ``nullable`` is the type null."""
    given: Json = facets.get("type")
    found = [given] if isinstance(given, str) else given if isinstance(given, list) else []
    names = [name for name in found if isinstance(name, str)]
    if names and facets.get("nullable") is True and "null" not in names:
        names.append("null")
    return tuple(names)
