"""requirements.txt: pip's requirements file format, hashes and per-requirement options included.

Follows https://pip.pypa.io/en/stable/reference/requirements-file-format/. Files that it includes are named, not read.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from gatekeeper.collect.lockfiles import addresses, hashes, pep508
from gatekeeper.collect.lockfiles.entries import lockfile, purl, pypi_name
from gatekeeper.collect.lockfiles.lines import read_lines
from gatekeeper.collect.lockfiles.pip_options import Options, parse_options, split_options
from gatekeeper.errors import UnreadableInput
from gatekeeper.model.packages import Lockfile, Package, PackageSource
from gatekeeper.model.place import Place, Span

_COMMENT = re.compile(r"(?:^|\s)#")
_COMMENT_LINE = re.compile(r"\s*#")
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?://|/|\.)")
_SDISTS = (".tar.gz", ".tar.bz2", ".tar.xz", ".tgz", ".zip")
_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")
_FILE_NAME = re.compile(r"requirements[^/]*\.txt|(?:dev|test|tests|docs|lint|build|prod|ci)[-_.]requirements\.txt")
_DEVELOPMENT = frozenset({"dev", "develop", "development", "test", "tests", "testing", "lint"})


@dataclass(slots=True)
class _Line:
    """A logical line: physical lines joined at backslashes."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class _Asked:
    """What one requirement asks for."""

    name: str
    version: str
    source: PackageSource
    digest: str = ""


@dataclass(slots=True)
class _File:
    """What has been read of a file so far."""

    path: str
    packages: list[Package] = field(default_factory=list)
    includes: list[str] = field(default_factory=list)
    indexes: list[str] = field(default_factory=list)


class RequirementsReader:
    """Reads requirements files of pip."""

    name = "requirements.txt"
    kind = "_lockfile"
    version = 1
    max_bytes = 8 << 20

    def claim(self, path: str, head: bytes) -> bool:
        """``requirements*.txt``, ``dev-requirements.txt`` and the like, and ``requirements/*.txt``."""
        folder, _, name = path.rpartition("/")
        in_folder = folder.rpartition("/")[2] == "requirements" and name.endswith(".txt")
        return in_folder or _FILE_NAME.fullmatch(name) is not None

    def read(self, path: str, data: bytes) -> Sequence[Lockfile]:
        """The file's packages. One without an exact version has the version ``""``."""
        file = _File(path)
        for line in _logical_lines(read_lines(data)):
            try:
                _read_line(file, line)
            except ValueError as error:
                raise UnreadableInput(
                    str(error), line=line.span.line, column=line.span.column, hint="mend the line; pip refuses it too"
                ) from error
        # With several indexes nobody can say which one a package comes from.
        index = file.indexes[0] if len(file.indexes) == 1 else ""
        packages = [_from_index(package, index) for package in file.packages]
        result = lockfile(Place(path), self.name, "PyPI", packages, complete=True)
        return (replace(result, includes=tuple(_included(path, include) for include in file.includes)),)


def _logical_lines(lines: Sequence[str]) -> Iterator[_Line]:
    parts: list[str] = []
    first = 0
    for number, line in enumerate(lines, 1):
        first = first if parts else number
        continues = line.endswith("\\") and not _COMMENT_LINE.match(line)
        parts.append(line.rstrip("\\") if continues else line)
        if continues and number < len(lines):
            continue
        joined = "".join((*parts[:-1], " " + parts[-1]) if _COMMENT_LINE.match(parts[-1]) else parts)
        content = _without_comment(joined)
        if content:
            yield _Line(content, _span(parts, first))
        parts = []


def _span(parts: Sequence[str], first: int) -> Span:
    stripped = [_without_comment(part) for part in parts]
    begin = next(number for number, part in enumerate(stripped) if part)
    end = max(number for number, part in enumerate(stripped) if part)
    column = len(parts[begin]) - len(parts[begin].lstrip()) + 1
    last = len(parts[end]) - len(parts[end].lstrip()) + len(stripped[end]) + 1
    return Span(first + begin, column, first + end, last)


def _without_comment(line: str) -> str:
    comment = _COMMENT.search(line)
    return (line[: comment.start()] if comment else line).strip()


def _read_line(file: _File, line: _Line) -> None:
    requirement, rest = split_options(line.text)
    options = parse_options(rest)
    file.includes += options.includes
    file.indexes += [addresses.public(index) for index in options.indexes]
    if requirement:
        _add(file, line, requirement, options, editable=False)
    for editable in options.editables:
        _add(file, line, editable, options, editable=True)


def _add(file: _File, line: _Line, requirement: str, options: Options, *, editable: bool) -> None:
    asked = _asked(requirement, editable=editable)
    if asked is None:
        return
    name = pypi_name(asked.name)
    file.packages.append(
        Package(
            at=Place(file.path, span=line.span),
            name=name,
            version=asked.version,
            ecosystem="PyPI",
            purl=purl("PyPI", name, asked.version, asked.source),
            direct=None,
            development=_development(file.path),
            hashes=hashes.collect(map(hashes.from_hex, (*options.hashes, asked.digest))),
            source=asked.source,
            dependencies=(),
        )
    )


def _asked(requirement: str, *, editable: bool) -> _Asked | None:
    """What a requirement asks for; None for the project itself."""
    if _ADDRESS.match(requirement) or (editable and "://" in requirement):
        return _from_address(requirement)
    is_archive = requirement.endswith((".whl", *_SDISTS)) and "@" not in requirement
    if editable or is_archive or requirement.startswith((".", "/", "~")):
        return _from_path(pep508.without_marker(requirement))
    specifier = pep508.parse(requirement)
    if specifier.address:
        return _from_address(specifier.address, specifier.name)
    return _Asked(specifier.name, specifier.version, PackageSource("registry"))


def _from_address(requirement: str, name: str = "") -> _Asked:
    address, _, fragment = pep508.without_marker(requirement).partition("#")
    marks = dict(mark.partition("=")[::2] for mark in fragment.split("&"))
    base = addresses.public(address)
    archived, version = _archive(base)
    egg = _NAME.match(marks.get("egg", ""))
    if egg is not None:
        name = name or egg.group()
    if base.startswith("git+"):
        source = PackageSource("git", addresses.git(address))
    elif base.startswith("file:") or "://" not in base:
        source = PackageSource("path", base)
    else:
        source = PackageSource("url", base)
    digest = next((f"{key}:{value}" for key, value in marks.items() if key.startswith(("sha", "md5"))), "")
    return _Asked(name or archived or _last_name(base.partition("@")[0]), version, source, digest)


def _from_path(path: str) -> _Asked | None:
    path = posixpath.normpath(addresses.public(path.partition("[")[0].strip().replace("\\", "/")))
    if path == ".":
        return None
    archived, version = _archive(path)
    return _Asked(archived or _last_name(path), version, PackageSource("path", path))


def _archive(address: str) -> tuple[str, str]:
    """Name and version from the file name of a wheel or a source distribution, else empty."""
    file_name = address.rpartition("/")[2]
    if file_name.endswith(".whl"):
        parts = file_name.split("-")
        return (parts[0], parts[1]) if len(parts) >= 5 and _NAME.fullmatch(parts[0]) else ("", "")
    for ending in _SDISTS:
        if file_name.endswith(ending):
            name, _, version = file_name.removesuffix(ending).rpartition("-")
            return (name, version) if version[:1].isdigit() and _NAME.fullmatch(name) else ("", "")
    return "", ""


def _included(path: str, include: str) -> str:
    if "://" in include:
        return addresses.public(include)
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), include))


def _last_name(path: str) -> str:
    last = path.rstrip("/").rpartition("/")[2].removesuffix(".git")
    match = _NAME.search(last)
    return match.group() if match else "unnamed"


def _development(path: str) -> bool | None:
    words = re.split(r"[-_.]", path.rpartition("/")[2].lower())
    return True if _DEVELOPMENT.intersection(words) else None


def _from_index(package: Package, index: str) -> Package:
    if not index or package.source.type != "registry":
        return package
    return replace(package, source=PackageSource("registry", index))
