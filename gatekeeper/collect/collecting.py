"""Find the reader of each file, and have the files read by the workers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

from gatekeeper.collect.base import HEAD_BYTES, Reader
from gatekeeper.collect.readers import READERS
from gatekeeper.errors import GatekeeperError, UnreadableInput
from gatekeeper.formats import jsonable
from gatekeeper.model.coverage import CoveredFile, Status
from gatekeeper.model.json import Json
from gatekeeper.workers import Item, Pool
from gatekeeper.workspace.masking import mask_json
from gatekeeper.workspace.tree import Entry, Tree

# Kinds that are recognised and counted, but not parsed.
RECOGNISED_ONLY = frozenset({"helm"})

TASK = f"{__name__}:read_file"


@dataclass(frozen=True, slots=True)
class ReadFile:
    """What became of one file: its facts and their kind, or why there are none."""

    covered: CoveredFile
    kind: str = ""
    facts: Sequence[Json] = ()


@dataclass(frozen=True)
class Collected:
    """What became of each file of the tree, by path, and what was left out."""

    read: Mapping[str, ReadFile]
    excluded: Sequence[CoveredFile]

    @cached_property
    def files(self) -> tuple[CoveredFile, ...]:
        """All files, sorted by path."""
        return tuple(sorted((*self.excluded, *(f.covered for f in self.read.values())), key=lambda file: file.path))

    @cached_property
    def facts(self) -> dict[str, list[Json]]:
        """The facts of all readers, by kind, in the order of their paths."""
        facts: dict[str, list[Json]] = {reader.kind: [] for reader in READERS}
        for path in sorted(self.read):
            if (file := self.read[path]).kind:
                facts[file.kind].extend(file.facts)
        return facts


def collect(
    tree: Tree,
    pool: Pool,
    progress: Callable[[int, int], None] = lambda done, total: None,
    known: Mapping[str, ReadFile] = MappingProxyType({}),
) -> Collected:
    """Read every file that a reader claims; ``progress`` is told how many of the claimed files are done.

    Files in ``known`` are not read again. One that cannot be read, or that breaks its reader, is marked as failed with
    cause and place.
    """
    read: dict[str, ReadFile] = {}
    claimed: list[tuple[Entry, Reader]] = []
    for entry in tree.entries:
        if entry.path in known:
            read[entry.path] = known[entry.path]
            continue
        try:
            reader = _reader_of(entry.path, tree.head(entry.path, HEAD_BYTES) if entry.size else b"")
        except UnreadableInput as error:
            read[entry.path] = ReadFile(_failed(entry.path, "", error))
            continue
        if reader is None:
            read[entry.path] = ReadFile(CoveredFile(entry.path, Status.UNCLAIMED))
        else:
            claimed.append((entry, reader))
    work = _Work(tree, claimed)
    for done, ((entry, reader), outcome) in enumerate(zip(claimed, pool.map(TASK, work.items()), strict=True), 1):
        if (problem := work.unread.get(entry.path) or outcome.error) is not None:
            read[entry.path] = ReadFile(_failed(entry.path, reader.name, problem))
        elif not outcome.value:
            # Claimed on suspicion, and something else after all.
            read[entry.path] = ReadFile(CoveredFile(entry.path, Status.UNCLAIMED))
        else:
            status = Status.UNSUPPORTED if reader.kind in RECOGNISED_ONLY else Status.READ
            read[entry.path] = ReadFile(CoveredFile(entry.path, status, reader.name), reader.kind, outcome.value)
        progress(done, len(claimed))
    return Collected(read, tree.excluded)


def read_file(arguments: Json, payload: bytes) -> Json:
    """Read one file; runs in a worker. Arguments: ``reader`` (its name) and ``path``."""
    if payload == b"" and arguments["unread"]:
        return []
    reader = next(reader for reader in READERS if reader.name == arguments["reader"])
    return mask_json(jsonable.plain(reader.read(arguments["path"], payload)))


def _reader_of(path: str, head: bytes) -> Reader | None:
    return next((reader for reader in READERS if reader.claim(path, head)), None)


class _Work:
    """Reads files just before a worker takes them; those that cannot be read are remembered with their error."""

    def __init__(self, tree: Tree, claimed: Sequence[tuple[Entry, Reader]]) -> None:
        self.tree, self.claimed = tree, claimed
        self.unread: dict[str, GatekeeperError] = {}

    def items(self) -> Iterator[Item]:
        for entry, reader in self.claimed:
            data = b""
            try:
                data = self.tree.read(entry.path, reader.max_bytes)
            except UnreadableInput as error:
                self.unread[entry.path] = error
            arguments = {"reader": reader.name, "path": entry.path, "unread": entry.path in self.unread}
            yield Item(entry.path, arguments, data)


def _failed(path: str, kind: str, error: GatekeeperError) -> CoveredFile:
    line, column = (error.line, error.column) if isinstance(error, UnreadableInput) else (0, 0)
    return CoveredFile(path, Status.FAILED, kind, reason=error.message, line=line, column=column)
