"""CycloneDX 1.6 in JSON (https://cyclonedx.org/docs/1.6/json/), reproducible to the byte."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from hashlib import sha256

import gatekeeper
from gatekeeper.formats import jsonable
from gatekeeper.model.decision import Artifact, Source
from gatekeeper.model.json import JsonObject
from gatekeeper.model.packages import Lockfile, Package, Packages

MEDIA_TYPE = "application/vnd.cyclonedx+json"
_SPEC_VERSION = "1.6"
_ALGORITHMS = {"md5": "MD5", "sha1": "SHA-1", "sha256": "SHA-256", "sha384": "SHA-384", "sha512": "SHA-512"}
_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:gatekeeper:sbom:cyclonedx")


def build(
    packages: Packages,
    *,
    artifacts: Sequence[Artifact],
    source: Source,
    timestamp: str | None,
    complete: bool = True,
) -> bytes:
    """The bill of materials of everything that the lockfiles pin.

    One artifact is the main component. Where there are none or several, the inspected tree is, with the artifacts
    inside it. Where a lockfile could not be read, ``complete`` is false and the document says so. ``timestamp`` is
    RFC 3339; nothing else of the document depends on when it is made: same arguments, same bytes, whatever the order
    of packages and lockfiles.
    """
    components = _Components()
    for lockfile in packages.lockfiles:
        for package in lockfile.packages:
            components.add(lockfile, package)
    main = _main(sorted(set(artifacts), key=lambda artifact: (artifact.name, artifact.sha256)), source)
    metadata: JsonObject = {
        "component": main,
        "tools": {"components": [{"type": "application", "name": "gatekeeper", "version": gatekeeper.__version__}]},
    }
    properties = _properties(
        ("gatekeeper:tree-digest", source.tree_digest),
        ("gatekeeper:commit", source.commit),
        ("gatekeeper:repository", source.repository),
    )
    if properties:
        metadata["properties"] = properties
    if timestamp is not None:
        metadata["timestamp"] = timestamp
    document: JsonObject = {
        "bomFormat": "CycloneDX",
        "specVersion": _SPEC_VERSION,
        "version": 1,
        "metadata": metadata,
        "components": components.listed(),
        "dependencies": components.graph(main["bom-ref"]),
    }
    if not complete:
        document["compositions"] = [{"aggregate": "incomplete", "dependencies": [main["bom-ref"]]}]
    digest = sha256(jsonable.dumps(document)).hexdigest()
    document["serialNumber"] = f"urn:uuid:{uuid.uuid5(_NAMESPACE, digest)}"
    return jsonable.dumps(document)


class _Components:
    """The packages, each purl once."""

    def __init__(self) -> None:
        self._found: dict[str, list[tuple[Lockfile, Package]]] = {}

    def add(self, lockfile: Lockfile, package: Package) -> None:
        self._found.setdefault(package.purl, []).append((lockfile, package))

    def listed(self) -> list[JsonObject]:
        return [_component(purl, found) for purl, found in sorted(self._found.items())]

    def graph(self, root: str) -> list[JsonObject]:
        """Who needs whom; the root needs what is direct, and what nobody else is known to need."""
        edges: dict[str, set[str]] = {
            purl: {need for _, package in found for need in package.dependencies if need in self._found}
            for purl, found in self._found.items()
        }
        needed = {need for purl, needs in edges.items() for need in needs if need != purl}
        roots = {
            purl
            for purl, found in self._found.items()
            if any(package.direct for _, package in found)
            or (purl not in needed and any(package.direct is None for _, package in found))
        }
        return [_node(root, roots), *(_node(purl, needs) for purl, needs in sorted(edges.items()))]


def _component(purl: str, found: Sequence[tuple[Lockfile, Package]]) -> JsonObject:
    package = min((package for _, package in found), key=lambda package: (package.name, package.version))
    component: JsonObject = {"type": "library", "bom-ref": purl, "name": package.name, "purl": purl}
    if package.version:
        component["version"] = package.version
    if all(other.development for _, other in found):
        component["scope"] = "optional"
    written = {digest for _, other in found for digest in other.hashes}
    hashes = [item for digest in sorted(written) if (item := _hash(digest))]
    if hashes:
        component["hashes"] = hashes
    # The digest of a Go module is one of a list of files, not of a file: no hash in the sense of CycloneDX.
    sums = sorted(digest for digest in written if digest.startswith("h1:"))
    component["properties"] = _properties(
        *(("gatekeeper:go-sum", digest) for digest in sums),
        *(("gatekeeper:lockfile", path) for path in sorted({lockfile.at.path for lockfile, _ in found})),
    )
    return component


def _main(artifacts: Sequence[Artifact], source: Source) -> JsonObject:
    if len(artifacts) == 1:
        return _file(artifacts[0])
    name = source.repository.rstrip("/").rpartition("/")[2].removesuffix(".git") or "source"
    component: JsonObject = {"type": "application", "bom-ref": f"tree:{source.tree_digest}", "name": name}
    if source.commit:
        component["version"] = source.commit
    if artifacts:
        component["components"] = [_file(artifact) for artifact in artifacts]
    return component


def _file(artifact: Artifact) -> JsonObject:
    return {
        "type": "file",
        "bom-ref": f"file:{artifact.name}:{artifact.sha256}",
        "name": artifact.name,
        "hashes": [{"alg": "SHA-256", "content": artifact.sha256}],
    }


def _hash(digest: str) -> JsonObject | None:
    algorithm, _, content = digest.partition(":")
    return {"alg": _ALGORITHMS[algorithm], "content": content} if algorithm in _ALGORITHMS else None


def _node(ref: str, needs: Iterable[str]) -> JsonObject:
    return {"ref": ref, "dependsOn": sorted(needs)}


def _properties(*pairs: tuple[str, str]) -> list[JsonObject]:
    return [{"name": name, "value": value} for name, value in pairs if value]
