"""Packages: joins manifests with the lockfiles that pin them, and go.mod with its hashes in go.sum."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from gatekeeper.analyze.base import Analysis, Context
from gatekeeper.formats import jsonable
from gatekeeper.model.coverage import Gap
from gatekeeper.model.json import Json
from gatekeeper.model.packages import Lockfile, Manifest, Package, Packages

KIND = "packages"

# By ecosystem: lockfiles in the folder of the manifest, in the order in which the package manager looks for them.
_BESIDE = {
    "PyPI": ("uv.lock", "poetry.lock", "pdm.lock", "pylock.toml", "Pipfile.lock"),
    "npm": ("npm-shrinkwrap.json", "package-lock.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock", "bun.lockb"),
    "Go": ("go.mod",),
}
# Those that pin whole workspaces, and say nothing that is read about which folders these have.
_WORKSPACE_UNREAD = frozenset({"yarn.lock", "pnpm-lock.yaml", "bun.lock", "bun.lockb"})
_UNREAD = _WORKSPACE_UNREAD | {"poetry.lock", "pdm.lock", "pylock.toml", "Pipfile.lock"}

_RELEASE = re.compile(r"(\d+)\.(\d+)")
_COMPLETE_SINCE = (1, 17)  # before, go.mod left out what only other modules need


class PackagesAnalyzer:
    """Makes ``Packages`` of the facts about lockfiles, manifests and go.sum files."""

    kind = KIND
    needs = ("_lockfile", "_manifest", "_go_sum")

    def analyze(self, context: Context) -> Analysis:
        """Join. Gaps: lockfiles in formats that are not read, files that others take in, incomplete go.mod files."""
        # go.mod is a lockfile and a manifest: its reader hands over both.
        facts = [*context.facts["_lockfile"], *context.facts["_manifest"]]
        lockfiles = [jsonable.decode(Lockfile, fact) for fact in facts if "packages" in fact]
        manifests = [jsonable.decode(Manifest, fact) for fact in facts if "requirements" in fact]
        sums = {posixpath.dirname(fact["path"]): fact for fact in context.facts["_go_sum"]}
        lockfiles = [_with_sums(lock, sums) if lock.format == "go.mod" else lock for lock in lockfiles]
        files = frozenset(entry.path for entry in context.tree.entries)
        joiner = _Joiner(files, lockfiles)
        manifests = [replace(manifest, lockfiles=joiner.lockfiles_of(manifest)) for manifest in manifests]
        asked = _asked_for(manifests)
        lockfiles = [_with_direct(lock, asked.get(lock.at.path)) for lock in lockfiles]
        value = Packages(
            tuple(sorted(lockfiles, key=lambda lock: lock.at.path)),
            tuple(sorted(manifests, key=lambda manifest: manifest.at.path)),
        )
        return Analysis(value, gaps=tuple(_gaps(value.lockfiles, files)))


class _Joiner:
    """Finds the lockfiles of a manifest."""

    def __init__(self, files: frozenset[str], lockfiles: Sequence[Lockfile]) -> None:
        self._files = files
        self._by_folder: dict[str, list[Lockfile]] = {}
        self._members: dict[str, frozenset[str]] = {}
        for lock in lockfiles:
            self._by_folder.setdefault(posixpath.dirname(lock.at.path), []).append(lock)
            self._members[lock.at.path] = frozenset(
                posixpath.normpath(package.source.url) for package in lock.packages if package.source.type == "path"
            )

    def lockfiles_of(self, manifest: Manifest) -> tuple[str, ...]:
        """Paths of the lockfiles that pin it, sorted."""
        folder = posixpath.dirname(manifest.at.path)
        names = _BESIDE[manifest.ecosystem]
        beside = next((path for name in names if (path := posixpath.join(folder, name)) in self._files), None)
        found = {beside} if beside else set(self._above(folder, manifest.ecosystem))
        if manifest.ecosystem == "PyPI":
            found.update(self._requirements_files(folder, manifest))
        return tuple(sorted(found))

    def _requirements_files(self, folder: str, manifest: Manifest) -> Iterator[str]:
        asked = {requirement.name for requirement in manifest.requirements}
        for near in (folder, posixpath.join(folder, "requirements")):
            for lock in self._by_folder.get(near, ()):
                is_pinning = lock.format == "requirements.txt" and lock.pinned
                if is_pinning and any(package.name in asked for package in lock.packages):
                    yield lock.at.path

    def _above(self, folder: str, ecosystem: str) -> Iterator[str]:
        """The nearest lockfile above that has this folder as a member of its workspace."""
        above = folder
        while above:
            above = posixpath.dirname(above)
            member = folder[len(above) :].lstrip("/")
            for lock in self._by_folder.get(above, ()):
                if lock.ecosystem == ecosystem and member in self._members[lock.at.path]:
                    yield lock.at.path
                    return
            for name in _BESIDE[ecosystem]:
                path = posixpath.join(above, name)
                if name in _WORKSPACE_UNREAD and path in self._files:
                    yield path
                    return


def _with_sums(lock: Lockfile, sums: Mapping[str, Json]) -> Lockfile:
    known = sums.get(posixpath.dirname(lock.at.path), {"modules": {}, "manifests": {}})

    def with_sum(package: Package) -> Package:
        digest = known["modules"].get(f"{package.name} v{package.version}")
        return replace(package, hashes=(digest,)) if digest else package

    packages = tuple(with_sum(package) for package in lock.packages)
    # A module whose code nobody needs has the hash of its go.mod only. Go itself stands in no go.sum.
    hashed = all(
        package.hashes or f"{package.name} v{package.version}" in known["manifests"]
        for package in packages
        if package.source.type == "registry" and package.name != "stdlib"
    )
    return replace(lock, packages=packages, hashed=hashed)


def _asked_for(manifests: Sequence[Manifest]) -> Mapping[str, frozenset[str]]:
    """By lockfile: the names that its manifests ask for."""
    asked: dict[str, set[str]] = {}
    for manifest in manifests:
        for path in manifest.lockfiles:
            asked.setdefault(path, set()).update(requirement.name for requirement in manifest.requirements)
    return {path: frozenset(names) for path, names in asked.items()}


def _with_direct(lock: Lockfile, asked: frozenset[str] | None) -> Lockfile:
    """Where the lockfile does not say it, what the manifests ask for is direct."""
    if asked is None or all(package.direct is not None for package in lock.packages):
        return lock

    def with_direct(package: Package) -> Package:
        if package.direct is not None:
            return package
        # In package-lock.json the key is the name by which it is asked for, also where that is an alias.
        name = str(package.at.keys[-1]) if package.at.keys else package.name
        return replace(package, direct=name in asked)

    return replace(lock, packages=tuple(with_direct(package) for package in lock.packages))


def _gaps(lockfiles: Sequence[Lockfile], files: frozenset[str]) -> Iterator[Gap]:
    read = {lock.at.path for lock in lockfiles}
    for path in sorted(files):
        if posixpath.basename(path) in _UNREAD:
            yield Gap(KIND, "this lockfile's format is not read: its packages are not known", path)
    for lock in lockfiles:
        for included in lock.includes:
            if included not in read:
                yield Gap(KIND, f"takes in {included}, which is not read as a lockfile", lock.at.path)
        if lock.format == "go.mod" and _leaves_out_indirect(lock):
            yield Gap(
                KIND, "go.mod files before Go 1.17 do not list the modules that only other modules need", lock.at.path
            )


def _leaves_out_indirect(lock: Lockfile) -> bool:
    versions = [package.version for package in lock.packages if package.name == "stdlib"]
    match = _RELEASE.match(versions[0]) if versions else None
    release = (int(match[1]), int(match[2])) if match else (0, 0)
    return len(lock.packages) > len(versions) and release < _COMPLETE_SINCE
