"""Files are opened, checked for what they are, and digested once, piece by piece."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import new as new_hash
from pathlib import Path

from gatekeeper.errors import UnreadableInput, UsageError
from gatekeeper.verification.subjects import hashing
from gatekeeper.workspace.names import printable

ALGORITHMS = ("sha256", "sha384", "sha512")
MAX_CONTENT_BYTES = 512 << 20  # of a message that has to be in memory
_PIECE = 1 << 20
# No waiting for the writer of a pipe.
_FLAGS = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY


@dataclass(frozen=True, slots=True)
class FileMessage:
    """A file as what was signed: its digests are known, its bytes are read only for keys that sign no digest."""

    path: Path
    digests: Mapping[str, str]
    _further: dict[tuple[str, int], str] = field(default_factory=dict, compare=False, repr=False)

    def digest(self, algorithm: str) -> bytes:
        """sha256, sha384 or sha512."""
        return bytes.fromhex(self.digests[algorithm])

    def content(self) -> bytes:
        """The bytes.

        Raises:
            UnreadableInput: there are more than 512 MiB of them, or they are others than those that were digested.
        """
        shown = printable(str(self.path))
        with opened(self.path) as (number, status):
            if status.st_size > MAX_CONTENT_BYTES:
                raise UnreadableInput(
                    f"has {status.st_size} bytes, too many for a key that signs no digest (Ed25519)", path=shown
                )
            data = b"".join(pieces(number, status, shown))
        self._check(new_hash("sha256", data).hexdigest())
        return data

    def further(self, wanted: Mapping[str, int]) -> dict[str, str]:
        """More digests, see ``hashing.digests``; the file is read again for those that nobody wanted before.

        Raises:
            UnreadableInput: the file cannot be read, or is another than the one that was digested.
        """
        missing = {name: digits for name, digits in wanted.items() if (name, digits) not in self._further}
        if missing:
            with opened(self.path) as (number, status):
                data = pieces(number, status, printable(str(self.path)))
                found = hashing.digests(data, status.st_size, {**missing, "sha256": 64})
            self._check(found["sha256"])
            self._further.update({(name, digits): found[name] for name, digits in missing.items()})
        return {name: self._further[name, digits] for name, digits in wanted.items()}

    def _check(self, sha256: str) -> None:
        if sha256 != self.digests["sha256"]:
            raise UnreadableInput(
                "changed while it was read", path=printable(str(self.path)), hint="let nothing write to it meanwhile"
            )


@contextmanager
def opened(path: Path | str, *, folder: int | None = None, follow: bool = True) -> Iterator[tuple[int, os.stat_result]]:
    """The descriptor and status of a regular file, in the open ``folder`` where one is given.

    Raises:
        UsageError: there is no such file.
        UnreadableInput: it is no regular file, or may not be read.
    """
    shown = printable(str(path))
    try:
        number = os.open(path, _FLAGS | (0 if follow else os.O_NOFOLLOW), dir_fd=folder)
    except FileNotFoundError:
        raise UsageError(f"{shown}: no such file", hint="see that the name is right") from None
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else "") or str(error)
        raise UnreadableInput(reason, path=shown) from None
    try:
        status = os.fstat(number)
        if not stat.S_ISREG(status.st_mode):
            raise UnreadableInput(f"is {kind(status.st_mode)}, no regular file", path=shown)
        yield number, status
    finally:
        os.close(number)


def digest_file(path: Path, *, folder: int | None = None, name: str = "", follow: bool = True) -> dict[str, str]:
    """sha256, sha384 and sha512 of a regular file in hex; ``name`` is what it is opened by in ``folder``.

    Raises:
        UsageError, UnreadableInput: see ``opened``; or it changed while it was read.
    """
    with opened(name or path, folder=folder, follow=follow) as (number, status):
        return digest_pieces(pieces(number, status, printable(str(path))))


def digest_pieces(data: Iterator[bytes]) -> dict[str, str]:
    """sha256, sha384 and sha512 in hex."""
    hashes = {name: new_hash(name) for name in ALGORITHMS}
    for piece in data:
        for one in hashes.values():
            one.update(piece)
    return {name: one.hexdigest() for name, one in hashes.items()}


def pieces(
    number: int, status: os.stat_result, shown: str, read: Callable[[int, int], bytes] = os.read
) -> Iterator[bytes]:
    """The bytes of an open file whose status is known.

    Raises:
        UnreadableInput: it cannot be read, or its size or time of change is another at the end.
    """
    left = status.st_size
    try:
        while piece := read(number, min(_PIECE, left + 1)):
            left -= len(piece)
            if left < 0:
                break
            yield piece
        after = os.fstat(number)
    except OSError as error:
        raise UnreadableInput(error.strerror or str(error), path=shown) from None
    if left != 0 or (after.st_size, after.st_mtime_ns) != (status.st_size, status.st_mtime_ns):
        raise UnreadableInput("changed while it was read", path=shown, hint="let nothing write to it meanwhile")


def kind(mode: int) -> str:
    """What a file that is no regular one is, for messages."""
    kinds = {
        stat.S_IFDIR: "a folder",
        stat.S_IFLNK: "a link",
        stat.S_IFIFO: "a pipe",
        stat.S_IFSOCK: "a socket",
        stat.S_IFCHR: "a device",
        stat.S_IFBLK: "a device",
    }
    return kinds.get(stat.S_IFMT(mode), "something unknown")
