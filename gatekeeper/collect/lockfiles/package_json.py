"""package.json: the dependencies of a JavaScript project."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gatekeeper.collect.lockfiles import addresses, shape
from gatekeeper.model.json import JsonObject
from gatekeeper.model.packages import Manifest, Requirement
from gatekeeper.model.place import Place
from gatekeeper.syntax import json

# Peer dependencies are what a library asks of those who use it, not what it takes itself.
_GROUPS = (("dependencies", False), ("optionalDependencies", False), ("devDependencies", True))


class PackageJsonReader:
    """Reads package.json."""

    name = "package.json"
    kind = "_manifest"
    version = 1
    max_bytes = 4 << 20

    def claim(self, path: str, head: bytes) -> bool:
        """Files named ``package.json``."""
        return path.rpartition("/")[2] == "package.json"

    def read(self, path: str, data: bytes) -> Sequence[Manifest]:
        """The manifest; none where the file is one of Unity's, which have the same name."""
        document = shape.table(json.load(data), "the document")
        if "unity" in document:
            return ()
        return (
            Manifest(
                at=Place(path),
                format=self.name,
                ecosystem="npm",
                name=shape.text(document.get("name"), "name"),
                version=shape.text(document.get("version"), "version"),
                requirements=tuple(_requirements(path, document)),
            ),
        )


def _requirements(path: str, document: JsonObject) -> Iterator[Requirement]:
    for group, development in _GROUPS:
        for name, value in shape.table(document.get(group), group).items():
            constraint = shape.text(value, f"{group}.{name}")
            yield Requirement(
                Place(path, keys=(group, name)), shape.name(name, group), _public(constraint), development=development
            )


def _public(constraint: str) -> str:
    """The constraint without the credentials of an address; what follows the hash sign is a commit, tag or range."""
    if constraint.startswith(("npm:", "workspace:")) or not ("://" in constraint or "@" in constraint):
        return constraint
    address, mark, ref = constraint.partition("#")
    return addresses.public(address) + mark + ref
