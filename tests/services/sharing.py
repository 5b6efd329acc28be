"""One private Sigstore for all test processes of a user: the first that asks starts it, the last that leaves ends it.

There can be but one: the timestamp authority binds a fixed port. ``python -m tests.services.sharing FOLDER`` is the
process that holds it. Users hold a shared lock on ``users``; when the holder gets that lock for itself, nobody is left.
Locks end with their processes, however those end.
"""

from __future__ import annotations

import fcntl
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from tests.services.processes import ROOT
from tests.services.sigstore import PROGRAMS, SigstoreStack, running_stack
from tests.services.tools import CACHE, program

_FOLDER = CACHE / "sigstore"
_PATIENCE = 60.0  # seconds
_PULSE = 0.3


@contextmanager
def shared_stack() -> Iterator[SigstoreStack]:
    """A Sigstore that runs at least until the end of the block.

    Raises:
        RuntimeError: it could not be started.
    """
    _FOLDER.mkdir(parents=True, exist_ok=True)
    with (_FOLDER / "users").open("a") as users, (_FOLDER / "starting").open("a") as starting:
        fcntl.flock(users, fcntl.LOCK_SH)
        fcntl.flock(starting, fcntl.LOCK_EX)
        if not _is_held():
            _start()
        fcntl.flock(starting, fcntl.LOCK_UN)
        yield SigstoreStack.load(_FOLDER / "stack")


def _is_held() -> bool:
    with (_FOLDER / "holder").open("a") as holder:
        return not _try_lock(holder)


def _start() -> None:
    for name in PROGRAMS:
        program(name)  # building takes minutes, which are no sign of trouble
    folder = _FOLDER / "stack"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    with (_FOLDER / "holder.log").open("wb") as log:
        holder = subprocess.Popen(
            [sys.executable, "-m", "tests.services.sharing", str(folder)],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    deadline = time.monotonic() + _PATIENCE
    while not (folder / "stack.json").exists():
        if holder.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"no private Sigstore: {(_FOLDER / 'holder.log').read_text()[-5000:]}")
        time.sleep(0.02)


def hold(folder: Path) -> None:
    """Run a Sigstore until nobody uses it."""
    with (_FOLDER / "holder").open("a") as holder, (_FOLDER / "users").open("a") as users:
        fcntl.flock(holder, fcntl.LOCK_EX)
        with running_stack(folder):
            while not _try_lock(users):
                time.sleep(_PULSE)


def _try_lock(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


if __name__ == "__main__":
    hold(Path(sys.argv[1]))
