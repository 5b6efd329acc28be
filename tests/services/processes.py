"""Programs that run as long as a block, and never longer than this process."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.services.tools import program

ROOT = Path(__file__).parent.parent.parent
METRICS = 2112  # the timestamp authority binds it, and cannot be told another port
_PATIENCE = 30.0  # seconds until a program must answer


@contextmanager
def running(folder: Path, name: str, *arguments: object) -> Iterator[subprocess.Popen[bytes]]:
    """A program (a name of ``tools.toml`` or an absolute path) in ``folder``, where its log ``NAME.log`` lies too."""
    command = [name if os.path.isabs(name) else str(program(name)), *(str(argument) for argument in arguments)]
    # The kernel ends them when this process is killed: nobody has to look for what an earlier run left behind.
    tied = [shutil.which("setpriv") or "setpriv", "--pdeathsig", "KILL"]
    log = folder / f"{Path(name).name}.log"
    environment = os.environ | {"HOME": str(folder), "PYTHONPATH": str(ROOT)}
    with log.open("wb") as sink:
        process = subprocess.Popen(
            [*tied, *command],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        # Some take seconds to say goodbye, and nothing that they hold is needed again.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def wait_for(process: subprocess.Popen[bytes], folder: Path, answers: Callable[[], object]) -> None:
    """Until ``answers`` raises no OSError.

    Raises:
        RuntimeError: it ended, or is silent; the logs of the folder stand in the message.
    """
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            answers()
            return
        except OSError as error:
            if process.poll() is not None or time.monotonic() > deadline:
                logs = "\n".join(f"{log.name}: {log.read_text()[-1500:]}" for log in sorted(folder.glob("*.log")))
                raise RuntimeError(f"{process.args!r} does not answer ({error})\n{logs}") from None
            time.sleep(0.02)


def get(url: str) -> None:
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url, timeout=2) as answer:
        answer.read()


def free_ports(count: int) -> list[int]:
    with ExitStack() as open_until_all_are_known:
        ports: list[int] = []
        while len(ports) < count:
            listener = open_until_all_are_known.enter_context(socket.socket())
            listener.bind(("127.0.0.1", 0))
            if (port := listener.getsockname()[1]) != METRICS:
                ports.append(port)
        return ports


def isolated() -> list[str]:
    """What to put before a command so that it reaches nothing but a loopback of its own."""
    user = [] if os.geteuid() == 0 else ["--map-current-user", "--keep-caps"]
    return ["unshare", "--net", *user, "sh", "-c", 'ip link set lo up && exec "$@"', "sh"]
