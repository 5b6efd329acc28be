"""Files whose place was named by somebody else: read only where that ends, and within bounds."""

from __future__ import annotations

import errno
import os
import re
import stat
from pathlib import Path

# What the caller of the program opened for it, `<(command)` of a shell included: the one pipe that was meant.
_GIVEN = re.compile(r"/dev/stdin|/dev/fd/\d+|/proc/self/fd/\d+")


def read_regular(path: str | Path, limit: int) -> bytes:
    """The bytes of a regular file; links are followed, to a pipe or a device they lead to an error, never to a wait.

    Raises:
        OSError: it cannot be read, is no regular file, or has more than ``limit`` bytes; ``strerror`` says which.
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
        data = file.read(limit + 1)
    if len(data) > limit:
        raise OSError(errno.EFBIG, f"is larger than {limit} bytes", name)
    return data
