"""How long the engines take for many rules on large evidence, and how much memory they need.

    .venv/bin/pytest tests/benchmarks/test_engines.py -m benchmark -s

Each engine runs in a process of its own, by turns; of ``RUNS`` turns the least of each figure is shown. ``judge`` and
``its cpu`` are wall time and CPU (user + system) in seconds from policies and evidence at hand to all findings, with
the workers at hand that a gate has from collecting; the other figures are of the whole process with all that it starts,
memory being the highest sum of what is resident, in MiB. ``opa eval`` is all process. Nothing here fails by its
figures, but all engines must find the same.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import orjson
import pytest
import regorus

from gatekeeper.formats import jsonable
from gatekeeper.model.json import Json
from gatekeeper.model.settings import Settings
from gatekeeper.policy.engines.base import Engine
from gatekeeper.policy.engines.embedded import EmbeddedEngine
from gatekeeper.policy.engines.opa.engine import OpaEngine
from gatekeeper.policy.engines.opa.program import find_program
from gatekeeper.policy.loading import load
from gatekeeper.workers import Limits, Pool
from tests.benchmarks.workload import evidence, write_rules
from tests.services.tools import program

pytestmark = [pytest.mark.benchmark, pytest.mark.services]
ROOT = Path(__file__).parents[2]
RUNS = 3
LIMITS = Limits(seconds=600, memory=8 << 30)


class Figures(NamedTuple):
    """One row. ``found`` is the number of findings."""

    judge: float
    judge_cpu: float
    wall: float
    cpu: float
    memory: float
    found: int


def bare(folder: Path, document: Json) -> int:
    """Regorus in a straight line, in this process."""
    engine = regorus.Engine()
    for path in sorted(folder.glob("rules/*.rego")):
        engine.add_policy(path.name, path.read_text())
    engine.set_input_json(orjson.dumps(document).decode())
    rules = sorted(path.stem for path in folder.glob("rules/rule_*.rego"))
    return sum(len(orjson.loads(engine.eval_rule_as_json(f"data.bench.{rule}.deny"))) for rule in rules)


class Stopwatch:
    """Wall and CPU seconds since it was made, of this process and all that it started."""

    def __init__(self) -> None:
        self._wall, self._cpu = time.perf_counter(), self._spent()

    def read(self) -> tuple[float, float]:
        return time.perf_counter() - self._wall, self._spent() - self._cpu

    def _spent(self) -> float:
        ended = os.times()
        running = [Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split() for child in children()]
        ticks = sum(int(fields[11]) + int(fields[12]) for fields in running)
        return (
            ended.user + ended.system + ended.children_user + ended.children_system + ticks / os.sysconf("SC_CLK_TCK")
        )


def children(process: int | str = "self") -> list[int]:
    """Processes that this one started and that have not ended."""
    lists = (file.read_text().split() for file in Path(f"/proc/{process}/task").glob("*/children"))
    return [int(child) for listed in lists for child in listed]


def whole(make: Callable[[Pool], Engine], pool: Pool, folder: Path, document: Json) -> tuple[float, float, int]:
    bundle = load(pool, shipped=folder / "rules")
    engine = make(pool)
    assert not engine.check(bundle)
    stopwatch = Stopwatch()
    results = engine.evaluate(bundle, bundle.rules, document, jsonable.plain(Settings()))
    assert not [result.failure for result in results if result.failure]
    return *stopwatch.read(), sum(len(result.findings) for result in results)


def run(name: str, folder: Path) -> tuple[float, float, int]:
    """One engine's seconds and number of findings."""
    document = orjson.loads((folder / "input.json").read_bytes())
    if name == "regorus":
        stopwatch = Stopwatch()
        found = bare(folder, document)
        return *stopwatch.read(), found
    workers, make = {
        "embedded, 1 worker": (1, lambda pool: EmbeddedEngine(pool, LIMITS)),
        "embedded, 2 workers": (2, lambda pool: EmbeddedEngine(pool, LIMITS)),
        "opa engine": (2, lambda pool: OpaEngine(find_program(str(program("opa"))), LIMITS)),
    }[name]
    with Pool(workers, LIMITS) as pool:
        return whole(make, pool, folder, document)  # type: ignore[arg-type]  # both make an Engine


def measure(command: list[str]) -> tuple[float, float, float, bytes]:
    """Wall and CPU seconds, peak MiB and output of a process and all that it starts."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT)
    peak, over = 0.0, threading.Event()

    def watch() -> None:
        nonlocal peak
        while not over.wait(0.02):
            peak = max(peak, memory(process.pid))

    watcher = threading.Thread(target=watch)
    watcher.start()
    assert process.stdout
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    over.set()
    watcher.join()
    assert process.returncode == 0, output
    return time.perf_counter() - start, usage.ru_utime + usage.ru_stime, peak, output


def memory(process: int) -> float:
    """Resident MiB of a process and its descendants; 0 for what has ended."""
    try:
        pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
        started = children(process)
    except (OSError, IndexError):
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / (1 << 20) + sum(map(memory, started))


def opa_eval(folder: Path) -> Figures:
    query = "count([1 | some rule; data.bench[rule].deny[_]])"
    command = [str(program("opa")), "eval", "--format", "raw", "--data", str(folder / "rules")]
    wall, cpu, peak, output = measure([*command, "--input", str(folder / "input.json"), query])
    return Figures(wall, cpu, wall, cpu, peak, int(output))


def separate(name: str, folder: Path) -> Figures:
    wall, cpu, peak, output = measure([sys.executable, "-m", "tests.benchmarks.test_engines", name, str(folder)])
    judge, judge_cpu, found = json.loads(output)
    return Figures(judge, judge_cpu, wall, cpu, peak, found)


ENGINES = ("regorus", "embedded, 1 worker", "embedded, 2 workers", "opa engine")


@pytest.mark.parametrize("megabytes", [1, 13])
@pytest.mark.parametrize("rules", [50, 500])
def test_many_rules_on_large_evidence(tmp_path: Path, rules: int, megabytes: int) -> None:
    write_rules(tmp_path / "rules", rules)
    (tmp_path / "input.json").write_bytes(orjson.dumps(evidence(megabytes * 1_000_000)))
    turns = [
        {name: separate(name, tmp_path) for name in ENGINES} | {"opa eval": opa_eval(tmp_path)} for _ in range(RUNS)
    ]
    rows = {name: Figures(*map(min, zip(*(turn[name] for turn in turns), strict=True))) for name in turns[0]}
    titles = ("judge s", "its cpu s", "wall s", "cpu s", "MiB")
    print(f"\n{f'{rules} rules, {megabytes} MB':24}" + "".join(f"{title:>11}" for title in titles))
    for name, row in rows.items():
        seconds = "".join(f"{value:11.2f}" for value in (row.judge, row.judge_cpu, row.wall, row.cpu))
        print(f"{name:24}{seconds}{row.memory:11.0f}")
    assert len({row.found for turn in turns for row in turn.values()}) == 1


if __name__ == "__main__":
    print(json.dumps(run(sys.argv[1], Path(sys.argv[2]))))
