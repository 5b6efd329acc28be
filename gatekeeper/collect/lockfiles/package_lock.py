"""package-lock.json and npm-shrinkwrap.json, lockfileVersion 1, 2 and 3.

Follows https://docs.npmjs.com/cli/configuring-npm/package-lock-json. Version 2 holds both shapes; ``packages`` counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from gatekeeper.collect.lockfiles import hashes, npm_sources, package_lock_v1, shape
from gatekeeper.collect.lockfiles.entries import lockfile, purl
from gatekeeper.errors import UnreadableInput
from gatekeeper.model.json import Json, JsonObject
from gatekeeper.model.packages import Lockfile, Package, PackageSource
from gatekeeper.model.place import Place
from gatekeeper.syntax import json

_FOLDER = "node_modules/"
_MAX_LEVELS = 64  # real trees nest some fifteen folders deep; each level costs a lookup for each dependency
_INSTALLED = ("dependencies", "optionalDependencies", "peerDependencies")


class PackageLockReader:
    """Reads the lockfiles of npm."""

    name = "package-lock.json"
    kind = "_lockfile"
    version = 1
    max_bytes = 32 << 20

    def claim(self, path: str, head: bytes) -> bool:
        """Files named ``package-lock.json`` or ``npm-shrinkwrap.json``."""
        return path.rpartition("/")[2] in ("package-lock.json", "npm-shrinkwrap.json")

    def read(self, path: str, data: bytes) -> Sequence[Lockfile]:
        """The locked packages; a package in several folders is there several times, each at its own place."""
        document = shape.table(json.load(data), "the document")
        version = document.get("lockfileVersion", 1)
        if version not in (1, 2, 3) or isinstance(version, bool):
            raise UnreadableInput(f"lockfileVersion {version!r:.20} is not known", hint="versions 1, 2 and 3 are read")
        if "packages" in document:
            packages = _Installed(path, shape.table(document["packages"], "packages")).packages()
        elif version == 3:
            raise UnreadableInput("has no `packages`", hint="run npm install")
        else:
            packages = package_lock_v1.read(path, document)
        return (lockfile(Place(path), self.name, "npm", list(packages), complete=True),)


class _Installed:
    """The ``packages`` of a lockfile: folders and what is installed in them."""

    def __init__(self, path: str, folders: Mapping[str, Json]) -> None:
        self._path = path
        self._folders = {folder: shape.table(value, f"packages.{folder}") for folder, value in folders.items()}
        for folder in self._folders:
            if folder.count("/") > 2 * _MAX_LEVELS:
                raise UnreadableInput(f"packages: {folder!r:.60} nests deeper than {_MAX_LEVELS} levels")
        # name -> folder whose node_modules has it -> the entry
        self._holders: dict[str, dict[str, str]] = {}
        for folder in filter(_is_installed, self._folders):
            holder, _, name = f"/{folder}".rpartition(f"/{_FOLDER}")
            self._holders.setdefault(name, {})[holder.lstrip("/")] = folder
        self._names = {folder: self._name(folder) for folder in self._folders if folder}
        self._sources = {folder: self._source(folder) for folder in self._names}
        self._purls = {
            folder: purl("npm", name, self._version(folder), self._sources[folder])
            for folder, name in self._names.items()
        }

    def packages(self) -> Iterator[Package]:
        """All but the root and the links, whose targets are entries of their own."""
        direct = {
            target
            for folder, entry in self._folders.items()
            if _is_project(folder)
            for target in self._needs(folder, entry, (*_INSTALLED, "devDependencies"))
        }
        for folder, name in self._names.items():
            entry = self._folders[folder]
            if entry.get("link") is True and self._target(folder) in self._folders:
                continue
            yield Package(
                at=Place(self._path, keys=("packages", folder)),
                name=name,
                version=self._version(folder),
                ecosystem="npm",
                purl=self._purls[folder],
                direct=folder in direct or _is_project(folder) if "" in self._folders else None,
                development=entry.get("dev") is True,
                hashes=hashes.from_integrity(shape.text(entry.get("integrity"), f"packages.{folder}.integrity")),
                source=self._sources[folder],
                dependencies=tuple(sorted({self._purls[need] for need in self._needs(folder, entry, _INSTALLED)})),
            )

    def _name(self, folder: str) -> str:
        entry = self._folders[folder]
        own = f"/{folder}".rpartition(f"/{_FOLDER}" if _is_installed(folder) else "/")[2]
        return shape.name(entry.get("name") or own, f"packages.{folder}.name")

    def _version(self, folder: str) -> str:
        return shape.text(self._folders[folder].get("version"), f"packages.{folder}.version")

    def _target(self, folder: str) -> str:
        return shape.text(self._folders[folder].get("resolved"), f"packages.{folder}.resolved")

    def _source(self, folder: str) -> PackageSource:
        entry = self._folders[folder]
        if not _is_installed(folder):
            return PackageSource("path", folder)
        if entry.get("link") is True:
            return PackageSource("path", self._target(folder))
        if entry.get("inBundle") is True and not entry.get("integrity"):
            # It comes inside the archive of the package above, whose hash covers it.
            return PackageSource("path", folder.rpartition("/" + _FOLDER)[0])
        return npm_sources.from_resolved(self._target(folder))

    def _needs(self, folder: str, entry: JsonObject, groups: Sequence[str]) -> Iterator[str]:
        """The folders that the dependencies of ``folder`` resolve to; npm leaves optional ones out at times."""
        way_up = _way_up(folder)
        for group in groups:
            for name in shape.table(entry.get(group), f"packages.{folder}.{group}"):
                # As Node does: the nearest node_modules on the way up that has it.
                holders = self._holders.get(name, {})
                found = next((holders[above] for above in way_up if above in holders), None)
                if found is not None:
                    yield self._linked(found)

    def _linked(self, folder: str) -> str:
        """The entry that a link leads to, where there is one."""
        target = self._target(folder) if self._folders[folder].get("link") is True else ""
        return target if target in self._names else folder


def _way_up(folder: str) -> Sequence[str]:
    """The folders whose ``node_modules`` Node looks into, the nearest first."""
    found = [folder]
    while folder:
        if _is_installed(folder):
            folder = f"/{folder}".rpartition(f"/{_FOLDER}")[0].lstrip("/")
        else:
            folder = folder.rpartition("/")[0]
        found.append(folder)
    return found


def _is_installed(folder: str) -> bool:
    return folder.startswith(_FOLDER) or f"/{_FOLDER}" in folder


def _is_project(folder: str) -> bool:
    """Whether it is the project itself or one of its workspaces."""
    return not _is_installed(folder)
