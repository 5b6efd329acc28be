"""Walking below a folder through open folders: whoever exchanges one for a link meanwhile leads nowhere."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from gatekeeper.errors import Undecidable, UnreadableInput, UsageError
from gatekeeper.workspace.directory import MAX_DEPTH
from gatekeeper.workspace.names import printable
from gatekeeper.workspace.tree import MAX_FILES

_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC


@dataclass(frozen=True, slots=True)
class Child:
    """An entry of a folder: its name, and its mode (type and permissions) that of a link itself."""

    name: bytes
    mode: int


class Walk:
    """How much of a folder was seen, and how deep the walk is in it."""

    def __init__(self) -> None:
        self._depth = 0
        self._seen = 0

    def count(self, path: Path) -> None:
        """One more entry.

        Raises:
            Undecidable: there are too many.
        """
        self._seen += 1
        if self._seen > MAX_FILES:
            raise Undecidable(f"{printable(str(path))}: more than {MAX_FILES} files and folders")

    @contextmanager
    def entered(self, folder: int, name: bytes, path: Path) -> Iterator[int]:
        """A folder inside, open.

        Raises:
            UnreadableInput: it nests too deeply, cannot be opened, or is none any more.
        """
        if self._depth >= MAX_DEPTH:
            raise UnreadableInput(f"nests deeper than {MAX_DEPTH} folders", path=printable(str(path)))
        try:
            number = os.open(name, _FLAGS | os.O_NOFOLLOW, dir_fd=folder)
        except OSError as error:
            raise UnreadableInput(error.strerror or str(error), path=printable(str(path))) from None
        self._depth += 1
        try:
            yield number
        finally:
            self._depth -= 1
            os.close(number)


@contextmanager
def open_root(path: Path) -> Iterator[int]:
    """The folder that the user named, open.

    Raises:
        UsageError: there is no such folder.
        UnreadableInput: it cannot be opened.
    """
    shown = printable(str(path))
    try:
        number = os.open(path, _FLAGS)
    except (FileNotFoundError, NotADirectoryError):
        raise UsageError(f"{shown}: no such folder", hint="see that the name is right") from None
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else "") or str(error)
        raise UnreadableInput(reason, path=shown) from None
    try:
        yield number
    finally:
        os.close(number)


def children(folder: int, path: Path, walk: Walk) -> list[Child]:
    """The entries of an open folder, sorted by the bytes of their names.

    Raises:
        UnreadableInput: they cannot be listed.
        Undecidable: there are too many.
    """
    found = []
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                walk.count(path)
                status = entry.stat(follow_symlinks=False)
                found.append(Child(os.fsencode(entry.name), status.st_mode))
    except OSError as error:
        raise UnreadableInput(error.strerror or str(error), path=printable(str(path))) from None
    return sorted(found, key=lambda child: child.name)
