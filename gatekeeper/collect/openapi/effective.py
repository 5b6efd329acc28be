"""Servers and security requirements, which a document gives to its paths and operations."""

from __future__ import annotations

import re
from typing import TypeAlias

from gatekeeper.collect.openapi.document import Document, MalformedError, Node, pointer, size, text
from gatekeeper.model.api import SecurityScheme, Server
from gatekeeper.model.json import Json

Requirements: TypeAlias = tuple[dict[str, list[str]], ...]

_VARIABLE = re.compile(r"\{([^{}]*)\}")
_MAX_URL = 4096


def servers(document: Document, node: Node) -> tuple[Server, ...]:
    """The node's own servers; one without an address says nothing and is left out.

    Raises:
        MalformedError: ``servers`` is no array of objects.
    """
    found = []
    for item in document.items(node, "servers"):
        value = document.mapping(item)
        if isinstance(value.get("url"), str):
            found.append(Server(document.place(item.keys), _filled_in(value["url"], value.get("variables"))))
    return tuple(found)


def _filled_in(url: str, variables: Json) -> str:
    """The address with the defaults of its variables; what has none, or would grow beyond measure, stays."""
    if not isinstance(variables, dict) or len(url) > _MAX_URL:
        return url
    defaults = {name: value.get("default") for name, value in variables.items() if isinstance(value, dict)}

    def default(match: re.Match[str]) -> str:
        value = defaults.get(match[1])
        if value is None or isinstance(value, dict | list) or len(str(value)) > _MAX_URL // 16:
            return match[0]
        return str(value).lower() if isinstance(value, bool) else str(value)

    result = _VARIABLE.sub(default, url)
    return result if len(result) <= _MAX_URL else url


def security(document: Document, node: Node) -> Requirements | None:
    """The node's own requirements: empty for explicitly none, None where it says nothing.

    Raises:
        MalformedError: ``security`` is no array of objects of arrays of strings.
    """
    if document.mapping(node).get("security") is None:
        return None
    return tuple(
        {name: _scopes(Node(scopes, (*item.keys, name))) for name, scopes in _requirement(document, item).items()}
        for item in document.items(node, "security")
    )


def _requirement(document: Document, item: Node) -> dict[str, Json]:
    if item.value is None:  # an empty requirement would let everybody in: that must be said, not left out
        raise MalformedError(item.keys, f"{pointer(item.keys)} must be an object, not null")
    return document.mapping(item)


def _scopes(node: Node) -> list[str]:
    scopes = [] if node.value is None else [node.value] if isinstance(node.value, str) else node.value
    if not isinstance(scopes, list) or not all(isinstance(scope, str) for scope in scopes):
        raise MalformedError(node.keys, f"{pointer(node.keys)} must be an array of strings")
    return scopes


def schemes(document: Document) -> dict[str, SecurityScheme]:
    """components.securitySchemes by name, without those in other files.

    Raises:
        MalformedError: one is no object, or a reference leads nowhere.
    """
    found = {}
    for name, entry in document.entries(document.root, "components", "securitySchemes"):
        node = document.resolve(entry)
        if node is None:
            continue
        value = document.mapping(node)
        found[name] = scheme = SecurityScheme(
            at=document.place(node.keys),
            type=text(value.get("type")),
            location=text(value.get("in")),
            parameter=text(value.get("name")),
            scheme=text(value.get("scheme")).lower(),
        )
        document.spend(size(scheme))
    return found
