"""What the lockfiles of all ecosystems have in common: names, package URLs, and whether all is pinned and hashed."""

from __future__ import annotations

import re
from collections.abc import Sequence

from packageurl import PackageURL

from gatekeeper.collect.lockfiles.addresses import names_commit
from gatekeeper.errors import UnreadableInput
from gatekeeper.model.packages import Lockfile, Package, PackageSource
from gatekeeper.model.place import Place

_SEPARATORS = re.compile(r"[-_.]+")


def pypi_name(name: str) -> str:
    """The normalised name: lower case, runs of ``-``, ``_`` and ``.`` are one hyphen."""
    return _SEPARATORS.sub("-", name).lower()


def purl(ecosystem: str, name: str, version: str, source: PackageSource) -> str:
    """The package URL; what comes from git or an address says so, since it is not the registry's package.

    Raises:
        UnreadableInput: the name cannot be one.
    """
    kind = {"PyPI": "pypi", "npm": "npm", "Go": "golang"}[ecosystem]
    namespace, _, last = name.rpartition("/")
    qualifiers = {"git": "vcs_url", "url": "download_url"}
    qualifier = qualifiers.get(source.type) if source.url else None
    try:
        return PackageURL(
            type=kind,
            namespace=namespace or None,
            name=last,
            version=_written_version(ecosystem, name, version) or None,
            qualifiers={qualifier: source.url} if qualifier else None,
        ).to_string()
    except ValueError as error:
        raise UnreadableInput(f"{name!r:.60} is no name of a package") from error


def lockfile(at: Place, format_name: str, ecosystem: str, packages: Sequence[Package], *, complete: bool) -> Lockfile:
    """The lockfile that holds ``packages``; ``complete`` is False where some file of a package has no hash."""
    return Lockfile(
        at=at,
        format=format_name,
        ecosystem=ecosystem,
        hashed=complete and all(p.hashes for p in packages if p.source.type in ("registry", "url")),
        pinned=all(_is_pinned(p) for p in packages),
        packages=tuple(packages),
    )


def _is_pinned(package: Package) -> bool:
    match package.source.type:
        case "path":
            return True
        case "git":
            return names_commit(package.source.url)
        case "url":
            return bool(package.version or package.hashes)
        case _:
            return bool(package.version)


def _written_version(ecosystem: str, name: str, version: str) -> str:
    # Go's own versions start with v; OSV and the evidence leave it out, package URLs do not.
    return f"v{version}" if ecosystem == "Go" and version and name != "stdlib" else version
