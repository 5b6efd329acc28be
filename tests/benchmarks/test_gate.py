"""How long the gate takes, where the time goes, how much memory it needs, how it grows.

    .venv/bin/pytest tests/benchmarks -m benchmark -s

Whole processes, interleaved so that a slow moment of the machine hits all alike; medians of user + system CPU and of
wall time in seconds, peak memory of the largest single process in MiB. Nothing here fails by its figures.
"""

from __future__ import annotations

import os
import shutil
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from gatekeeper.analyze.analyzers import ANALYZERS
from gatekeeper.analyze.base import Context
from gatekeeper.collect.collecting import collect
from gatekeeper.formats import jsonable
from gatekeeper.model.finding import Stage
from gatekeeper.model.settings import Settings
from gatekeeper.policy.engines.embedded import EmbeddedEngine
from gatekeeper.policy.judging import judge
from gatekeeper.policy.loading import load
from gatekeeper.roads.gathering import gather, open_tree
from gatekeeper.roads.requests import Scanning
from gatekeeper.workers import Pool
from gatekeeper.workspace.locating import locate
from gatekeeper.workspace.shipped import shipped_policies
from gatekeeper.workspace.source import describe_source
from tests.end_to_end.command import FIXTURES
from tests.services.tools import project

pytestmark = pytest.mark.benchmark
RUNS = 5


def whole_process(*arguments: str | Path) -> tuple[float, float, float]:
    """CPU seconds, wall seconds and peak MiB of one run of the command and its children."""
    command = [str(Path(sys.executable).parent / "gatekeeper"), *map(str, arguments)]
    start = time.perf_counter()
    child = os.posix_spawn(
        command[0],
        command,
        os.environ,
        file_actions=[
            (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
            (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
        ],
    )
    _, _, usage = os.wait4(child, 0)
    return usage.ru_utime + usage.ru_stime, time.perf_counter() - start, usage.ru_maxrss / 1024


def compare(runs: int, commands: dict[str, Sequence[str | Path]]) -> None:
    """Print medians of interleaved runs, one row a command."""
    figures: dict[str, list[tuple[float, float, float]]] = {name: [] for name in commands}
    for _ in range(runs):
        for name, arguments in commands.items():
            figures[name].append(whole_process(*arguments))
    print(f"\n{'':28}{'cpu s':>10}{'wall s':>10}{'MiB':>10}")
    for name, rows in figures.items():
        cpu, wall, memory = (statistics.median(column) for column in zip(*rows, strict=True))
        print(f"{name:28}{cpu:10.2f}{wall:10.2f}{memory:10.0f}")


def test_the_gate_grows_linearly_with_the_project(tmp_path: Path) -> None:
    commands: dict[str, Sequence[str | Path]] = {}
    for copies in (1, 4, 16):
        root = tmp_path / str(copies)
        for number in range(copies):
            shutil.copytree(FIXTURES / "shop", root / f"shop-{number}")
        commands[f"shop x {copies}"] = ("gate", root)
    compare(RUNS, commands)


@pytest.mark.parametrize("name", ["loki", "argo-cd"])
def test_the_gate_on_a_large_project(name: str) -> None:
    compare(1, {name: ("gate", project(name))})


@contextmanager
def timed(rows: dict[str, float], name: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    rows[name] = time.perf_counter() - start


@pytest.mark.parametrize("name", ["shop", "loki"])
def test_the_share_of_each_stage(name: str) -> None:
    """Each stage alone, one after the other, with a warm pool; in the gate the scanners overlap."""
    folder = FIXTURES / "shop" if name == "shop" else project(name)
    settings, rows = Settings(), dict[str, float]()
    with Pool() as pool:
        bundle = load(pool)
        with timed(rows, "walk"):
            tree = open_tree(folder, settings)
        with timed(rows, "source"):
            describe_source(tree)
        with timed(rows, "collect"):
            facts = dict(collect(tree, pool).facts)
        for analyzer in ANALYZERS:
            with timed(rows, f"analyze {analyzer.kind}"):
                context = Context(tree, facts, pool, shipped_policies() / "semgrep")
                facts[analyzer.kind] = jsonable.plain(analyzer.analyze(context).value)
        gathered = gather(tree, settings, Scanning(), pool, lambda stage, done, total: None)
        with timed(rows, "judge"):
            judgement = judge(bundle, EmbeddedEngine(pool), gathered.evidence, settings, Stage.CHANGE)
        with timed(rows, "locate"):
            locate(tree, [finding.at for finding in judgement.findings], [], pool)
    total = sum(rows.values())
    print(f"\n{name}: {len(tree.entries)} files, {len(judgement.findings)} findings, {total:.1f} s in all")
    for stage, seconds in sorted(rows.items(), key=lambda row: -row[1]):
        print(f"{stage:28}{seconds:10.2f}{seconds / total:10.0%}")
