"""Files read in worker processes: what is hostile there harms nothing but its own file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gatekeeper.conftest.documents.base import Parsed, format_named, format_of
from gatekeeper.errors import GatekeeperError, UnreadableInput, UsageError
from gatekeeper.formats import jsonable
from gatekeeper.model.json import Json
from gatekeeper.workers import Item, Pool

TASK = f"{__name__}:read"


@dataclass(frozen=True, slots=True)
class Document:
    """A file and what became of it: ``parsed``, or the error that says why not."""

    path: str
    parsed: Parsed | None = None
    error: GatekeeperError | None = None

    def unwrap(self) -> Parsed:
        """What was read.

        Raises:
            GatekeeperError: it could not be read.
        """
        if self.parsed is None:
            assert self.error is not None
            raise self.error
        return self.parsed


def documents(pool: Pool, files: Sequence[tuple[str, bytes]], parser: str | None = None) -> list[Document]:
    """Read files, given as (path, content), each as ``parser`` says or else as conftest takes it for its name.

    Documents come in the order of the files; a file that cannot be read, or breaks its worker, has an error.

    Raises:
        UsageError: there is no such parser.
    """
    if parser is not None:
        format_named(parser)
    chosen: list[str | GatekeeperError] = []
    for path, _ in files:
        try:
            chosen.append(parser or format_of(path))
        except GatekeeperError as error:
            chosen.append(error)

    def items() -> Iterator[Item]:
        for (path, data), choice in zip(files, chosen, strict=True):
            if isinstance(choice, str):
                yield Item(path, {"path": path, "format": choice}, data)

    outcomes = iter(list(pool.map(TASK, items())))  # to its end: until then the pool takes no other work
    found = []
    for (path, _), choice in zip(files, chosen, strict=True):
        if not isinstance(choice, str):
            found.append(Document(path, error=choice))
            continue
        outcome = next(outcomes)
        if (cause := outcome.error) is not None:
            # A worker that was lost does not know what it was reading.
            named = isinstance(cause, UnreadableInput | UsageError)
            found.append(Document(path, error=cause if named else UnreadableInput(cause.message, path=path)))
        else:
            found.append(Document(path, Parsed(outcome.value["value"], tuple(outcome.value["lines"]))))
    return found


def read(arguments: Json, payload: bytes) -> Json:
    """The worker's part. Arguments: ``path`` and ``format`` (its name)."""
    parsed = format_named(arguments["format"]).parse(arguments["path"], payload)
    return jsonable.plain(parsed)
