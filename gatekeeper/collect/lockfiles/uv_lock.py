"""uv.lock, version 1: the lockfile of uv."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from gatekeeper.collect.lockfiles import addresses, hashes, shape
from gatekeeper.collect.lockfiles.entries import lockfile, purl, pypi_name
from gatekeeper.errors import UnreadableInput
from gatekeeper.model.json import Json, JsonObject
from gatekeeper.model.packages import Lockfile, Package, PackageSource
from gatekeeper.model.place import Place
from gatekeeper.syntax import toml

_PATHS = ("path", "directory", "editable", "virtual")


@dataclass(slots=True)
class _Entry:
    """One ``[[package]]`` table."""

    number: int
    name: str
    version: str
    source: PackageSource
    table: JsonObject
    is_project: bool
    purl: str
    needs: list[int] = field(default_factory=list)


class UvLockReader:
    """Reads uv.lock."""

    name = "uv.lock"
    kind = "_lockfile"
    version = 1
    max_bytes = 32 << 20

    def claim(self, path: str, head: bytes) -> bool:
        """Files named ``uv.lock``."""
        return path.rpartition("/")[2] == "uv.lock"

    def read(self, path: str, data: bytes) -> Sequence[Lockfile]:
        """The locked packages; the project itself is none of them, but says which are direct and which development."""
        document = toml.load(data)
        if document.get("version") != 1:
            raise UnreadableInput(
                f"version {document.get('version')!r:.20} of uv.lock is not known", hint="only version 1 is read"
            )
        members = _members(document)
        entries = [
            _entry(number, shape.table(value, "package"), members)
            for number, value in enumerate(shape.array(document.get("package"), "package"))
        ]
        index = _Index(entries)
        for entry in entries:
            entry.needs = index.resolve(_all_groups(entry.table, "dependencies", "optional-dependencies"))
        projects = [entry for entry in entries if entry.is_project]
        direct = {number for entry in projects for number in (*entry.needs, *index.resolve(_development(entry)))}
        shipped = _reachable(entries, projects)
        packages = [
            Package(
                at=Place(path, keys=("package", entry.number)),
                name=entry.name,
                version=entry.version,
                ecosystem="PyPI",
                purl=entry.purl,
                direct=entry.number in direct or entry.is_project if projects else None,
                development=entry.number not in shipped if projects else None,
                hashes=_hashes(entry.table),
                source=entry.source,
                dependencies=tuple(sorted({entries[number].purl for number in entry.needs})),
            )
            for entry in entries
            if not (entry.is_project and entry.source.url == ".")
        ]
        complete = all(_has_all_hashes(e.table) for e in entries if e.source.type in ("registry", "url"))
        return (lockfile(Place(path), self.name, "PyPI", packages, complete=complete),)


class _Index:
    """Finds the entries that a dependency means."""

    def __init__(self, entries: Sequence[_Entry]) -> None:
        self._exact: dict[tuple[str, str, PackageSource | None], list[int]] = {}
        for entry in entries:
            for version in {entry.version, ""}:
                for source in (entry.source, None):
                    self._exact.setdefault((entry.name, version, source), []).append(entry.number)

    def resolve(self, dependencies: Iterator[Json]) -> list[int]:
        found: dict[int, None] = {}
        for dependency in dependencies:
            table = shape.table(dependency, "dependency")
            name = pypi_name(shape.name(table.get("name"), "dependency.name"))
            version = shape.text(table.get("version"), "dependency.version")
            source = _source(table["source"]) if "source" in table else None
            candidates = self._exact.get((name, version, source), ())
            if len(candidates) > 1:
                raise UnreadableInput(f"{len(candidates)} packages are {name!r:.60}, a dependency must name one")
            found.update(dict.fromkeys(candidates))
        return list(found)


def _entry(number: int, table: JsonObject, members: frozenset[str]) -> _Entry:
    name = pypi_name(shape.name(table.get("name"), f"package {number}: name"))
    version = shape.text(table.get("version"), f"package {number}: version")
    source = _source(table.get("source"))
    is_project = source.type == "path" and (source.url == "." or name in members)
    return _Entry(number, name, version, source, table, is_project, purl("PyPI", name, version, source))


def _source(value: Json) -> PackageSource:
    table = shape.table(value, "source")
    if "git" in table:
        address, _, commit = shape.text(table["git"], "source.git").partition("#")
        return PackageSource("git", addresses.git(address, commit))
    if "url" in table:
        return PackageSource("url", addresses.public(shape.text(table["url"], "source.url")))
    for key in _PATHS:
        if key in table:
            return PackageSource("path", shape.text(table[key], f"source.{key}"))
    return PackageSource("registry", addresses.public(shape.text(table.get("registry"), "source.registry")))


def _members(document: JsonObject) -> frozenset[str]:
    manifest = shape.table(document.get("manifest"), "manifest")
    members = shape.array(manifest.get("members"), "manifest.members")
    return frozenset(pypi_name(shape.name(member, "manifest.members")) for member in members)


def _all_groups(table: JsonObject, plain: str, *grouped: str) -> Iterator[Json]:
    yield from shape.array(table.get(plain), plain)
    for key in grouped:
        for group in shape.table(table.get(key), key).values():
            yield from shape.array(group, key)


def _development(entry: _Entry) -> Iterator[Json]:
    for group in shape.table(entry.table.get("dev-dependencies"), "dev-dependencies").values():
        yield from shape.array(group, "dev-dependencies")


def _reachable(entries: Sequence[_Entry], projects: Sequence[_Entry]) -> set[int]:
    found = {entry.number for entry in projects}
    pending = list(found)
    while pending:
        new = set(entries[pending.pop()].needs) - found
        found |= new
        pending.extend(new)
    return found


def _files(table: JsonObject) -> Iterator[JsonObject]:
    if "sdist" in table:
        yield shape.table(table["sdist"], "sdist")
    for wheel in shape.array(table.get("wheels"), "wheels"):
        yield shape.table(wheel, "wheels")


def _hashes(table: JsonObject) -> tuple[str, ...]:
    return hashes.collect(hashes.from_hex(shape.text(file.get("hash"), "hash")) for file in _files(table))


def _has_all_hashes(table: JsonObject) -> bool:
    return all(hashes.from_hex(shape.text(file.get("hash"), "hash")) for file in _files(table))
