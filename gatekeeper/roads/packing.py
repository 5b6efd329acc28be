"""Everything that a verification needs in one file, carried to where there is no network, and laid out there again."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from gatekeeper.errors import SettingsError, Undecidable, UnreadableInput, UsageError, VerificationFailure
from gatekeeper.formats import pack as packs
from gatekeeper.formats.attestations import cosign_descriptor
from gatekeeper.formats.attestations.cosign_manifest import Attached
from gatekeeper.formats.attestations.reading import MAX_BYTES
from gatekeeper.formats.pack import Pack, PackedSubject
from gatekeeper.formats.sigstore.bundle import SUFFIX
from gatekeeper.roads.registries import registry_of
from gatekeeper.verification import roots
from gatekeeper.verification.gathering import Gatherer, Source, read_bounded
from gatekeeper.verification.referrers import attached_in_layout, attached_in_registry
from gatekeeper.verification.relevance import Relevance
from gatekeeper.verification.subjects.base import Subject
from gatekeeper.verification.subjects.naming import IMAGE, LAYOUT, REGISTRY, on_disk
from gatekeeper.verification.subjects.resolving import resolve_all
from gatekeeper.verification.trust.loading import TrustFile, read_trust
from gatekeeper.verification.trust.model import PUBLIC, Authority, Document
from gatekeeper.verification.trust.pins import misfits, pinned, unpinned
from gatekeeper.verification.trust.places import check_files, find_trust
from gatekeeper.verification.trust.reading import read as read_document
from gatekeeper.verification.trust.writing import write as write_trust
from gatekeeper.workspace.names import printable
from gatekeeper.workspace.writing import write_folder

if TYPE_CHECKING:
    from gatekeeper.registry.client import Client

PUBLIC_ROOT = "public-root.json"
ATTESTATIONS, TRUST = "attestations", "trust"
SUBJECTS = "subjects.txt"
_SHOWN_DIGITS = 12
_SHOWN_NOTES = 10


@dataclass(frozen=True, slots=True)
class PackRequest:
    """What is packed: attestations of ``subjects``, from a file or folder, ``oci`` or "" (where each subject's are).

    ``trust`` is the trust file; None: the one of the environment, the user or the organisation.
    """

    subjects: tuple[str, ...]
    trust: Path | None = None
    attestations: str = ""


@dataclass(frozen=True, slots=True)
class Packed:
    """A pack, and what whoever made it must know."""

    data: bytes
    contents: Pack
    notes: tuple[str, ...]


def pack(request: PackRequest) -> Packed:
    """Gather it. Nothing is verified: that is done where it is unpacked, and here by ``verify``.

    Raises:
        UsageError, SettingsError: a subject, file or trust file is missing or malformed, or there is no attestation.
        Undecidable: a registry or file cannot be read, or it is too much.
        VerificationFailure: a registry or layout holds something else than it says.
    """
    if request.attestations == REGISTRY and not all(text.startswith(IMAGE) for text in request.subjects):
        raise UsageError(
            "--attestations oci is about subjects in a registry", hint="name the file or folder with --attestations"
        )
    places = [where for text in request.subjects if (where := on_disk(text)) is not None]
    path = find_trust(request.trust, os.environ, Path.cwd(), places)
    trust = read_trust(path)
    check_files(path, unpinned(trust.document), Path.cwd(), places)
    unread: dict[str, None] = {}
    with registry_of(request.subjects) as client:
        subjects = [one for text in request.subjects for one in resolve_all(text, client)]
        files = _Files()
        for name, data in _attestations(request, subjects, client, unread):
            files.add(name, data)
    if not files.found:
        raise UsageError(
            f"there are no attestations of {', '.join(printable(text) for text in request.subjects)}",
            hint="name their file or folder with --attestations",
        )
    packed = [
        PackedSubject(printable(one.uri), printable(one.name), dict(sorted(one.digests.items()))) for one in subjects
    ]
    notes = list(unread)[:_SHOWN_NOTES]
    if len(unread) > _SHOWN_NOTES:
        notes.append(f"{len(unread) - _SHOWN_NOTES} more left out, which cannot be read either")
    contents = Pack(tuple(packed), files.found, _portable(trust, notes))
    try:
        return Packed(packs.write(contents), contents, tuple(notes))
    except ValueError as error:
        raise UsageError(f"this cannot be packed: {error}") from None


def unpack(file: Path, folder: Path) -> tuple[Pack, tuple[str, ...]]:
    """Lay the contents out in a new ``folder``: ``attestations/``, ``trust/`` and ``subjects.txt``; with notes.

    The trust file is only written. Whoever believes it names it: a pack comes from where its artifact comes from.

    Raises:
        UsageError: the file is missing, or the folder is there already or cannot be written.
        VerificationFailure: something in it was changed after it was packed.
        UnreadableInput: it is no pack, or is cut off, or its trust file is none, or does not cover what it names.
    """
    data = read_bounded(file, packs.MAX_BYTES)
    hint = "copy it anew from where `gatekeeper evidence pack` made it"
    try:
        contents = packs.read(data)
    except packs.Mismatch as error:
        raise VerificationFailure(
            f"{printable(str(file))}: {error}", expected=error.expected, found=error.found, hint=hint, step="pack"
        ) from None
    except ValueError as error:
        raise UnreadableInput(str(error), path=printable(str(file)), hint=hint) from None
    lines = [f"{name}:{digest}  {one.name}" for one in contents.subjects for name, digest in one.digests.items()]
    files = {
        SUBJECTS: "".join(f"{printable(line)}\n" for line in lines).encode(),
        **{f"{ATTESTATIONS}/{name}": content for name, content in contents.attestations.items()},
        **{f"{TRUST}/{path}": content for path, content in contents.trust.items()},
    }
    _check_covered(contents.trust, printable(str(file)))
    # It must be new: what lay there before would count as attestations, too.
    write_folder(folder, files)
    packed_root = contents.trust.get(PUBLIC_ROOT)
    if packed_root is not None and sha256(packed_root).hexdigest() != roots.PUBLIC_ROOT_SHA256:
        note = f"packed with another root of the public Sigstore than that of {roots.PUBLIC_ROOT_DATE}, which counts"
        return contents, (note,)
    return contents, ()


def _check_covered(files: Mapping[str, bytes], name: str) -> None:
    """See that who knows the trust file's digest knows its keys and roots, too: no other ones are packed beside it."""
    try:
        document = read_document(files[packs.TRUST], packs.TRUST)
    except SettingsError as error:
        raise UnreadableInput(f"the packed trust file: {error.message}", path=name) from None
    if wrong := misfits(document, files):
        raise VerificationFailure(
            f"{name}: the packed trust file does not vouch for {', '.join(map(printable, wrong[:_SHOWN_NOTES]))}",
            expected="the sha256 of each key, certificate and root that it names, and these files",
            found="another file, none, or no digest",
            hint="pack it anew: `gatekeeper evidence pack` writes all digests into the trust file",
            step="pack",
        )


class _Files:
    """Attestations by names that any machine can have, each content once under a name."""

    def __init__(self) -> None:
        self.found: dict[str, bytes] = {}
        self._taken: set[str] = set()
        self._known: set[tuple[str, bytes]] = set()
        self._numbers: dict[str, int] = {}
        self._bytes = 0

    def add(self, name: str, data: bytes) -> None:
        """Take a file.

        Raises:
            Undecidable: it is too much for a pack.
        """
        plain = packs.plain_name(name)
        folded = plain.casefold()
        content = (folded, sha256(data).digest())
        if content in self._known:
            return
        self._known.add(content)
        self._bytes += len(data)
        if self._bytes > packs.MAX_BYTES or len(self.found) >= packs.MAX_FILES:
            raise Undecidable(
                f"attestations of more than {packs.MAX_BYTES >> 20} MiB, or more than {packs.MAX_FILES} files",
                hint="pack fewer subjects at once",
            )
        number, chosen = self._numbers.get(folded, 0), folded
        while not number or chosen.casefold() in self._taken:
            number += 1
            chosen = plain if number == 1 else f"{number}-{plain}"
        self._numbers[folded] = number
        self._taken.add(chosen.casefold())
        self.found[chosen] = data


def _attestations(
    request: PackRequest, subjects: Sequence[Subject], client: Client | None, unread: dict[str, None]
) -> Iterator[tuple[str, bytes]]:
    """Names and contents of files; ``unread`` collects what is told of those that cannot be read."""
    gatherer = Gatherer()
    if request.attestations not in ("", REGISTRY):
        yield from _read(gatherer.named(Path(request.attestations)), None, unread)
        return
    indexes: dict[int, Relevance] = {}
    for subject in subjects:
        if subject.uri.startswith(IMAGE) and client is not None:
            yield from _attached(subject, attached_in_registry(client, subject))
        elif (where := on_disk(subject.uri)) is not None:
            if subject.uri.startswith(LAYOUT):
                yield from _attached(subject, attached_in_layout(subject))
            for source in gatherer.beside(where, subject.digests.get("sha256", "")):
                names = None
                if source.shared:
                    if id(source) not in indexes:
                        indexes[id(source)] = Relevance(source.attestations, subjects)
                    names = {one.name for one in indexes[id(source)].of(subject).attestations}
                yield from _read(source, names, unread)


def _read(source: Source, names: Collection[str] | None, unread: dict[str, None]) -> Iterator[tuple[str, bytes]]:
    """The files of a source; with ``names``, only those that these attestations are in."""
    unread.update(dict.fromkeys(f"left out: {printable(one.name)}: {one.failure.message}" for one in source.unread))
    files = {name[:end] for name in names or () for end in (*_colons(name), len(name))}
    for path in sorted(source.files):
        base = os.path.basename(path)
        if names is None or base in files:
            yield base, read_bounded(Path(path), MAX_BYTES)


def _colons(text: str) -> Iterator[int]:
    return (index for index, letter in enumerate(text) if letter == ":")


def _attached(subject: Subject, found: Sequence[Attached]) -> Iterator[tuple[str, bytes]]:
    """What is attached to an image as files: bundles as they are, layers of elder cosign with their annotations."""
    for number, one in enumerate(found, 1):
        name = f"{subject.digests['sha256'][:_SHOWN_DIGITS]}-{number}"
        if one.is_bundle:
            yield name + SUFFIX, one.data
        else:
            yield name + cosign_descriptor.SUFFIX, cosign_descriptor.encode(one.layer, one.data)


def _portable(trust: TrustFile, notes: list[str]) -> dict[str, bytes]:
    """The trust file and what it names, all covered by its digest.

    It is written anew where it lacks digests, or names files by places that other machines have not.
    """
    files, data = dict(trust.files), trust.data
    moved = {
        name: f"{number}-{os.path.basename(name)}"
        for number, name in enumerate(files, 1)
        if not packs.is_plain_path(name) or name in (packs.TRUST, PUBLIC_ROOT)
    }
    uncovered = unpinned(trust.document)
    if moved or uncovered:
        data = write_trust(_renamed(pinned(trust.document, files), moved))
        files = {moved.get(name, name): content for name, content in files.items()}
        why = [f"names files elsewhere ({', '.join(map(printable, moved))})"] * bool(moved)
        why += [f"has no digests of {', '.join(map(printable, uncovered))}"] * bool(uncovered)
        notes.append(
            f"the trust file {' and '.join(why)}: the packed one, which covers them by their digests, has sha256"
            f" {sha256(data).hexdigest()} instead of {trust.sha256}"
        )
    if any(authority.root == PUBLIC for authority in trust.document.authority):
        files[PUBLIC_ROOT] = roots.public_root()
    return {packs.TRUST: data, **files}


def _renamed(document: Document, names: Mapping[str, str]) -> Document:
    def renamed(authority: Authority) -> Authority:
        return dataclasses.replace(
            authority,
            root=names.get(authority.root, authority.root),
            key=names.get(authority.key, authority.key),
            certificate=names.get(authority.certificate, authority.certificate),
        )

    return dataclasses.replace(document, authority=tuple(map(renamed, document.authority)))
