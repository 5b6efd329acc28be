"""Rego tests in OPA itself: ``opa test`` on a copy of the modules.

It is given an empty environment and a folder of its own. What the tests do is not bounded otherwise: a policy that
calls ``http.send`` without a mock reaches out to the network, as it does when its author runs ``opa test``.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from gatekeeper.errors import EngineFailure
from gatekeeper.formats import jsonable
from gatekeeper.model.json import Json, JsonObject
from gatekeeper.model.testing import Case, Kind, LineCoverage, Result, Status
from gatekeeper.policy.engines.base import Program
from gatekeeper.policy.engines.opa.program import OpaProgram
from gatekeeper.policy.testing.rewriting import read_prints
from gatekeeper.policy.testing.sources import SourceModule
from gatekeeper.workers import Limits, run

NAME = "opa"
_LIMITS = Limits(seconds=300, memory=8 << 30)
_PLACE = re.compile(r"(?<!\d)(?P<number>\d{1,9})\.rego:(?P<line>\d{1,9}): (?P<message>[^\n]*)")
_TIMEOUT = "30s"  # of one test


def run_tests(
    opa: OpaProgram, program: Program, modules: Sequence[SourceModule]
) -> list[tuple[Result, frozenset[int]]]:
    """Results of the tested modules of the program, each with the numbers of the bodies that it made succeed.

    Raises:
        EngineFailure: the program does not compile; the message is OPA's.
        WorkerFailure: OPA ran out of time or memory.
    """
    with TemporaryDirectory(prefix="gatekeeper-") as folder:
        stdout, stderr = _opa_test(opa, program, Path(folder), [])
    try:
        records = jsonable.loads(stdout) or []
    except ValueError:
        raise _refusal(stderr or stdout, modules) from None
    results: list[tuple[Result, frozenset[int]]] = []
    for record in records:
        printed = read_prints(_output(record))
        module = modules[_number(record["location"]["file"])]
        if module.tested:
            results.append((_result(record, module, printed.lines), printed.bodies))
    return results


def count_lines(opa: OpaProgram, program: Program, modules: Sequence[SourceModule]) -> list[LineCoverage]:
    """Lines as ``opa test --coverage`` counts them; none where a test fails, for then it does not tell."""
    with TemporaryDirectory(prefix="gatekeeper-") as folder:
        stdout, _ = _opa_test(opa, program, Path(folder), ["--coverage"])
    try:
        files = jsonable.loads(stdout)["files"]
    except (ValueError, KeyError, TypeError):
        return []
    return [
        LineCoverage(module.path, report.get("covered_lines", 0), _lines(report))
        for name, report in sorted(files.items(), key=lambda item: _number(item[0]))
        if (module := modules[_number(name)]).tested and not module.is_test
    ]


def _lines(report: JsonObject) -> int:
    return int(report.get("covered_lines", 0) + report.get("not_covered_lines", 0))


def _opa_test(opa: OpaProgram, program: Program, folder: Path, options: Sequence[str]) -> tuple[bytes, bytes]:
    # Modules are called by their numbers: their own names may be anything.
    for number, (_, text) in enumerate(program.modules):
        (folder / f"{number}.rego").write_text(text, encoding="utf-8", newline="")
    (folder / "data.json").write_bytes(jsonable.dumps(program.data))
    command = [opa.path, "test", "--format=json", f"--timeout={_TIMEOUT}", *options, "."]
    done = run(command, folder=folder, limits=_LIMITS)
    return done.stdout, done.stderr


def _number(name: str) -> int:
    return int(Path(name).stem)


def _refusal(said: bytes, modules: Sequence[SourceModule]) -> EngineFailure:
    text = said.decode("utf-8", "replace").strip()
    place = _PLACE.search(text)
    if place is None:
        return EngineFailure(f"opa test: {text[:500] or 'no answer'}", hint="correct the policies")
    path = modules[int(place["number"])].path
    return EngineFailure(place["message"], path=path, line=int(place["line"]), hint="correct the policy")


def _output(record: Mapping[str, Json]) -> list[str]:
    try:
        return base64.b64decode(record.get("output") or "").decode("utf-8", "replace").split("\n")[:-1]
    except binascii.Error:
        return []


def _result(record: Mapping[str, Json], module: SourceModule, prints: tuple[str, ...]) -> Result:
    cases = tuple(sorted(_cases(record.get("sub_results") or {}, ()), key=lambda case: case.name))
    status, message = Status.PASSED, ""
    if record.get("skip"):
        status, message = Status.SKIPPED, "its name starts with todo_"
    elif error := record.get("error"):
        status, message = Status.ERROR, f"aborted: {_message(error)}"
    elif record.get("fail"):
        failed = [case.name for case in cases if not case.passed]
        status, message = Status.FAILED, f"failed for {', '.join(failed[:5])}" if failed else "it is not true"
    return Result(
        kind=Kind.REGO,
        group=record["package"],
        name=record["name"],
        path=module.path,
        line=record["location"]["row"],
        status=status,
        message=message,
        cases=cases,
        prints=prints,
        engine=NAME,
    )


def _message(error: Json) -> str:
    while isinstance(error, list) and error:
        error = error[0]
    return str(error.get("message", error)) if isinstance(error, dict) else str(error)


def _cases(results: JsonObject, above: tuple[str, ...]) -> Iterator[Case]:
    for name, result in results.items():
        if below := result.get("sub_results"):
            yield from _cases(below, (*above, name))
        else:
            yield Case("/".join((*above, name)), not result.get("fail", False))
