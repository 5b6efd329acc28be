"""A child of the pool: takes pieces of work from standard input, one at a time, until that ends.

A piece of work names a function ``module:name`` of this package, ``(arguments: Json, payload: bytes) -> JSON-able``.
This file is run by its path, so that nothing but the interpreter's own configuration decides what is imported.
"""

from __future__ import annotations

import importlib
import os
import select
import signal
import sys
from typing import Any


def main() -> None:
    """Serve until standard input ends."""
    package_root, memory = sys.argv[1], int(sys.argv[2])
    if package_root not in sys.path:
        sys.path.append(package_root)
    from gatekeeper.formats import jsonable  # noqa: PLC0415 - the package is importable from here on only
    from gatekeeper.workers import frames, limits  # noqa: PLC0415

    _die_with_the_pool()
    # What libraries print must not get between the messages.
    answers = os.dup(1)
    os.dup2(2, 1)
    requests = os.fdopen(os.dup(0), "rb", buffering=1 << 16)
    devnull = os.open(os.devnull, os.O_RDONLY)
    os.dup2(devnull, 0)
    limits.bound_memory(0, memory or None)
    sys.setrecursionlimit(3000)

    def read_exactly(size: int) -> bytes:
        data = requests.read(size)
        if len(data) < size:
            raise EOFError
        return data

    while True:
        try:
            header, payload = frames.receive(read_exactly)
        except EOFError:
            return
        answer: dict[str, Any]
        try:
            request = jsonable.loads(header)
            module, _, name = request["task"].partition(":")
            function = getattr(importlib.import_module(module), name)
            body = jsonable.dumps(function(request["arguments"], payload))
            answer = {}
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt | SystemExit):
                raise
            body, answer = b"", {"error": describe(error)}
        message = memoryview(frames.pack(jsonable.dumps(answer), body))
        while message:
            message = message[os.write(answers, message) :]


def _die_with_the_pool() -> None:
    """Start a guard that kills this process when the pool's process has died.

    Native code that runs for long sees neither the end of standard input nor a signal that Python would handle.
    """
    worker = os.getpid()
    if os.fork():
        return
    try:
        for number in (1, 2):  # the end of the answers tells the pool that this process has died
            os.close(number)
        poll = select.poll()
        poll.register(0, 0)  # nothing is read: only the end is waited for
        poll.poll()
        if os.getppid() == worker:
            os.kill(worker, signal.SIGKILL)
    finally:
        os._exit(0)


def describe(error: BaseException) -> dict[str, Any]:
    """An exception as plain data; the pool builds it anew."""
    from gatekeeper.errors import GatekeeperError  # noqa: PLC0415 - see main()

    if isinstance(error, GatekeeperError):
        fields = {key: value for key, value in vars(error).items() if isinstance(value, str | int)}
        return {"type": type(error).__name__, "fields": fields}
    if isinstance(error, MemoryError):
        return {"type": "WorkerFailure", "fields": {"message": "ran out of memory"}}
    if isinstance(error, RecursionError):
        return {"type": "WorkerFailure", "fields": {"message": "nests too deeply"}}
    text = str(error).partition("\n")[0][:300].encode("utf-8", "replace").decode()
    return {"type": "WorkerFailure", "fields": {"message": f"{type(error).__name__}: {text}"}}


if __name__ == "__main__":
    main()
