"""The older shape of package-lock.json: packages nest in packages, and nothing says what the project asks for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gatekeeper.collect.lockfiles import hashes, npm_sources, shape
from gatekeeper.collect.lockfiles.entries import purl
from gatekeeper.model.json import JsonObject
from gatekeeper.model.packages import Package, PackageSource
from gatekeeper.model.place import Key, Place


@dataclass(slots=True)
class _Node:
    """One package in the tree; ``below`` are those in its own folder."""

    keys: tuple[Key, ...]
    entry: JsonObject
    above: _Node | None
    name: str
    version: str
    source: PackageSource
    purl: str
    below: dict[str, _Node]


def read(path: str, document: JsonObject) -> Iterator[Package]:
    """The packages below ``dependencies``, each at its place. Only the manifest knows which are direct."""
    root = _Node((), document, None, "", "", PackageSource("path"), "", {})
    pending = [root]
    while pending:
        node = pending.pop()
        children = shape.table(node.entry.get("dependencies"), "dependencies")
        for key, value in children.items():
            node.below[key] = _node(node, key, shape.table(value, f"dependencies.{key}"))
        pending.extend(reversed(node.below.values()))
    yield from _walk(path, root)


def _node(above: _Node, key: str, entry: JsonObject) -> _Node:
    written = shape.text(entry.get("version"), f"dependencies.{key}.version")
    name, version, source = npm_sources.from_version(shape.name(key, "dependencies"), written)
    if source is None and entry.get("bundled") is True and not entry.get("integrity"):
        source = PackageSource("path", "/".join(str(part) for part in above.keys[1::2]))
    if source is None:
        source = npm_sources.from_resolved(shape.text(entry.get("resolved"), f"dependencies.{key}.resolved"))
    keys = (*above.keys, "dependencies", key)
    return _Node(keys, entry, above, name, version, source, purl("npm", name, version, source), {})


def _walk(path: str, root: _Node) -> Iterator[Package]:
    pending = list(reversed(root.below.values()))
    while pending:
        node = pending.pop()
        pending.extend(reversed(node.below.values()))
        yield Package(
            at=Place(path, keys=node.keys),
            name=node.name,
            version=node.version,
            ecosystem="npm",
            purl=node.purl,
            direct=None if node.above is root else False,
            development=node.entry.get("dev") is True,
            hashes=hashes.from_integrity(shape.text(node.entry.get("integrity"), "integrity")),
            source=node.source,
            dependencies=tuple(sorted({need.purl for need in _needs(node)})),
        )


def _needs(node: _Node) -> Iterator[_Node]:
    requires = node.entry.get("requires")
    for name in requires if isinstance(requires, dict) else ():
        scope: _Node | None = node
        while scope is not None:
            if name in scope.below:
                yield scope.below[name]
                break
            scope = scope.above
