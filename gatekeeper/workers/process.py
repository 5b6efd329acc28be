"""Run one program to its end: bounded in time, memory and output, in a clean environment."""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from gatekeeper.errors import WorkerFailure
from gatekeeper.workers.environment import clean_environment
from gatekeeper.workers.limits import Limits, bound_memory


@dataclass(frozen=True, slots=True)
class Completed:
    """What a program left behind. Its text is decoded by whoever knows what it is."""

    exit_code: int
    stdout: bytes
    stderr: bytes

    def last_words(self) -> str:
        """The end of its stderr, for an error message."""
        return self.stderr.decode("utf-8", "replace").strip()[-500:]


def run(
    command: Sequence[str],
    *,
    folder: Path | None = None,
    stdin: bytes = b"",
    environment: Mapping[str, str] | None = None,
    limits: Limits | None = None,
) -> Completed:
    """Run ``command`` (an absolute path first: see ``find_tool``) and wait for it.

    It runs in ``folder``, by default an empty one of its own, which is also its HOME unless ``environment`` is given.
    Its whole process group is killed when it ends or outgrows its limits.

    Raises:
        WorkerFailure: it could not be started, ran out of time or printed too much. A bad exit code is no failure.
    """
    limits = limits or Limits()
    name = Path(command[0]).name
    with tempfile.TemporaryDirectory(prefix="gatekeeper-") as home:
        try:
            process = subprocess.Popen(
                list(command),
                cwd=folder or home,
                env=dict(environment) if environment is not None else clean_environment(Path(home)),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=True,
            )
        except OSError as error:
            raise WorkerFailure(f"{name} could not be started: {error.strerror}") from error
        try:
            with contextlib.suppress(ProcessLookupError):
                bound_memory(process.pid, limits.memory)
            stdout, stderr = _communicate(process, stdin, limits, name)
        finally:
            kill_group(process)
    return Completed(process.returncode, stdout, stderr)


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """Kill a process started in a session of its own, with all that it started."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    for stream in (process.stdin, process.stdout, process.stderr):
        if stream is not None:
            with contextlib.suppress(OSError):
                stream.close()


def _communicate(process: subprocess.Popen[bytes], stdin: bytes, limits: Limits, name: str) -> tuple[bytes, bytes]:
    assert process.stdin and process.stdout and process.stderr
    late = WorkerFailure(f"{name} did not end within {limits.seconds:g} seconds")
    deadline = time.monotonic() + limits.seconds
    outputs = {process.stdout.fileno(): bytearray(), process.stderr.fileno(): bytearray()}
    pending = memoryview(stdin)
    with selectors.DefaultSelector() as selector:
        for number in outputs:
            selector.register(number, selectors.EVENT_READ)
        os.set_blocking(process.stdin.fileno(), False)
        selector.register(process.stdin, selectors.EVENT_WRITE)
        while selector.get_map():
            if not (ready := selector.select(max(0.0, deadline - time.monotonic()))):
                raise late
            for key, _ in ready:
                if key.fileobj is process.stdin:
                    pending = _feed(key.fd, pending)
                    if not pending:
                        selector.unregister(process.stdin)
                        process.stdin.close()
                elif not _drain(key.fd, outputs[key.fd]):
                    selector.unregister(key.fd)
                elif len(outputs[key.fd]) > limits.output:
                    raise WorkerFailure(f"{name} printed more than {limits.output} bytes")
    try:
        process.wait(max(0.0, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        raise late from None
    stdout, stderr = outputs.values()
    return bytes(stdout), bytes(stderr)


def _feed(sink: int, pending: memoryview) -> memoryview:
    """Write a piece; what is left. A program that does not want its input has had enough of it."""
    try:
        return pending[os.write(sink, pending[: 1 << 16]) :] if pending else pending
    except BrokenPipeError:
        return pending[:0]


def _drain(source: int, output: bytearray) -> bool:
    """Read a piece; whether there may be more."""
    chunk = os.read(source, 1 << 16)
    output += chunk
    return bool(chunk)
