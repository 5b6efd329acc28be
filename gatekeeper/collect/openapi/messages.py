"""What goes over the wire: parameters, request bodies and responses."""

from __future__ import annotations

from typing import TypeVar

from gatekeeper.collect.openapi.document import Document, Keys, Node, extensions, size, text
from gatekeeper.collect.openapi.schemas import Schemas
from gatekeeper.model.api import Body, Parameter, Response
from gatekeeper.model.json import JsonObject

T = TypeVar("T")

_SCHEMAS = ("schema", "itemSchema")


class Messages:
    """Reads each definition once, however many operations refer to it."""

    def __init__(self, document: Document, schemas: Schemas) -> None:
        self._document = document
        self._schemas = schemas
        self._parameters: dict[Keys, tuple[Parameter, int]] = {}
        self._requests: dict[Keys, tuple[tuple[Body, ...], int]] = {}
        self._responses: dict[tuple[Keys, str], tuple[Response, int]] = {}

    def parameters(self, *nodes: Node) -> tuple[Parameter, ...]:
        """Parameters of path items and operations, the nearest last: it replaces what has its name and location."""
        found: dict[tuple[str, str], Parameter] = {}
        for node in nodes:
            for item in self._document.items(node, "parameters"):
                definition = self._document.resolve(item)
                if definition is not None:
                    parameter = self._parameter(definition)
                    found[parameter.name, parameter.location] = parameter
        return tuple(found.values())

    def _parameter(self, node: Node) -> Parameter:
        if node.keys not in self._parameters:
            value = self._document.mapping(node)
            parameter = Parameter(
                at=self._document.place(node.keys),
                name=text(value.get("name")),
                location=text(value.get("in")),
                required=value.get("required") is True,
                schema=self._parameter_schema(node),
            )
            self._parameters[node.keys] = parameter, size(parameter)
        parameter, amount = self._parameters[node.keys]
        self._document.spend(amount)
        return parameter

    def _parameter_schema(self, node: Node) -> JsonObject:
        value = self._document.mapping(node)
        if "schema" in value:
            schema = node.child("schema")
        else:
            media_type = next((media for _, media in self._document.entries(node, "content")), None)
            media_type = media_type and self._document.resolve(media_type)
            if media_type is None or "schema" not in self._document.mapping(media_type):
                return {}
            schema = media_type.child("schema")
        own = extensions(schema.value) if isinstance(schema.value, dict) else {}
        return {**self._schemas.facets(schema), **own}

    def requests(self, operation: Node) -> tuple[Body, ...]:
        """The operation's request bodies."""
        if self._document.mapping(operation).get("requestBody") is None:
            return ()
        node = self._document.resolve(operation.child("requestBody"))
        if node is None:
            return ()
        if node.keys not in self._requests:
            self._requests[node.keys] = self._bodies(node)
        bodies, amount = self._requests[node.keys]
        self._document.spend(amount)
        return bodies

    def responses(self, operation: Node) -> tuple[Response, ...]:
        """The operation's responses; one in another file is known by its status alone."""
        return tuple(
            self._response(status, item, self._document.resolve(item))
            for status, item in self._document.entries(operation, "responses")
        )

    def _response(self, status: str, item: Node, definition: Node | None) -> Response:
        node = definition or Node(None, item.keys)
        key = (node.keys, status)
        if key not in self._responses:
            headers = []
            for name, header in self._document.entries(node, "headers"):
                self._document.resolve(header)
                headers.append(name.lower())
            bodies, amount = self._bodies(node)
            place = self._document.place(node.keys)
            response = Response(place, status, tuple(headers), bodies)
            self._responses[key] = response, amount + size((place, status, headers))
        response, amount = self._responses[key]
        self._document.spend(amount)
        return response

    def _bodies(self, node: Node) -> tuple[tuple[Body, ...], int]:
        """The bodies of a request or response, and their size."""
        bodies = []
        for media_type, entry in self._document.entries(node, "content"):
            media = self._document.resolve(entry) or Node(None, entry.keys)
            value = self._document.mapping(media)
            reach = self._schemas.reach([media.child(key) for key in _SCHEMAS if key in value])
            bodies.append(Body(self._document.place(media.keys), media_type, reach))
        return tuple(bodies), size(bodies)
