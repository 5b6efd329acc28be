"""Attestations as files: beside a subject, in a folder, in one file. All are read bounded, and regular files only."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from gatekeeper.errors import Undecidable, UnreadableInput, VerificationFailure
from gatekeeper.formats.attestations.base import Attestation
from gatekeeper.formats.attestations.reading import MAX_BYTES, PACKED, Contents, read_all
from gatekeeper.formats.sigstore.bundle import SUFFIX
from gatekeeper.verification.subjects.reading import opened

MAX_FILES = 10_000
MAX_TOTAL_BYTES = 512 << 20
# What other tools append to the name of what they sign; ``.sigstore.json`` counts under any name.
SUFFIXES = (
    ".sigstore",
    ".jsonl",
    ".intoto.json",
    ".intoto.jsonl",
    ".slsa",
    ".build.slsa",
    ".attestation",
    ".publish.attestation",
    ".slsa.attestation",
    ".provenance",
)
_COPY = "copy it anew from where it was made"


@dataclass(frozen=True, slots=True)
class Unread:
    """Something in the place of an attestation that is none, and why."""

    name: str
    sha256: str
    failure: VerificationFailure


@dataclass(frozen=True, slots=True)
class Source:
    """Where was looked, and what was found there.

    ``files`` are those that hold attestations, by their real paths, each with the digests of these; "" is among them
    where the file holds more than these: what could not be read, or what no signature covers. ``shared`` says that it
    is a place for the attestations of many subjects.
    """

    place: str
    attestations: tuple[Attestation, ...] = ()
    unread: tuple[Unread, ...] = ()
    files: Mapping[str, frozenset[str]] = field(default_factory=dict)
    shared: bool = True


class Gatherer:
    """Reads files of attestations, each once."""

    def __init__(self) -> None:
        self._read: dict[str, Contents] = {}
        self._listed: dict[str, dict[str, None]] = {}
        self._bundles: dict[str, Source] = {}
        self._bytes = 0

    def named(self, location: Path) -> Source:
        """What a file, or each file ``*.sigstore.json`` or with another known suffix in a folder, holds.

        Raises:
            UsageError: there is no such file or folder.
            UnreadableInput: it cannot be read, or is no regular file.
            Undecidable: it is too much.
        """
        if location.is_dir():
            known = (SUFFIX, *SUFFIXES)
            files = [location / name for name in self._names(location) if name.endswith(known)]
            return self._source(f"{location}{os.sep}*{{{','.join(known)}}}", files)
        return self._source(str(location), [location])

    def beside(self, path: Path, sha256: str = "") -> tuple[Source, Source]:
        """All bundles that lie beside a file or folder, and what has its name and a known suffix.

        ``sha256`` is its digest in hex: GitHub's tool names what it downloads by that.

        Raises:
            UnreadableInput, Undecidable: as ``named`` does.
        """
        folder = path.parent
        names = self._names(folder)
        if str(folder) not in self._bundles:
            bundles = [folder / name for name in names if name.endswith(SUFFIX)]
            self._bundles[str(folder)] = self._source(str(folder / f"*{SUFFIX}"), bundles)
        own = [f"{path.name}{suffix}" for suffix in SUFFIXES]
        if sha256:
            own += [f"sha256:{sha256}.jsonl", f"sha256-{sha256}.jsonl"]
        source = self._source(f"{path.name}{{{','.join(SUFFIXES)}}}", [folder / name for name in own if name in names])
        return self._bundles[str(folder)], dataclasses.replace(source, shared=False)

    def _names(self, folder: Path) -> Mapping[str, None]:
        """The names in a folder, sorted."""
        key = str(folder)
        if key not in self._listed:
            try:
                self._listed[key] = dict.fromkeys(sorted(os.listdir(folder)))
            except OSError as error:
                raise UnreadableInput(f"cannot be listed: {error.strerror}", path=key) from None
        return self._listed[key]

    def _source(self, place: str, files: Sequence[Path]) -> Source:
        attestations: list[Attestation] = []
        unread: list[Unread] = []
        holding: dict[str, frozenset[str]] = {}
        if len(files) > MAX_FILES:
            raise Undecidable(f"{place}: more than {MAX_FILES} files", hint="name one file with --attestations")
        for path in files:
            contents = self._file(path)
            attestations += contents.attestations
            unread += _unread_of(path.name, contents)
            if contents.attestations:
                digests = {one.sha256 if one.closed else "" for one in contents.attestations}
                holding[os.path.realpath(path)] = frozenset(digests | {""} if contents.unread else digests)
        return Source(place, tuple(attestations), tuple(unread), holding)

    def _file(self, path: Path) -> Contents:
        key = str(path)
        if key not in self._read:
            data = read_bounded(path, MAX_BYTES)
            self._bytes += len(data)
            if self._bytes > MAX_TOTAL_BYTES:
                raise Undecidable(
                    f"attestations of more than {MAX_TOTAL_BYTES >> 20} MiB", hint="name one file with --attestations"
                )
            self._read[key] = read_all(path.name, data)
        return self._read[key]


def _unread_of(name: str, contents: Contents) -> Iterator[Unread]:
    yield from (unread(one.name, one.problem) for one in contents.unread)
    if contents.repeated:
        again = VerificationFailure("they repeat other lines, which were read", step="format")
        yield Unread(f"{name}: {contents.repeated} more lines", "", again)


def unread(name: str, problem: object) -> Unread:
    """Something that is no attestation."""
    hint = "unpack it, and name its folder `attestations`" if str(problem) == PACKED else _COPY
    return Unread(name, "", VerificationFailure(f"not a bundle that can be read: {problem}", hint=hint, step="format"))


def read_bounded(path: Path, limit: int) -> bytes:
    """The bytes of a regular file; of a larger one, one byte more than ``limit``.

    Raises:
        UsageError: there is no such file.
        UnreadableInput: it is no regular file, or cannot be read.
    """
    return b"".join(_pieces(path, limit + 1))


def _pieces(path: Path, left: int) -> Iterator[bytes]:
    with opened(path) as (number, _):
        try:
            while left > 0 and (piece := os.read(number, min(1 << 20, left))):
                left -= len(piece)
                yield piece
        except OSError as error:
            raise UnreadableInput(error.strerror or str(error), path=str(path)) from None
