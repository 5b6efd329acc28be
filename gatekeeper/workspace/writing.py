"""Files that are written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from gatekeeper.errors import UsageError


def write_whole(path: Path, data: bytes, *, private: bool = False) -> None:
    """Write a file completely or not at all; ``private`` files can be read by their owner only.

    A link is followed, and what is no regular file (a device, a pipe) is written to instead of being replaced.

    Raises:
        UsageError: its folder is missing or may not be written to.
    """
    path = Path(os.path.realpath(path))
    try:
        if path.exists() and not path.is_file():
            path.write_bytes(data)
            return
        number, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        temporary = Path(name)
        try:
            with open(number, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(number)
            if not private:
                temporary.chmod(0o666 & ~_umask())
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}") from error


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
