"""Lines as the embedded engine counts them: one that was evaluated is covered, whether it held or not.

``lines`` and ``lines_prepare`` run in workers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from gatekeeper.errors import EngineFailure
from gatekeeper.formats import jsonable
from gatekeeper.model.json import Json
from gatekeeper.model.testing import LineCoverage
from gatekeeper.policy.engines.base import Program
from gatekeeper.policy.testing.sources import SourceModule
from gatekeeper.workers import Item, Pool

_TASK = f"{__name__}:lines"
_CHUNK = 64

# The engine (regorus.Engine, which only workers load) with the program.
_base: list[Any] = []


def count_lines(
    pool: Pool, program: Program, queries: Sequence[str], modules: Sequence[SourceModule]
) -> list[LineCoverage]:
    """Lines of the tested modules that an evaluation of ``queries`` reaches, file by file.

    Raises:
        GatekeeperError: a worker was lost.
    """
    prepare = Item("program", [list(module) for module in program.modules], jsonable.dumps(program.data))
    items = [Item("lines", list(queries[start : start + _CHUNK])) for start in range(0, len(queries), _CHUNK)]
    covered: dict[str, set[int]] = defaultdict(set)
    missed: dict[str, set[int]] = defaultdict(set)
    for outcome in pool.map(_TASK, items, prepare=prepare):
        for path, reached, others in outcome.unwrap():
            covered[path].update(reached)
            missed[path].update(others)
    return [
        LineCoverage(module.path, len(covered[module.path]), len(covered[module.path] | missed[module.path]))
        for module in modules
        if module.tested and not module.is_test
    ]


def lines_prepare(arguments: Json, payload: bytes) -> None:
    """Load the program: ``arguments`` are its modules as [path, text], ``payload`` is the JSON of its data."""
    from gatekeeper.policy.engines.regorus_engine import guarded, new_engine  # noqa: PLC0415 - workers only

    base = new_engine((path, text) for path, text in arguments)
    base.set_enable_coverage(True)
    guarded(lambda: base.add_data_json(payload.decode()))
    _base[:] = [base]


def lines(arguments: Json, payload: bytes) -> list[Json]:
    """[path, lines that the queries ``arguments`` reached, lines that they did not] of each module."""
    from gatekeeper.policy.engines.regorus_engine import guarded  # noqa: PLC0415 - workers only

    engine = _base[0].clone()
    engine.set_input_json("{}")
    for query in arguments:
        try:
            guarded(lambda query=query: engine.eval_rule_as_json(query))  # type: ignore[misc]  # bound early
        except EngineFailure:
            continue  # the test says so
    report = jsonable.loads(guarded(engine.get_coverage_report_as_json))
    return [[file["path"], file["covered"], file["not_covered"]] for file in report["files"]]
