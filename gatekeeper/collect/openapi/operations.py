"""The operations of a document, each with what is effective for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gatekeeper.collect.openapi import effective
from gatekeeper.collect.openapi.document import Document, Node, extensions, size, text
from gatekeeper.collect.openapi.messages import Messages
from gatekeeper.model.api import Operation, Server
from gatekeeper.model.json import JsonObject

_METHODS = frozenset(("get", "put", "post", "delete", "options", "head", "patch", "trace", "query"))
_OVERHEAD = 256


@dataclass(frozen=True, slots=True)
class _Inherited:
    """What a path gives to its operations, and the bytes that each of them takes of it."""

    path: str
    items: tuple[Node, ...]  # the path item, and those that it refers to
    servers: tuple[Server, ...]
    security: effective.Requirements | None
    extensions: JsonObject
    amount: int


class Operations:
    """Reads ``paths``; webhooks and callbacks, which the service calls itself, are left out."""

    def __init__(self, document: Document, messages: Messages) -> None:
        self._document = document
        self._messages = messages
        self.servers = effective.servers(document, document.root)
        self._security = effective.security(document, document.root)
        self._amount = size((self.servers, self._security))

    def read(self) -> Iterator[Operation]:
        """All operations, in the order of the file.

        Raises:
            MalformedError: something is not what OpenAPI says, or a reference leads nowhere.
        """
        for path, item in self._document.entries(self._document.root, "paths"):
            if not path.startswith("/") and not isinstance(item.value, dict):
                continue  # no path, but something that slipped in between
            inherited = self._inherited(path, item)
            for method, operation in self._methods(inherited.items):
                yield self._operation(inherited, method, operation)

    def _inherited(self, path: str, item: Node) -> _Inherited:
        items = self._chain(item)
        given = [servers for servers in (effective.servers(self._document, node) for node in items) if servers]
        merged: JsonObject = {}
        for node in reversed(items):
            merged.update(extensions(self._document.mapping(node)))
        amount = self._amount + len(path) + size((given[:1], merged))
        return _Inherited(path, items, given[0] if given else self.servers, self._security, merged, amount)

    def _chain(self, item: Node) -> tuple[Node, ...]:
        """A path item and those that its ``$ref`` leads to; what stands nearer counts more."""
        chain: dict[int, Node] = {}
        node: Node | None = item
        while node is not None and id(node.value) not in chain:
            value = self._document.mapping(node)
            chain[id(node.value)] = node
            self._document.spend(_OVERHEAD)
            node = self._document.target(node) if "$ref" in value else None
        return tuple(chain.values())

    def _methods(self, items: tuple[Node, ...]) -> Iterator[tuple[str, Node]]:
        seen = set()
        for item in items:
            for key, node in [
                *((key, node) for key, node in self._document.entries(item) if key.lower() in _METHODS),
                *self._document.entries(item, "additionalOperations"),
            ]:
                method = key.lower()
                if method not in seen:
                    seen.add(method)
                    yield method, node

    def _operation(self, inherited: _Inherited, method: str, node: Node) -> Operation:
        value = self._document.mapping(node)
        security = effective.security(self._document, node)
        own_servers = effective.servers(self._document, node)
        own_extensions = extensions(value)
        self._document.spend(_OVERHEAD + inherited.amount + size((security, own_servers, own_extensions)))
        return Operation(
            at=self._document.place(node.keys),
            path=inherited.path,
            method=method,
            operation_id=text(value.get("operationId")),
            security=inherited.security if security is None else security,
            servers=own_servers or inherited.servers,
            parameters=self._messages.parameters(*reversed(inherited.items), node),
            requests=self._messages.requests(node),
            responses=self._messages.responses(node),
            extensions={**inherited.extensions, **own_extensions},
            deprecated=value.get("deprecated") is True,
        )
