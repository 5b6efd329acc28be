from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gatekeeper.errors import UnreadableInput, WorkerFailure
from gatekeeper.workers import Item, Limits, Outcome, Pool

DIE = "tests.workers.tasks:die"


@pytest.fixture
def pool() -> Iterator[Pool]:
    with Pool(size=2, limits=Limits(seconds=20, memory=2 << 30)) as pool:
        yield pool


def die(pool: Pool, *payloads: bytes, seconds: float = 20) -> list[Outcome]:
    items = [Item(payload.decode(), payload=payload) for payload in payloads]
    return list(pool.map(DIE, items, limits=Limits(seconds=seconds)))


def test_outcomes_come_in_the_order_of_the_items(pool: Pool) -> None:
    items = (Item(str(n), payload=b"x" * n) for n in range(500))
    assert [outcome.unwrap() for outcome in pool.map("tests.workers.tasks:length", items)] == list(range(500))


@pytest.mark.parametrize(
    ("payload", "message"),
    [
        (b"segfault", "was killed by signal 11"),
        (b"exit", "ended with exit code 7"),
        (b"memory", "ran out of memory"),
        (b"recurse", "nests too deeply"),
        (b"bug", "KeyError"),
        (b"panic", "BaseException: panicked"),
    ],
)
def test_the_item_that_broke_its_process_is_blamed_and_no_other(pool: Pool, payload: bytes, message: str) -> None:
    outcomes = die(pool, b"a", payload, b"b", b"c")
    assert [outcome.value for outcome in outcomes] == ["a", None, "b", "c"]
    assert isinstance(outcomes[1].error, WorkerFailure)
    assert message in outcomes[1].error.message
    assert "\n" not in outcomes[1].error.message


def test_an_item_that_hangs_is_ended(pool: Pool) -> None:
    outcomes = die(pool, b"a", b"hang", b"b", seconds=1)
    assert isinstance(outcomes[1].error, WorkerFailure)
    assert "did not end within 1 seconds" in outcomes[1].error.message
    assert [outcomes[0].value, outcomes[2].value] == ["a", "b"]


def test_an_error_keeps_its_type_and_place(pool: Pool) -> None:
    [outcome] = die(pool, b"refuse")
    assert isinstance(outcome.error, UnreadableInput)
    assert (outcome.error.message, outcome.error.line, outcome.error.column) == ("a comma is missing", 3, 4)
    with pytest.raises(UnreadableInput):
        outcome.unwrap()


def test_noise_on_stdout_does_not_get_between_the_messages(pool: Pool) -> None:
    assert [outcome.value for outcome in die(pool, b"print", b"a")] == ["print", "a"]


def test_preparation_is_done_once_a_child_and_again_after_a_crash(pool: Pool) -> None:
    items = [Item(name, payload=name.encode()) for name in ("Ada", "exit", "Bob", "exit", "Cleo", "Dora")]
    outcomes = list(pool.map("tests.workers.tasks:greet", items, prepare=Item("greeting", payload=b"Hello")))
    assert [outcome.value for outcome in outcomes] == ["Hello Ada", None, "Hello Bob", None, "Hello Cleo", "Hello Dora"]
    again = pool.map("tests.workers.tasks:greet", items[:1], prepare=Item("greeting", payload=b"Good-bye"))
    assert [outcome.value for outcome in again] == ["Good-bye Ada"]


def test_a_child_gets_nothing_of_the_callers(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "do not tell")
    [outcome] = pool.map("tests.workers.tasks:surroundings", [Item("x")])
    surroundings = outcome.unwrap()
    assert "AWS_SECRET_ACCESS_KEY" not in surroundings["environment"]
    assert surroundings["environment"]["PYTHONSAFEPATH"] == "1"
    assert surroundings["environment"]["HOME"] == surroundings["cwd"] != os.getcwd()
    assert (surroundings["files"], surroundings["stdin"]) == ([], "")


def test_an_error_of_the_items_reaches_the_caller(pool: Pool) -> None:
    def items() -> Iterator[Item]:
        yield Item("a", payload=b"a")
        raise RuntimeError("the tree is gone")

    with pytest.raises(RuntimeError, match="the tree is gone"):
        list(pool.map(DIE, items()))


def test_a_caller_may_stop_listening(pool: Pool) -> None:
    for _ in range(20):  # whether a child is killed at work or between two items is chance
        outcomes = pool.map(DIE, (Item("a", payload=b"a") for _ in range(10_000)))
        assert next(outcomes).value == "a"
        outcomes.close()  # type: ignore[attr-defined]  # a generator
        assert [outcome.value for outcome in die(pool, b"b")] == ["b"]


def test_large_payloads_pass_both_ways(pool: Pool) -> None:
    [outcome] = die(pool, b"x" * (8 << 20))
    assert len(outcome.unwrap()) == 8 << 20


def test_what_lies_beside_the_caller_is_not_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mark = tmp_path / "mark"
    for name in ("orjson", "pip", "sitecustomize", "gatekeeper"):
        (tmp_path / f"{name}.py").write_text(f"open({str(mark)!r}, 'w').close()\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with Pool(size=1) as pool:
        [outcome] = pool.map("gatekeeper.formats.globs:matches", [Item("x", "a", b"")])
    assert outcome.error is not None or outcome.value is not None
    assert not mark.exists()


def test_whoever_stops_listening_does_not_wait_for_what_hangs(pool: Pool) -> None:
    started = time.monotonic()
    outcomes = pool.map(DIE, [Item("a", payload=b"a"), *(Item("b", payload=b"hang") for _ in range(5))])
    assert next(outcomes).value == "a"
    outcomes.close()  # type: ignore[attr-defined]  # it is a generator
    assert time.monotonic() - started < 10
    assert [outcome.value for outcome in die(pool, b"again")] == ["again"]


def test_closing_does_not_wait_for_what_hangs() -> None:
    started = time.monotonic()
    with Pool(size=2, limits=Limits(seconds=20)) as pool:
        outcomes = pool.map(DIE, [Item("a", payload=b"a"), *(Item("b", payload=b"hang") for _ in range(5))])
        next(outcomes)
    assert time.monotonic() - started < 10


def test_children_die_with_the_pool_in_the_middle_of_native_code(tmp_path: Path) -> None:
    # A regular expression that explodes: it holds the interpreter, and is interrupted by nothing but its end.
    program = f"""
import sys
from gatekeeper.workers import Item, Pool
list(Pool(size=1).map("tests.workers.tasks:die", [Item("b", payload=b"native {tmp_path / "pid"}")]))
"""
    root = Path(__file__).parents[2]
    with subprocess.Popen([sys.executable, "-c", program], cwd=root) as caller:
        child = int(_eventually(lambda: (tmp_path / "pid").read_text() if (tmp_path / "pid").exists() else ""))
        caller.kill()
    _eventually(lambda: "gone" if not _alive(child) else "")


def _eventually(look: Callable[[], str]) -> str:
    deadline = time.monotonic() + 15
    while time.monotonic() < deadline:
        if seen := look():
            return seen
        time.sleep(0.02)
    raise AssertionError("nothing came of it")


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{process}/stat")  # whoever adopts orphans may be slow to bury them
    return not (state.exists() and state.read_text().rpartition(")")[2].split()[0] == "Z")
