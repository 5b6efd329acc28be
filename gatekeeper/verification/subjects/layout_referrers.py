"""What is attached to a manifest inside an OCI image layout: the same that is attached to it in a registry.

Copying tools keep it in different ways. Manifests that name the signed one as their ``subject`` count wherever they are
among the blobs: oras lists them in ``index.json``, regctl in an index under the annotation of the fallback tag
``sha256-HEX``, and ``cosign save`` nowhere. cosign's old layout is a manifest under the tag ``sha256-HEX.sig`` or
``.att``, or one whose annotation ``kind`` says so.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator, Mapping
from hashlib import new as new_hash
from pathlib import Path

from gatekeeper.errors import UnreadableInput, VerificationFailure
from gatekeeper.formats import oci
from gatekeeper.formats.attestations import cosign_manifest
from gatekeeper.formats.attestations.cosign_manifest import Attached, fallback_tag
from gatekeeper.formats.attestations.reading import MAX_BYTES as MAX_BUNDLE_BYTES
from gatekeeper.formats.oci import Descriptor, Index, Manifest
from gatekeeper.verification.subjects.layout_files import Layout
from gatekeeper.verification.subjects.reading import opened, pieces
from gatekeeper.workspace.names import printable

MAX_BLOBS = 100_000
MAX_REFERRERS = 1000
MAX_MANIFEST_BYTES = 256 << 20  # of all documents that are read to see whether they refer to something
_KIND = "kind"
_OLD_KINDS = frozenset({"dev.cosignproject.cosign/sigs", "dev.cosignproject.cosign/atts"})
_ATTACHED_TAG = re.compile(r"sha256-[0-9a-f]{64}(?:\.(?:sig|att|sbom))?\Z")
_HEX_DIGITS = {"sha256": 64, "sha512": 128}


def find(folder: str, digests: Collection[str]) -> list[Attached]:
    """All attestations of a manifest that has these ``digests`` (``sha256:HEX``), in the order of their digests.

    Raises:
        UnreadableInput: something that is listed as attached is missing or malformed, or it is too much.
        VerificationFailure: something does not have its digest, or is listed for another manifest than its own.
    """
    layout = Layout(Path(folder))
    wanted = frozenset(digests)
    manifests = {**_old(layout, wanted), **_listed(layout, wanted), **_unlisted(layout, wanted)}
    if len(manifests) > MAX_REFERRERS:
        raise layout.unreadable("index.json", f"more than {MAX_REFERRERS} manifests refer to one")
    found: list[Attached] = []
    total = 0
    shown = printable(layout.folder.name)
    for digest in sorted(manifests):
        for name, layer in cosign_manifest.layers(f"{shown}@{digest}", manifests[digest]):
            total += layer.size
            if total > cosign_manifest.MAX_TOTAL_BYTES:
                raise layout.unreadable(
                    "index.json", f"attestations of more than {cosign_manifest.MAX_TOTAL_BYTES} bytes"
                )
            found.append(Attached(name, layer, layout.content(layer, MAX_BUNDLE_BYTES)))
    return found


def without_attached(layout: Layout, entries: tuple[Descriptor, ...]) -> tuple[Descriptor, ...]:
    """Those entries of ``index.json`` that are attached to no other one; all, where each of them is.

    What has a tag of its own can be taken by it, and what is attached to nothing here is something else: neither is
    passed over, for nobody has signed ``index.json``.

    Raises:
        UnreadableInput, VerificationFailure: as ``find`` does.
    """
    budget = _Budget(layout)
    digests = {entry.digest for entry in entries}
    tags = {fallback_tag(digest) for digest in digests}
    left = []
    for entry in entries:
        tag = entry.annotations.get(oci.REF_NAME, "")
        if tag.partition(".")[0] in tags:
            continue
        if entry.media_type == oci.MANIFEST and (not tag or _ATTACHED_TAG.match(tag)):
            budget.spend(entry.size)
            content = layout.manifest(entry)
            if isinstance(content, Manifest) and _is_attached(content, digests):
                continue
        left.append(entry)
    return tuple(left) or entries


def _is_attached(content: Manifest, digests: Collection[str]) -> bool:
    """To one of these, or, since it holds nothing but attestations, to something else."""
    if content.subject is not None and content.subject.digest in digests:
        return True
    return 0 < len(content.layers) == len(cosign_manifest.layers("", content))


def _old(layout: Layout, wanted: Collection[str]) -> Mapping[str, Manifest]:
    """The manifests of cosign's old layout, which name no subject: their layers say what they are about."""
    tags = {f"{fallback_tag(digest)}.{kind}" for digest in wanted for kind in cosign_manifest.LAYER_TYPES}
    budget = _Budget(layout)
    found: dict[str, Manifest] = {}
    for entry in layout.index().manifests:
        if entry.annotations.get(oci.REF_NAME) in tags or entry.annotations.get(_KIND) in _OLD_KINDS:
            budget.spend(entry.size)
            content = layout.manifest(entry)
            if isinstance(content, Manifest):
                found[entry.digest] = content
    return found


def _listed(layout: Layout, wanted: Collection[str]) -> Mapping[str, Manifest]:
    """What the index under the fallback tag lists. An index in it is not entered."""
    tags = {fallback_tag(digest) for digest in wanted}
    budget = _Budget(layout)
    found: dict[str, Manifest] = {}
    for entry in layout.index().manifests:
        if entry.annotations.get(oci.REF_NAME) not in tags:
            continue
        budget.spend(entry.size)
        listing = layout.manifest(entry)
        if not isinstance(listing, Index):
            raise layout.unreadable(entry.digest, "a manifest under the tag of the index of what refers to another")
        for one in listing.manifests:
            if one.media_type != oci.MANIFEST or one.digest in found:
                continue
            budget.spend(one.size)
            content = layout.manifest(one)
            if isinstance(content, Manifest):
                _check_subject(layout, one.digest, content, wanted)
                found[one.digest] = content
    return found


def _check_subject(layout: Layout, digest: str, manifest: Manifest, wanted: Collection[str]) -> None:
    found = manifest.subject.digest if manifest.subject else "no subject"
    if cosign_manifest.layers("", manifest) and found not in wanted:
        raise VerificationFailure(
            f"{printable(str(layout.folder))} lists {digest} as attached to another artifact",
            expected=min(wanted),
            found=found,
            hint="the layout, or who wrote its fallback tag, is wrong: copy it anew",
            step="subject",
        )


def _unlisted(layout: Layout, wanted: Collection[str]) -> Mapping[str, Manifest]:
    """All manifests among the blobs that name the wanted one as their subject."""
    hexes = [digest.partition(":")[2].encode() for digest in wanted]
    found = {}
    budget = _Budget(layout)
    for algorithm, name in _blobs(layout):
        path = layout.folder / "blobs" / algorithm / name
        data = _document(path, budget)
        # Whoever refers to it names it: most documents need not be parsed.
        if not any(one in data for one in hexes):
            continue
        try:
            manifest = Manifest.decode(data)
        except ValueError:
            continue  # configurations and attestations name it as well
        if manifest.subject is None or manifest.subject.digest not in wanted:
            continue
        if (actual := new_hash(algorithm, data).hexdigest()) != name:
            raise layout.mismatch(f"{algorithm}:{name}", f"{algorithm}:{name}", f"{algorithm}:{actual}")
        found[f"{algorithm}:{name}"] = manifest
    return found


def _blobs(layout: Layout) -> Iterator[tuple[str, str]]:
    """Algorithms and names of all blobs that can be manifests."""
    number = 0
    for algorithm, digits in _HEX_DIGITS.items():
        try:
            entries = os.scandir(layout.folder / "blobs" / algorithm)
        except FileNotFoundError:
            continue
        except OSError as error:
            raise layout.unreadable(f"blobs/{algorithm}", f"cannot be listed: {error.strerror}") from None
        with entries:
            for entry in entries:
                number += 1
                if number > MAX_BLOBS:
                    raise layout.unreadable("blobs", f"more than {MAX_BLOBS} blobs")
                if len(entry.name) == digits and entry.is_file(follow_symlinks=False):
                    yield algorithm, entry.name


def _document(path: Path, budget: _Budget) -> bytes:
    """The bytes of a blob that can be a manifest; none of others."""
    shown = printable(str(path))
    with opened(path, follow=False) as (number, status):
        try:
            if status.st_size > oci.MAX_BYTES or os.pread(number, 1, 0) != b"{":
                return b""
        except OSError as error:
            raise UnreadableInput(error.strerror or str(error), path=shown) from None
        budget.spend(status.st_size)
        return b"".join(pieces(number, status, shown))


class _Budget:
    """Bytes that may still be read."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._left = MAX_MANIFEST_BYTES

    def spend(self, size: int) -> None:
        """Count what is about to be read.

        Raises:
            UnreadableInput: it is too much.
        """
        self._left -= size
        if self._left < 0:
            raise self._layout.unreadable("blobs", f"documents of more than {MAX_MANIFEST_BYTES} bytes")
