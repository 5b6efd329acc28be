"""All nodes of a syntax tree."""

from __future__ import annotations

from collections.abc import Iterator

from gatekeeper.model.json import Json


def nodes(tree: Json) -> Iterator[Json]:
    """Every object of the tree but for spans, outer ones first, in the order of the text."""
    pending = [tree]
    while pending:
        node = pending.pop()
        if isinstance(node, dict):
            yield node
            pending.extend(part for key, part in reversed(node.items()) if key != "span")
        elif isinstance(node, list):
            pending.extend(reversed(node))
