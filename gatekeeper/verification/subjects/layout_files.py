"""The files of an OCI image layout (image specification 1.1); no blob is believed before it has its digest and size."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from gatekeeper.errors import UnreadableInput, UsageError, VerificationFailure
from gatekeeper.formats import oci, strict_json
from gatekeeper.formats.oci import Descriptor, Index, Manifest
from gatekeeper.verification.subjects.reading import opened, pieces
from gatekeeper.workspace.names import printable

VERSION = "1.0.0"
_COPY = "copy the layout anew"


class Layout:
    """A folder with ``oci-layout``, ``index.json`` and ``blobs/``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def index(self) -> Index:
        """What the layout lists.

        Raises:
            UsageError: there is no such folder.
            UnreadableInput: it is no image layout of this version.
        """
        if not self.folder.is_dir():
            raise UsageError(f"{printable(str(self.folder))}: no such folder", hint="oci-layout:DIR or DIR:TAG")
        self._check_version()
        try:
            return Index.decode(b"".join(self._pieces("index.json")))
        except ValueError as error:
            raise self.unreadable("index.json", f"no index that can be read: {error}") from None

    def manifest(self, descriptor: Descriptor) -> Manifest | Index:
        """A manifest or index, by its type.

        Raises:
            UnreadableInput, VerificationFailure: as ``content`` does; or it is malformed.
        """
        return self.decoded(descriptor, self.content(descriptor, oci.MAX_BYTES))

    def decoded(self, descriptor: Descriptor, data: bytes) -> Manifest | Index:
        """What the bytes of a manifest or index say.

        Raises:
            UnreadableInput: they are malformed, or of another type.
        """
        try:
            if descriptor.media_type in oci.INDEXES:
                return Index.decode(data)
            if descriptor.media_type in oci.MANIFESTS:
                return Manifest.decode(data)
            raise ValueError(f"its type is {descriptor.media_type}")
        except ValueError as error:
            raise self.unreadable(descriptor.digest, f"no manifest that can be read: {error}") from None

    def content(self, descriptor: Descriptor, limit: int) -> bytes:
        """The bytes of a blob of at most ``limit`` bytes.

        Raises:
            UnreadableInput: it is larger, missing, no regular file, or cannot be read.
            VerificationFailure: it does not have its digest or size.
        """
        if descriptor.size > limit:
            raise self.unreadable(descriptor.digest, f"more than {limit} bytes, where fewer are expected")
        return b"".join(self.blob(descriptor))

    def blob(self, descriptor: Descriptor) -> Iterator[bytes]:
        """The bytes of a blob, piece by piece; at their end they have their digest and size.

        Raises:
            UnreadableInput, VerificationFailure: as ``content`` does.
        """
        algorithm, _, name = descriptor.digest.partition(":")
        content = oci.hasher(descriptor.digest)
        for piece in self._pieces(f"blobs/{algorithm}/{name}", descriptor):
            content.update(piece)
            yield piece
        if content.hexdigest() != name:
            raise self.mismatch(descriptor.digest, descriptor.digest, f"{algorithm}:{content.hexdigest()}")

    def unreadable(self, path: str, problem: str) -> UnreadableInput:
        """The error that something of the layout cannot be read."""
        return UnreadableInput(problem, path=printable(str(self.folder / path)), hint=_COPY)

    def mismatch(self, digest: str, expected: str, found: str) -> VerificationFailure:
        """The refusal of a blob that is not what is said of it."""
        return VerificationFailure(
            f"{printable(str(self.folder))}: the blob {digest} is not what its descriptor says",
            expected=expected,
            found=found,
            hint=_COPY,
            step="subject",
        )

    def _pieces(self, path: str, descriptor: Descriptor | None = None) -> Iterator[bytes]:
        shown = printable(str(self.folder / path))
        try:
            with opened(self.folder / path, follow=False) as (number, status):
                if descriptor is not None and status.st_size != descriptor.size:
                    raise self.mismatch(descriptor.digest, str(descriptor.size), str(status.st_size))
                if descriptor is None and status.st_size > oci.MAX_BYTES:
                    raise self.unreadable(path, f"larger than {oci.MAX_BYTES} bytes")
                yield from pieces(number, status, shown)
        except UsageError:
            raise self.unreadable(path, "is missing") from None

    def _check_version(self) -> None:
        try:
            value = strict_json.loads(b"".join(self._pieces("oci-layout")))
            version = value.get("imageLayoutVersion") if isinstance(value, dict) else None
            if version != VERSION:
                raise ValueError(f"imageLayoutVersion {VERSION} is expected, not {version!r:.40}")
        except ValueError as error:
            raise self.unreadable("oci-layout", str(error)) from None
