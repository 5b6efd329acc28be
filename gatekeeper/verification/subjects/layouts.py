"""``oci-layout:DIR[:TAG|@DIGEST]``: a manifest or index in an OCI image layout (image specification 1.1).

All that it consists of, down to the layers, is there and has its digest and size; else what is unpacked from the folder
would not be what was signed. ``layout_referrers`` finds what is attached to it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from gatekeeper.errors import UsageError
from gatekeeper.formats import oci
from gatekeeper.formats.oci import Descriptor, Index, Manifest
from gatekeeper.registry.reference import is_tag
from gatekeeper.verification.core.messages import InMemory
from gatekeeper.verification.subjects.base import Subject
from gatekeeper.verification.subjects.layout_files import Layout
from gatekeeper.verification.subjects.layout_referrers import without_attached
from gatekeeper.verification.subjects.reading import digest_pieces
from gatekeeper.workspace.names import printable

MAX_NESTING = 8
MAX_BLOBS = 10_000


def resolve(location: str) -> Subject:
    """The manifest or index, with sha256, sha384 and sha512 of its bytes.

    Where neither tag nor digest is given, what is attached to another manifest is not meant.

    Raises:
        UsageError: there is no such folder, or it holds several manifests and none is chosen, or not the chosen one.
        UnreadableInput: it is no image layout, a part of it is missing or no regular file, or it nests too deeply.
        VerificationFailure: a part of it does not have its digest or size.
    """
    folder, tag, digest = split(location)
    layout = Layout(Path(folder))
    chosen = _choose(layout, tag, digest)
    data = _check(layout, chosen)
    # Rules are chosen by it: only whoever named the subject has a say, never the layout, which nobody has signed.
    name = tag or Path(os.path.abspath(folder)).name
    return Subject(f"oci-layout:{location}", name, digest_pieces(iter((data,))), InMemory(data))


def split(location: str) -> tuple[str, str, str]:
    """Folder, tag and digest of a location; tag or digest are "" where they are not given."""
    folder, at, digest = location.rpartition("@")
    if at and oci.is_digest(digest):
        return folder, "", digest
    folder, colon, tag = location.rpartition(":")
    return (folder, tag, "") if colon and is_tag(tag) else (location, "", "")


def _choose(layout: Layout, tag: str, digest: str) -> Descriptor:
    """The entry of ``index.json`` that is meant."""
    entries = layout.index().manifests
    if tag:
        entries = tuple(one for one in entries if one.annotations.get(oci.REF_NAME) == tag)
    elif digest:
        entries = tuple({one.digest: one for one in entries if one.digest == digest}.values())
    elif len(entries) > 1:
        entries = without_attached(layout, entries)
    if len(entries) != 1:
        wanted = f"with the tag {tag}" if tag else f"with the digest {digest}" if digest else "in its index.json"
        raise UsageError(
            f"{printable(str(layout.folder))}: {len(entries)} manifests {wanted}, not one",
            hint="choose one by its tag or digest: oci-layout:DIR:TAG or oci-layout:DIR@sha256:HEX",
        )
    return entries[0]


def _check(layout: Layout, top: Descriptor) -> bytes:
    """The bytes of a manifest, all of whose parts are there."""
    seen: set[tuple[str, int, str]] = set()

    def new(content: Manifest | Index) -> Iterator[Descriptor]:
        """Parts that were not seen yet: what manifests share, or an index repeats, is checked once."""
        parts = content.manifests if isinstance(content, Index) else (content.config, *content.layers)
        for part in parts:
            if (part.digest, part.size, part.media_type) in seen:
                continue
            seen.add((part.digest, part.size, part.media_type))
            if len(seen) > MAX_BLOBS:
                raise layout.unreadable("index.json", f"more than {MAX_BLOBS} blobs")
            yield part

    data = layout.content(top, oci.MAX_BYTES)
    pending = [(part, 1) for part in new(layout.decoded(top, data))]
    while pending:
        descriptor, depth = pending.pop()
        if descriptor.media_type in oci.MANIFESTS | oci.INDEXES:
            if depth > MAX_NESTING:
                raise layout.unreadable(descriptor.digest, f"indexes nest deeper than {MAX_NESTING}")
            pending += [(part, depth + 1) for part in new(layout.manifest(descriptor))]
        else:
            for _ in layout.blob(descriptor):
                pass
    return data
