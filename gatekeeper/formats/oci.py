"""Manifests and indexes of the OCI image specification 1.1, and Docker's of schema version 2.

Unknown fields are read over, as the specification demands of every reader; what is known must have its type, and no
document may be read as two kinds (a manifest and an index).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import new as new_hash
from typing import TYPE_CHECKING

from gatekeeper.formats import jsonable, strict_json
from gatekeeper.model.json import Json, JsonObject

if TYPE_CHECKING:
    from hashlib import _Hash as Hash

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"
DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
DOCKER_INDEX = "application/vnd.docker.distribution.manifest.list.v2+json"
EMPTY = "application/vnd.oci.empty.v1+json"
MANIFESTS = frozenset({MANIFEST, DOCKER_MANIFEST})
INDEXES = frozenset({INDEX, DOCKER_INDEX})
REF_NAME = "org.opencontainers.image.ref.name"
CREATED = "org.opencontainers.image.created"
EMPTY_BYTES = b"{}"

MAX_BYTES = 4 << 20  # of a manifest or index, as registries have it
MAX_DESCRIPTORS = 10_000
_MAX_SIZE = (1 << 63) - 1
_DIGEST = re.compile(r"(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})\Z")
# With parameters too: bundles of version 0.2 are ``application/vnd.dev.sigstore.bundle+json;version=0.2``.
_MEDIA_TYPE = re.compile(r"[!-.0-~]{1,127}/[!-~ ]{1,127}\Z")


def is_digest(text: str) -> bool:
    """Whether it is ``sha256:`` or ``sha512:`` and as many hexadecimal digits in lower case as it takes."""
    return _DIGEST.match(text) is not None


def hasher(digest: str) -> Hash:
    """A new hash of the algorithm of a digest."""
    return new_hash(digest.partition(":")[0])


def digest_of(data: bytes, like: str = "sha256:") -> str:
    """The digest of bytes, by the algorithm of the digest ``like``."""
    content = hasher(like)
    content.update(data)
    return f"{content.name}:{content.hexdigest()}"


@dataclass(frozen=True, slots=True)
class Descriptor:
    """What a document says about content elsewhere: its type, its digest (``sha256:HEX``) and its size in bytes."""

    media_type: str
    digest: str
    size: int
    artifact_type: str = ""
    annotations: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, media_type: str, data: bytes) -> Descriptor:
        """The descriptor of bytes."""
        return cls(media_type, digest_of(data), len(data))

    def to_json(self) -> JsonObject:
        """Plain JSON."""
        written: JsonObject = {"mediaType": self.media_type, "digest": self.digest, "size": self.size}
        if self.artifact_type:
            written["artifactType"] = self.artifact_type
        if self.annotations:
            written["annotations"] = dict(self.annotations)
        return written


@dataclass(frozen=True, slots=True)
class Manifest:
    """An image, or an artifact in the shape of one. ``media_type`` is "" where the document does not tell it."""

    config: Descriptor
    layers: tuple[Descriptor, ...]
    media_type: str = MANIFEST
    artifact_type: str = ""
    subject: Descriptor | None = None
    annotations: Mapping[str, str] = field(default_factory=dict)

    def encode(self) -> bytes:
        """Canonical JSON."""
        written: JsonObject = {
            "schemaVersion": 2,
            "mediaType": self.media_type,
            "config": self.config.to_json(),
            "layers": [layer.to_json() for layer in self.layers],
        }
        if self.artifact_type:
            written["artifactType"] = self.artifact_type
        if self.subject is not None:
            written["subject"] = self.subject.to_json()
        if self.annotations:
            written["annotations"] = dict(self.annotations)
        return jsonable.dumps(written)

    @classmethod
    def decode(cls, data: bytes) -> Manifest:
        """The manifest.

        Raises:
            ValueError: it is too large, malformed, or (also) an index.
        """
        value = _document(data, MANIFESTS, "manifests")
        layers = _list(value, "layers")
        if not isinstance(value.get("config"), dict):
            raise ValueError("a manifest has a config")
        return cls(
            descriptor(value["config"], "config"),
            tuple(descriptor(layer, f"layers[{index}]") for index, layer in enumerate(layers)),
            _text(value, "mediaType", "manifest"),
            _text(value, "artifactType", "manifest"),
            descriptor(value["subject"], "subject") if value.get("subject") is not None else None,
            _annotations(value, "manifest"),
        )


@dataclass(frozen=True, slots=True)
class Index:
    """A list of manifests and indexes."""

    manifests: tuple[Descriptor, ...]

    @classmethod
    def decode(cls, data: bytes) -> Index:
        """The index.

        Raises:
            ValueError: it is too large, malformed, or (also) a manifest.
        """
        entries = _list(_document(data, INDEXES, "layers", "config"), "manifests")
        return cls(tuple(descriptor(entry, f"manifests[{number}]") for number, entry in enumerate(entries)))


def extend_index(data: bytes | None, added: tuple[Descriptor, ...]) -> bytes:
    """An index with further entries; those that it has stay as they are. None is an index that is not there yet.

    Raises:
        ValueError: ``data`` is no index, or it becomes too large.
    """
    value: JsonObject = {"schemaVersion": 2, "mediaType": INDEX, "manifests": []}
    known: set[str] = set()
    if data is not None:
        known = {entry.digest for entry in Index.decode(data).manifests}
        value = _document(data, INDEXES, "layers", "config")
    value["manifests"] = [*_list(value, "manifests"), *(one.to_json() for one in added if one.digest not in known)]
    written = jsonable.dumps(value)
    if len(written) > MAX_BYTES or len(value["manifests"]) > MAX_DESCRIPTORS:
        raise ValueError(f"an index of more than {MAX_BYTES} bytes or {MAX_DESCRIPTORS} entries")
    return written


def _document(data: bytes, types: frozenset[str], *foreign: str) -> JsonObject:
    if len(data) > MAX_BYTES:
        raise ValueError(f"larger than {MAX_BYTES} bytes")
    value = strict_json.loads(data)
    if not isinstance(value, dict):
        raise ValueError("an object is expected")
    if value.get("schemaVersion") != 2 or isinstance(value["schemaVersion"], float):
        raise ValueError("schemaVersion 2 is expected")
    if value.get("mediaType") is not None and value["mediaType"] not in types:
        raise ValueError(f"its mediaType is {value['mediaType']!r:.80}")
    for name in foreign:
        # Two readers would take it for two things (CVE-2021-41190).
        if name in value:
            raise ValueError(f"unexpected {name!r}: a document is a manifest or an index, never both")
    return value


def descriptor(value: Json, where: str) -> Descriptor:
    """The descriptor in a document, at ``where``.

    Raises:
        ValueError: it is none.
    """
    if not isinstance(value, dict):
        raise ValueError(f"{where}: an object is expected")
    media_type, digest, size = (value.get(name) for name in ("mediaType", "digest", "size"))
    if not isinstance(media_type, str) or not _MEDIA_TYPE.match(media_type):
        raise ValueError(f"{where}: a mediaType is expected, not {media_type!r:.80}")
    if not isinstance(digest, str) or not is_digest(digest):
        raise ValueError(f"{where}: a digest sha256:HEX or sha512:HEX is expected, not {digest!r:.80}")
    if not isinstance(size, int) or isinstance(size, bool) or not 0 <= size <= _MAX_SIZE:
        raise ValueError(f"{where}: a size between 0 and 2^63-1 is expected, not {size!r:.40}")
    return Descriptor(media_type, digest, size, _text(value, "artifactType", where), _annotations(value, where))


def _list(value: JsonObject, name: str) -> list[Json]:
    items = value.get(name)
    # Go's writers leave null where a list is empty.
    if items is None and name in value:
        return []
    if not isinstance(items, list) or len(items) > MAX_DESCRIPTORS:
        raise ValueError(f"{name}: at most {MAX_DESCRIPTORS} descriptors are expected")
    return items


def _text(value: JsonObject, name: str, where: str) -> str:
    text = value.get(name)
    if text is None:
        return ""
    if not isinstance(text, str):
        raise ValueError(f"{where}: {name} is a text")
    return text


def _annotations(value: JsonObject, where: str) -> dict[str, str]:
    annotations = value.get("annotations")
    if annotations is None:
        return {}
    if not isinstance(annotations, dict) or not all(isinstance(text, str) for text in annotations.values()):
        raise ValueError(f"{where}: annotations are texts by name")
    return dict(annotations)
