"""A program that runs as long as it is needed: in a clean environment, bounded, and never left behind."""

from __future__ import annotations

import contextlib
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from gatekeeper.errors import WorkerFailure
from gatekeeper.workers.limits import Limits
from gatekeeper.workers.process import kill_group

_LOG = "log"
_GRACE = 2.0  # seconds
_EPITAPH = 1 << 20  # bytes at the end of the log that are searched for the reason of a death: stacks are long

# The bounds are set before the program starts, so that there is no moment without them. Its standard input is held
# open by the caller: when that ends, however the caller may have died, the program is killed.
_SHELL = """
ulimit -v "$1" 2>/dev/null
ulimit -f "$2" 2>/dev/null
shift 2
exec 3<&0
"$@" 3<&- </dev/null &
program=$!
{ read -r line; kill -9 "$program"; } <&3 >/dev/null 2>&1 &
guard=$!
exec 3<&-
wait "$program"
status=$?
kill -9 "$guard" 2>/dev/null
wait "$guard" 2>/dev/null
exit "$status"
"""


class Service:
    """A running program. ``folder`` is its working folder, private to this user and removed at its end."""

    def __init__(self, process: subprocess.Popen[bytes], folder: Path, log: Path, name: str) -> None:
        self.folder = folder
        self._process = process
        self._log = log
        self._name = name

    @property
    def group(self) -> int:
        """Id of its process group."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self._process.poll() is None

    def log(self, start: int = 0) -> bytes:
        """What it printed to stdout and stderr, from the byte ``start`` on."""
        with self._log.open("rb") as file:
            file.seek(start)
            return file.read()

    def epitaph(self) -> str:
        """Why it ended, for a message; waits a moment for a program that is ending."""
        deadline = time.monotonic() + 1
        while self.alive and time.monotonic() < deadline:
            time.sleep(0.01)
        said = self.log(max(0, self._log.stat().st_size - _EPITAPH)).decode("utf-8", "replace")
        if "out of memory" in said or "cannot allocate memory" in said:
            return f"{self._name} ran out of memory"
        code = self._process.poll()
        if code is None:
            return f"{self._name} closed the connection"
        if code < 0 or code > 128:
            return f"{self._name} was killed by signal {-code if code < 0 else code - 128}"
        return f"{self._name} ended with exit code {code}"


@contextmanager
def serve(
    command: Sequence[str], *, folder: Path, environment: Mapping[str, str], limits: Limits | None = None
) -> Iterator[Service]:
    """Run ``command`` (an absolute path first) in ``folder`` until the block is left, then kill its process group.

    Of ``limits``, memory and output (the bytes of its log) bound it; time is the caller's to watch. It also dies when
    this process dies.

    Raises:
        WorkerFailure: it could not be started.
    """
    limits = limits or Limits()
    memory = "unlimited" if limits.memory is None else str(limits.memory >> 10)
    shell = ["/bin/sh", "-c", _SHELL, "sh", memory, str(limits.output >> 9), *command]
    name = Path(command[0]).name
    with tempfile.TemporaryDirectory(prefix="gatekeeper-") as private:
        log = Path(private, _LOG)
        try:
            with log.open("wb") as sink:
                process = subprocess.Popen(
                    shell,
                    cwd=folder,
                    env=dict(environment),
                    stdin=subprocess.PIPE,
                    stdout=sink,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
        except OSError as error:
            raise WorkerFailure(f"{name} could not be started: {error.strerror}") from error
        try:
            yield Service(process, folder, log, name)
        finally:
            assert process.stdin
            with contextlib.suppress(OSError, subprocess.TimeoutExpired):
                process.stdin.close()  # the guard kills the program, and the shell takes note of both
                process.wait(_GRACE)
            kill_group(process)
