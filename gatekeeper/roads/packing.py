"""Everything that a verification needs in one file, carried to where there is no network, and laid out there again."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from gatekeeper.errors import UnreadableInput, UsageError
from gatekeeper.formats import pack as packs
from gatekeeper.formats.attestations.reading import MAX_BYTES
from gatekeeper.formats.pack import Pack, PackedSubject
from gatekeeper.registry.reference import Reference
from gatekeeper.verification import roots
from gatekeeper.verification.gathering import Gatherer, Source, read_bounded
from gatekeeper.verification.relevance import Relevance
from gatekeeper.verification.subjects.base import Subject
from gatekeeper.verification.subjects.resolving import resolve_all
from gatekeeper.verification.trust.loading import TrustFile, read_trust
from gatekeeper.verification.trust.model import PUBLIC, Authority, Document
from gatekeeper.verification.trust.places import find_trust
from gatekeeper.verification.trust.writing import write as write_trust
from gatekeeper.workspace.names import printable
from gatekeeper.workspace.writing import write_whole

if TYPE_CHECKING:
    from gatekeeper.registry.client import Client

REGISTRY = "oci"
PUBLIC_ROOT = "public-root.json"
ATTESTATIONS, TRUST = "attestations", "trust"
SUBJECTS = "subjects.txt"
_IMAGE = "oci://"
_LAYOUT = "oci-layout:"


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
    if request.attestations == REGISTRY and not all(text.startswith(_IMAGE) for text in request.subjects):
        raise UsageError(
            "--attestations oci is about subjects in a registry", hint="name the file or folder with --attestations"
        )
    trust = read_trust(
        find_trust(
            request.trust,
            os.environ,
            Path.cwd(),
            [_place(text) for text in request.subjects if not text.startswith(_IMAGE)],
        )
    )
    notes: list[str] = []
    with _registry(request) as client:
        subjects = [one for text in request.subjects for one in resolve_all(text, client)]
        files = _Files()
        for name, data in _attestations(request, subjects, client, notes):
            files.add(name, data)
    if not files.found:
        raise UsageError(
            f"there are no attestations of {', '.join(printable(text) for text in request.subjects)}",
            hint="name their file or folder with --attestations",
        )
    packed = [
        PackedSubject(printable(one.uri), printable(one.name), dict(sorted(one.digests.items()))) for one in subjects
    ]
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
        UnreadableInput: it is no pack, or a damaged one.
    """
    data = read_bounded(file, packs.MAX_BYTES)
    try:
        contents = packs.read(data)
    except ValueError as error:
        hint = "copy it anew from where `gatekeeper evidence pack` made it"
        raise UnreadableInput(str(error), path=str(file), hint=hint) from None
    try:
        # It must be new: what lay there before would count as attestations, too.
        folder.mkdir(parents=True)
        for name, files in ((ATTESTATIONS, contents.attestations), (TRUST, contents.trust)):
            for path, content in files.items():
                target = folder / name / path
                target.parent.mkdir(parents=True, exist_ok=True)
                write_whole(target, content)
    except FileExistsError:
        raise UsageError(f"{folder} is there already", hint="unpack into a new folder") from None
    except OSError as error:
        raise UsageError(f"{folder} cannot be written: {error.strerror}") from None
    lines = [f"{name}:{digest}  {one.name}" for one in contents.subjects for name, digest in one.digests.items()]
    write_whole(folder / SUBJECTS, "".join(f"{printable(line)}\n" for line in lines).encode())
    packed_root = contents.trust.get(PUBLIC_ROOT)
    if packed_root is not None and sha256(packed_root).hexdigest() != roots.PUBLIC_ROOT_SHA256:
        note = f"packed with another root of the public Sigstore than that of {roots.PUBLIC_ROOT_DATE}, which counts"
        return contents, (note,)
    return contents, ()


class _Files:
    """Attestations by names that any machine can have, each content once."""

    def __init__(self) -> None:
        self.found: dict[str, bytes] = {}

    def add(self, name: str, data: bytes) -> None:
        plain = "".join(letter if packs.is_plain(f"x{letter}x") else "-" for letter in name).strip(" .")[-120:] or "-"
        taken = {known.casefold(): known for known in self.found}
        number, chosen = 1, plain
        while chosen.casefold() in taken:
            if self.found[taken[chosen.casefold()]] == data:
                return
            number, chosen = number + 1, f"{number + 1}-{plain}"
        self.found[chosen] = data


def _attestations(
    request: PackRequest, subjects: Sequence[Subject], client: Client | None, notes: list[str]
) -> Iterator[tuple[str, bytes]]:
    gatherer = Gatherer()
    if request.attestations not in ("", REGISTRY):
        yield from _read([gatherer.named(Path(request.attestations))], None)
        return
    for subject in subjects:
        if subject.uri.startswith(_IMAGE) and client is not None:
            yield from _attached(subject, client, notes)
        else:
            yield from _read(gatherer.beside(_place(subject.uri), subject.digests.get("sha256", "")), subject)


def _read(sources: Sequence[Source], subject: Subject | None) -> Iterator[tuple[str, bytes]]:
    """The files of sources; where they were not named, only those that can be about the subject."""
    for source in sources:
        names = None
        if subject is not None and source.shared:
            names = {one.name for one in Relevance(source.attestations).of(subject).attestations}
        for path in sorted(source.files):
            base = os.path.basename(path)
            if names is None or any(name == base or name.startswith(f"{base}:") for name in names):
                yield base, read_bounded(Path(path), MAX_BYTES)


def _attached(subject: Subject, client: Client, notes: list[str]) -> Iterator[tuple[str, bytes]]:
    from gatekeeper.registry import attached  # noqa: PLC0415 - only where there is a client

    repository = Reference.parse(subject.uri.removeprefix(_IMAGE)).repository
    digest = subject.digests["sha256"]
    with client.operation():
        for number, one in enumerate(attached.find_bundles(client, repository, f"sha256:{digest}"), 1):
            yield f"{digest[:12]}-{number}.sigstore.json", one.data
        kinds = (attached.SIGNATURES, attached.ATTESTATIONS)
        old = sum(len(attached.find_legacy(client, repository, f"sha256:{digest}", kind)) for kind in kinds)
    if old:
        notes.append(f"{printable(subject.uri)}: {old} signatures in the layout of cosign 2 are no files: left out")


def _portable(trust: TrustFile, notes: list[str]) -> dict[str, bytes]:
    """The trust file and what it names; written anew where it names files by places that other machines have not."""
    files, data = dict(trust.files), trust.data
    moved = {
        name: f"{number}-{os.path.basename(name)}"
        for number, name in enumerate(files, 1)
        if not packs.is_plain_path(name) or name in (packs.TRUST, PUBLIC_ROOT)
    }
    if moved:
        data = write_trust(_renamed(trust.document, moved))
        files = {moved.get(name, name): content for name, content in files.items()}
        notes.append(
            f"the trust file names files elsewhere ({', '.join(map(printable, moved))}): the packed one has sha256"
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


def _place(text: str) -> Path:
    """Where a subject is on disk, by its URI."""
    for prefix in ("file:", "tree:", "dir:", _LAYOUT):
        if text.startswith(prefix):
            path = text.removeprefix(prefix).replace("\0", "")
            if prefix == _LAYOUT and not os.path.isdir(path):
                path = path.rpartition("@" if "@sha256:" in path else ":")[0]
            return Path(os.path.abspath(path))
    return Path(os.path.abspath(text.replace("\0", "")))


@contextmanager
def _registry(request: PackRequest) -> Iterator[Client | None]:
    if not any(text.startswith(_IMAGE) for text in request.subjects):
        yield None
        return
    from gatekeeper.roads.attaching import registry_client  # noqa: PLC0415 - only where a registry is asked

    with registry_client(os.environ, Path.home()) as client:
        yield client
