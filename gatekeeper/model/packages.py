"""Evidence about dependencies: packages, lockfiles, manifests, vulnerabilities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from gatekeeper.model.place import Place


@dataclass(frozen=True, slots=True)
class PackageSource:
    """Where a package is taken from."""

    type: Annotated[str, "registry, git, url or path"]
    url: Annotated[str, "Address or path, without credentials; empty where the file does not say"] = ""


@dataclass(frozen=True, slots=True)
class Package:
    """One locked package."""

    at: Annotated[Place, "The entry"]
    name: Annotated[str, "Name, normalised as the ecosystem does"]
    version: Annotated[str, "Exact version, empty where the file does not pin one"]
    ecosystem: Annotated[str, "PyPI, npm or Go, as OSV spells it"]
    purl: Annotated[str, "Package URL"]
    direct: Annotated[bool | None, "Whether the project itself asks for it; null where the file does not say"]
    development: Annotated[bool | None, "Whether only development needs it; null where the file does not say"]
    hashes: Annotated[tuple[str, ...], "algorithm:hex, sorted; h1:base64 for Go"]
    source: Annotated[PackageSource, "Where it is taken from"]
    dependencies: Annotated[tuple[str, ...], "Package URLs of what it needs itself, sorted"]


@dataclass(frozen=True, slots=True)
class Lockfile:
    """One file that pins packages."""

    at: Annotated[Place, "The file"]
    format: Annotated[str, "requirements.txt, uv.lock, package-lock.json, go.mod"]
    ecosystem: Annotated[str, "As OSV spells it"]
    hashed: Annotated[bool, "Whether each package from a registry or an address has a hash"]
    pinned: Annotated[bool, "Whether each package has an exact version"]
    packages: Annotated[tuple[Package, ...], "Its packages"]
    includes: Annotated[
        tuple[str, ...], "Paths or addresses of the files that it takes in; read only by themselves"
    ] = ()


@dataclass(frozen=True, slots=True)
class Requirement:
    """One dependency that a manifest asks for."""

    at: Annotated[Place, "The entry"]
    name: Annotated[str, "Name, normalised as the ecosystem does"]
    constraint: Annotated[str, "Version constraint as written, empty where there is none"]
    development: Annotated[bool, "Whether only development needs it"]


@dataclass(frozen=True, slots=True)
class Manifest:
    """One file in which people ask for dependencies."""

    at: Annotated[Place, "The file"]
    format: Annotated[str, "pyproject.toml, package.json, go.mod"]
    ecosystem: Annotated[str, "As OSV spells it"]
    name: Annotated[str, "The project's name, else empty"]
    version: Annotated[str, "The project's version, else empty"]
    requirements: Annotated[tuple[Requirement, ...], "What it asks for"]
    lockfiles: Annotated[tuple[str, ...], "Paths of the lockfiles that pin it, filled in by the analyzer"] = ()


@dataclass(frozen=True, slots=True)
class Packages:
    """All lockfiles and manifests of the tree."""

    lockfiles: Annotated[tuple[Lockfile, ...], "Lockfiles, by path"] = ()
    manifests: Annotated[tuple[Manifest, ...], "Manifests, by path"] = ()


@dataclass(frozen=True, slots=True)
class AdvisoryData:
    """What an advisory source knows about one ecosystem."""

    source: Annotated[str, "Name of the source"]
    ecosystem: Annotated[str, "As OSV spells it"]
    records: Annotated[int, "Number of advisories that count"]
    modified: Annotated[str, "Time of the newest change, RFC 3339, empty where unknown"]


@dataclass(frozen=True, slots=True)
class Vulnerability:
    """A locked package that an advisory names; aliases are merged into one."""

    at: Annotated[Place, "The package's entry"]
    id: Annotated[str, "Preferred id: CVE, else GHSA, else the source's own"]
    aliases: Annotated[tuple[str, ...], "All other ids, sorted"]
    package: Annotated[str, "Package URL"]
    name: Annotated[str, "Name of the package"]
    version: Annotated[str, "Locked version"]
    ecosystem: Annotated[str, "As OSV spells it"]
    development: Annotated[bool | None, "As of the package"]
    summary: Annotated[str, "One line, may be empty"]
    severity: Annotated[str, "critical, high, medium, low or unknown"]
    fixed: Annotated[tuple[str, ...], "Versions that mend it, in order; empty where there is none"]


@dataclass(frozen=True, slots=True)
class Vulnerabilities:
    """What is known to be wrong with the locked packages."""

    data: Annotated[tuple[AdvisoryData, ...], "What was asked"] = ()
    unchecked: Annotated[tuple[str, ...], "Ecosystems that have packages here and no advisory data"] = ()
    matches: Annotated[tuple[Vulnerability, ...], "Findings of the sources"] = ()
