"""Files whose place was named by somebody else: read only where that ends, and within bounds."""

from __future__ import annotations

import errno
import os
import re
import select
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path

from gatekeeper.errors import UsageError

# What the caller of the program opened for it, `<(command)` of a shell included: the one pipe that was meant.
_GIVEN = re.compile(r"/dev/stdin|/dev/fd/\d+|/proc/self/fd/\d+")


@contextmanager
def open_regular(path: str | Path) -> Iterator[BufferedReader]:
    """A regular file, or what the caller of the program opened for it; links are followed.

    What else is a pipe or a device is an error, never a wait.

    Raises:
        OSError: it cannot be opened, or is no regular file; ``strerror`` says which.
        ValueError: the path holds a NUL.
    """
    name = os.fspath(path)
    given = _GIVEN.fullmatch(name) is not None
    number = os.open(name, os.O_RDONLY | os.O_CLOEXEC | (0 if given else os.O_NONBLOCK))
    with open(number, "rb") as file:
        mode = os.fstat(number).st_mode
        if stat.S_ISDIR(mode):
            raise OSError(errno.EISDIR, os.strerror(errno.EISDIR), name)
        if not given and not stat.S_ISREG(mode):
            raise OSError(errno.EINVAL, "is no regular file", name)
        yield file


def read_regular(path: str | Path, limit: int, *, seconds: float | None = None) -> bytes:
    """The bytes of what ``open_regular`` opens.

    ``seconds`` bounds how long a pipe of the caller may take; None waits for it as a shell would.

    Raises:
        OSError: as ``open_regular``, or it has more than ``limit`` bytes, or took too long.
        ValueError: the path holds a NUL.
    """
    with open_regular(path) as file:
        data = file.read(limit + 1) if seconds is None else _read_within(file.fileno(), limit + 1, seconds)
    if len(data) > limit:
        raise OSError(errno.EFBIG, f"is larger than {limit} bytes", os.fspath(path))
    return data


def read_named(what: str, path: Path, limit: int, *, hint: str = "") -> bytes:
    """The bytes of a file that the command line names, by ``read_regular``; ``what`` it is stands in messages.

    Raises:
        UsageError: it cannot be read.
    """
    try:
        return read_regular(path, limit)
    except OSError as error:
        raise UsageError(f"{what} {path} cannot be read: {error.strerror}".lstrip(), hint=hint) from None


def _read_within(number: int, size: int, seconds: float) -> bytes:
    deadline = time.monotonic() + seconds
    waiting = select.poll()
    waiting.register(number, select.POLLIN)
    data = bytearray()
    while len(data) < size:
        if not waiting.poll(max(0.0, deadline - time.monotonic()) * 1000):
            raise TimeoutError(errno.ETIMEDOUT, f"did not end within {seconds:.0f} s")
        if not (piece := os.read(number, size - len(data))):
            break
        data += piece
    return bytes(data)
