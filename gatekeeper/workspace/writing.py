"""Files that are written whole or not at all."""

from __future__ import annotations

import errno
import os
import select
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from gatekeeper.errors import UsageError

_PATIENCE = 30.0  # seconds


def write_whole(path: Path, data: bytes, *, private: bool = False) -> None:
    """Write a file completely or not at all; ``private`` files can be read by their owner only.

    A link is followed, and what is no regular file (a device, a pipe) is written to instead of being replaced, if
    somebody reads it.

    Raises:
        UsageError: its folder is missing or may not be written to, or nobody reads a pipe.
    """
    try:
        if path.exists() and not path.is_file():
            _pour(path, data)
            return
        path = Path(os.path.realpath(path))
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


def write_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write a new folder completely or not at all; ``files`` are contents by paths in it, with ``/``.

    Raises:
        UsageError: it is there already, or it cannot be written.
    """
    folder = Path(os.path.abspath(folder))
    if os.path.lexists(folder):
        raise UsageError(f"{folder} is there already", hint="name a new folder")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name[:100]}."))
        try:
            for path, content in files.items():
                target = beside / path
                target.parent.mkdir(parents=True, exist_ok=True)
                write_whole(target, content)
            beside.chmod(0o777 & ~_umask())
            # Of what came there meanwhile only an empty folder would be replaced.
            beside.rename(folder)
        except UsageError as error:
            raise UsageError(str(error).replace(str(beside), str(folder))) from error
        finally:
            shutil.rmtree(beside, ignore_errors=True)
    except OSError as error:
        raise UsageError(f"{folder} cannot be written: {error.strerror}") from error


def _pour(path: Path, data: bytes) -> None:
    try:
        number = os.open(path, os.O_WRONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        if error.errno == errno.ENXIO:
            raise OSError(errno.ENXIO, "nobody reads from this pipe") from None
        raise
    with open(number, "wb", buffering=0) as file:
        left = memoryview(data)
        while left:
            written = file.write(left)
            if written is None and not select.select([], [number], [], _PATIENCE)[1]:
                raise TimeoutError(errno.ETIMEDOUT, f"nobody read from this pipe for {_PATIENCE:.0f} s")
            left = left[written or 0 :]


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
