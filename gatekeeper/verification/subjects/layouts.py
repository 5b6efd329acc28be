"""``oci-layout:DIR[:TAG|@DIGEST]``: a manifest or index in an OCI image layout (image specification 1.1).

All that it consists of, down to the layers, is there and has its digest and size; else what is unpacked from the folder
would not be what was signed.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from gatekeeper.errors import UnreadableInput, UsageError, VerificationFailure
from gatekeeper.formats import oci, strict_json
from gatekeeper.formats.oci import Descriptor, Index, Manifest
from gatekeeper.registry.reference import is_tag
from gatekeeper.verification.core.bundles import InMemory
from gatekeeper.verification.subjects.base import Subject
from gatekeeper.verification.subjects.reading import digest_pieces, opened, pieces
from gatekeeper.workspace.names import printable

VERSION = "1.0.0"
MAX_NESTING = 8
MAX_BLOBS = 10_000
_COPY = "copy the layout anew"


def resolve(location: str) -> Subject:
    """The manifest or index, with sha256, sha384 and sha512 of its bytes.

    Raises:
        UsageError: there is no such folder, or it holds several manifests and none is chosen, or not the chosen one.
        UnreadableInput: it is no image layout, a part of it is missing or no regular file, or it nests too deeply.
        VerificationFailure: a part of it does not have its digest or size.
    """
    folder, tag, digest = _split(location)
    layout = _Layout(Path(folder))
    chosen = layout.choose(tag, digest)
    data = layout.check(chosen)
    name = tag or chosen.annotations.get(oci.REF_NAME) or Path(folder).resolve().name
    return Subject(f"oci-layout:{location}", name, digest_pieces(iter((data,))), InMemory(data))


def _split(location: str) -> tuple[str, str, str]:
    folder, at, digest = location.rpartition("@")
    if at and oci.is_digest(digest):
        return folder, "", digest
    folder, colon, tag = location.rpartition(":")
    return (folder, tag, "") if colon and is_tag(tag) else (location, "", "")


class _Layout:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._seen: set[tuple[str, int, str]] = set()

    def choose(self, tag: str, digest: str) -> Descriptor:
        """The entry of ``index.json`` that is meant."""
        if not self._folder.is_dir():
            raise UsageError(f"{printable(str(self._folder))}: no such folder", hint="oci-layout:DIR or DIR:TAG")
        self._check_version()
        entries = self._read_index().manifests
        if tag:
            entries = tuple(one for one in entries if one.annotations.get(oci.REF_NAME) == tag)
        elif digest:
            entries = tuple({one.digest: one for one in entries if one.digest == digest}.values())
        if len(entries) != 1:
            wanted = f"with the tag {tag}" if tag else f"with the digest {digest}" if digest else "in its index.json"
            raise UsageError(
                f"{printable(str(self._folder))}: {len(entries)} manifests {wanted}, not one",
                hint="choose one by its tag or digest: oci-layout:DIR:TAG or oci-layout:DIR@sha256:HEX",
            )
        return entries[0]

    def check(self, top: Descriptor) -> bytes:
        """The bytes of a manifest, all of whose parts are there."""
        first = self._small(top)
        pending = [(part, 1) for part in self._new(self._parts(top, first))]
        while pending:
            descriptor, depth = pending.pop()
            if descriptor.media_type in oci.MANIFESTS | oci.INDEXES:
                if depth > MAX_NESTING:
                    raise self._unreadable(descriptor.digest, f"indexes nest deeper than {MAX_NESTING}")
                parts = self._parts(descriptor, self._small(descriptor))
                pending += [(part, depth + 1) for part in self._new(parts)]
            else:
                for _ in self._blob(descriptor):
                    pass
        return first

    def _new(self, parts: tuple[Descriptor, ...]) -> Iterator[Descriptor]:
        """Those that were not seen yet: what manifests share, or an index repeats, is checked once."""
        for part in parts:
            if (part.digest, part.size, part.media_type) in self._seen:
                continue
            self._seen.add((part.digest, part.size, part.media_type))
            if len(self._seen) > MAX_BLOBS:
                raise self._unreadable("index.json", f"more than {MAX_BLOBS} blobs")
            yield part

    def _parts(self, descriptor: Descriptor, data: bytes) -> tuple[Descriptor, ...]:
        try:
            if descriptor.media_type in oci.INDEXES:
                return Index.decode(data).manifests
            if descriptor.media_type in oci.MANIFESTS:
                manifest = Manifest.decode(data)
                return (manifest.config, *manifest.layers)
            raise ValueError(f"its type is {descriptor.media_type}")
        except ValueError as error:
            raise self._unreadable(descriptor.digest, f"no manifest that can be read: {error}") from None

    def _small(self, descriptor: Descriptor) -> bytes:
        if descriptor.size > oci.MAX_BYTES:
            raise self._unreadable(descriptor.digest, f"a manifest of more than {oci.MAX_BYTES} bytes")
        return b"".join(self._blob(descriptor))

    def _blob(self, descriptor: Descriptor) -> Iterator[bytes]:
        """The bytes of a blob; at their end they have their digest and size."""
        algorithm, _, name = descriptor.digest.partition(":")
        content = oci.hasher(descriptor.digest)
        path = f"blobs/{algorithm}/{name}"
        for piece in self._pieces(path, descriptor):
            content.update(piece)
            yield piece
        if content.hexdigest() != name:
            raise self._mismatch(descriptor, descriptor.digest, f"{algorithm}:{content.hexdigest()}")

    def _pieces(self, path: str, descriptor: Descriptor | None = None) -> Iterator[bytes]:
        shown = printable(str(self._folder / path))
        try:
            with opened(self._folder / path, follow=False) as (number, status):
                if descriptor is not None and status.st_size != descriptor.size:
                    raise self._mismatch(descriptor, str(descriptor.size), str(status.st_size))
                if descriptor is None and status.st_size > oci.MAX_BYTES:
                    raise self._unreadable(path, f"larger than {oci.MAX_BYTES} bytes")
                yield from pieces(number, status, shown)
        except UsageError:
            raise self._unreadable(path, "is missing") from None

    def _check_version(self) -> None:
        try:
            value = strict_json.loads(b"".join(self._pieces("oci-layout")))
            version = value.get("imageLayoutVersion") if isinstance(value, dict) else None
            if version != VERSION:
                raise ValueError(f"imageLayoutVersion {VERSION} is expected, not {version!r:.40}")
        except ValueError as error:
            raise self._unreadable("oci-layout", str(error)) from None

    def _read_index(self) -> Index:
        try:
            return Index.decode(b"".join(self._pieces("index.json")))
        except ValueError as error:
            raise self._unreadable("index.json", f"no index that can be read: {error}") from None

    def _unreadable(self, path: str, problem: str) -> UnreadableInput:
        return UnreadableInput(problem, path=printable(str(self._folder / path)), hint=_COPY)

    def _mismatch(self, descriptor: Descriptor, expected: str, found: str) -> VerificationFailure:
        return VerificationFailure(
            f"{printable(str(self._folder))}: the blob {descriptor.digest} is not what its descriptor says",
            expected=expected,
            found=found,
            hint=_COPY,
            step="subject",
        )
