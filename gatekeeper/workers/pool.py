"""A pool of child processes that do pieces of work on hostile input, and blame the piece that broke one."""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from gatekeeper import errors
from gatekeeper.errors import GatekeeperError, WorkerFailure
from gatekeeper.formats import jsonable
from gatekeeper.model.json import Json
from gatekeeper.workers import frames
from gatekeeper.workers.environment import clean_environment
from gatekeeper.workers.limits import Limits
from gatekeeper.workers.process import kill_group

IN_FLIGHT = 32  # pieces of work (and so payloads) a worker that are held at once


@dataclass(frozen=True, slots=True)
class Item:
    """One piece of work: plain JSON arguments and bytes. ``name`` is what an error blames, usually a path."""

    name: str
    arguments: Json = None
    payload: bytes = b""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an item: a value (plain JSON), or what its function raised or its process died of."""

    name: str
    value: Json = None
    error: GatekeeperError | None = None

    def unwrap(self) -> Json:
        """The value.

        Raises:
            GatekeeperError: the item's error.
        """
        if self.error is not None:
            raise self.error
        return self.value


class Pool:
    """Child processes that are started when first needed and kept until the pool is closed."""

    def __init__(self, size: int | None = None, limits: Limits | None = None) -> None:
        self.size = size or max(
            1, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        )
        self.limits = limits or Limits()
        self._children: list[_Child] = []
        self._lock = threading.Lock()
        self._run: _Run | None = None

    def __enter__(self) -> Pool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Kill all children, whatever they are doing."""
        if self._run is not None:
            self._run.stop()
        self.bury()

    def map(
        self, task: str, items: Iterable[Item], *, prepare: Item | None = None, limits: Limits | None = None
    ) -> Iterator[Outcome]:
        """Do ``task`` (``"module:function"``) on each item; outcomes come in the order of the items.

        ``prepare`` is an item for the function ``task + "_prepare"`` that every child does before its first item, and
        again when it had to be started anew; if it fails, so does each item of that child. ``items`` may be a
        generator: only a few items a worker are held at once. One map runs at a time.
        """
        with self._lock:
            self._run = _Run(self, task, items, prepare, limits or self.limits)
            yield from self._run.outcomes()

    def child(self, number: int) -> _Child:
        """The child of that number, made when it is first asked for."""
        while len(self._children) <= number:
            self._children.append(_Child(self.limits.memory))
        return self._children[number]

    def kill(self) -> None:
        """Kill what the children are doing now, while other threads wait for them."""
        for child in self._children:
            child.kill()

    def bury(self) -> None:
        """Forget all children, once no thread uses them; new ones are started when they are needed."""
        for child in self._children:
            child.close()
        self._children.clear()


class _Run:
    """One call of ``Pool.map``: a thread a child takes items, one consumer yields outcomes in order."""

    def __init__(self, pool: Pool, task: str, items: Iterable[Item], prepare: Item | None, limits: Limits) -> None:
        self.pool, self.task, self.prepare, self.limits = pool, task, prepare, limits
        self._items = enumerate(items)
        self._taking = threading.Lock()
        self._slots = threading.Semaphore(IN_FLIGHT * pool.size)
        self._done: dict[int, Outcome] = {}
        self._changed = threading.Condition()
        self._running = pool.size
        self._stopped = False
        self._error: BaseException | None = None
        self._threads = [
            threading.Thread(target=self._work, args=(number,), daemon=True) for number in range(pool.size)
        ]

    def outcomes(self) -> Iterator[Outcome]:
        for thread in self._threads:
            thread.start()
        try:
            turn = 0
            while (outcome := self._await(turn)) is not None:
                turn += 1
                self._slots.release()
                yield outcome
        finally:
            self.stop()
        if self._error is not None:
            raise self._error

    def stop(self) -> None:
        """End all threads. What is still being done is killed: whoever interrupts a run does not wait for its items."""
        self._stopped = True
        for _ in self._threads:
            self._slots.release()
        killed = False
        for thread in self._threads:
            while self._running and thread.is_alive():
                self.pool.kill()  # again and again: a child may just be starting
                killed = True
                thread.join(0.05)
        if killed:
            self.pool.bury()  # a child between two items is not noticed dead until the next run gives it one

    def _await(self, turn: int) -> Outcome | None:
        with self._changed:
            self._changed.wait_for(lambda: turn in self._done or not self._running)
            return self._done.pop(turn, None)

    def _work(self, number: int) -> None:
        try:
            child = None
            while True:
                self._slots.acquire()
                with self._taking:
                    index, item = next(self._items, (-1, None)) if not (self._stopped or self._error) else (-1, None)
                if item is None:
                    return
                child = child or self.pool.child(number)
                outcome = child.do(self.task, item, self.prepare, self.limits)
                with self._changed:
                    self._done[index] = outcome
                    self._changed.notify_all()
        except BaseException as error:
            self._error = error
        finally:
            with self._changed:
                self._running -= 1
                self._changed.notify_all()


class _Child:
    """One child process, started anew whenever it was lost."""

    def __init__(self, memory: int | None) -> None:
        self._memory = memory
        self._process: subprocess.Popen[bytes] | None = None
        self._home: tempfile.TemporaryDirectory[str] | None = None
        self._prepared: Item | None = None

    def do(self, task: str, item: Item, prepare: Item | None, limits: Limits) -> Outcome:
        """Do one item; whatever happens becomes its outcome."""
        try:
            if prepare is not None and self._prepared is not prepare:
                self._call(f"{task}_prepare", prepare, limits)
                self._prepared = prepare
            return Outcome(item.name, self._call(task, item, limits))
        except GatekeeperError as error:
            return Outcome(item.name, error=error)

    def kill(self) -> None:
        """Kill the process, while another thread may wait for it."""
        process = self._process
        if process is not None and process.returncode is None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)

    def close(self) -> None:
        """Kill the process and remove its folder."""
        if self._process is not None:
            kill_group(self._process)
            self._process = None
        if self._home is not None:
            self._home.cleanup()
            self._home = None
        self._prepared = None

    def _call(self, task: str, item: Item, limits: Limits) -> Json:
        process = self._process or self._start()
        message = frames.pack(jsonable.dumps({"task": task, "arguments": item.arguments}), item.payload)
        try:
            header, body = _exchange(process, message, time.monotonic() + limits.seconds)
        except TimeoutError:
            self.close()
            raise WorkerFailure(f"did not end within {limits.seconds:g} seconds") from None
        except (EOFError, OSError):
            code = process.wait()
            self.close()
            cause = f"was killed by signal {-code}" if code < 0 else f"ended with exit code {code}"
            raise WorkerFailure(f"the process that worked on it {cause}") from None
        answer = jsonable.loads(header)
        if "error" in answer:
            raise _rebuild(answer["error"])
        return jsonable.loads(body)

    def _start(self) -> subprocess.Popen[bytes]:
        package = Path(__file__).parents[1]
        self._home = tempfile.TemporaryDirectory(prefix="gatekeeper-")
        self._process = subprocess.Popen(
            [sys.executable, "-P", str(package / "workers" / "child.py"), str(package.parent), str(self._memory or 0)],
            cwd=self._home.name,
            env=clean_environment(Path(self._home.name)),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            bufsize=0,
        )
        return self._process


def _exchange(process: subprocess.Popen[bytes], message: bytes, deadline: float) -> tuple[bytes, bytes]:
    """Send a message and receive its answer. Raises TimeoutError, EOFError or OSError."""
    assert process.stdin and process.stdout
    source, sink = process.stdout.fileno(), process.stdin.fileno()
    os.set_blocking(sink, False)
    pending = memoryview(message)
    with selectors.DefaultSelector() as selector:
        selector.register(sink, selectors.EVENT_WRITE)
        while pending:
            if not selector.select(deadline - time.monotonic()):
                raise TimeoutError
            with contextlib.suppress(BlockingIOError):
                pending = pending[os.write(sink, pending) :]
        selector.unregister(sink)
        selector.register(source, selectors.EVENT_READ)

        def read_exactly(size: int) -> bytes:
            data = bytearray()
            while len(data) < size:
                if not selector.select(deadline - time.monotonic()):
                    raise TimeoutError
                chunk = os.read(source, min(size - len(data), 1 << 20))
                if not chunk:
                    raise EOFError
                data += chunk
            return bytes(data)

        return frames.receive(read_exactly)


def _rebuild(description: Json) -> GatekeeperError:
    kind = getattr(errors, description["type"])
    fields = description["fields"]
    error: GatekeeperError = kind(fields.pop("message"), **fields)
    return error
