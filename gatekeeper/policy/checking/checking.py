"""``gatekeeper policy check``: everything that can be said about policies without evaluating them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from gatekeeper.errors import EngineFailure
from gatekeeper.formats import jsonable
from gatekeeper.model.checking import CheckedModule, CheckResult, Problem
from gatekeeper.policy.checking.sources import Sources, read
from gatekeeper.policy.checking.structure import Structure, failed
from gatekeeper.policy.checking.worker import Inspection
from gatekeeper.policy.files import PolicyFile
from gatekeeper.policy.rego.index import Module
from gatekeeper.policy.rego.parsing import parse_modules
from gatekeeper.workers import Item, Pool

_INSPECT = "gatekeeper.policy.checking.worker:inspect"


def check(pool: Pool, folder: Path, *, opa: Path | None = None) -> CheckResult:
    """All problems of the policies below ``folder``, by file and line.

    ``opa`` is a program that reads modules which the embedded parser cannot; their references are not followed.

    Raises:
        SettingsError: there is no such folder, or there are no policies in it.
        EngineFailure: a file cannot be read, or the policies are too large to be followed.
        WorkerFailure: the process that looked at them was lost.
    """
    sources = read(folder)
    modules, unparsed = _parse(pool, sources, opa)
    tested = {module.path: module for module in sources.modules}
    own = [module for module in modules if tested[module.path].tested]
    judged = [module for module in own if not tested[module.path].is_test]
    others = [module for module in modules if not tested[module.path].tested and not tested[module.path].is_test]
    structure = Structure(judged, others, sources.data)
    inspection = _inspect(pool, modules, {module.path for module in own}, structure, sources)
    differences = structure.differences()
    problems = {*sources.problems, *unparsed, *structure.problems(), *inspection.problems}
    return CheckResult(
        problems=tuple(sorted(problems)),
        modules=tuple(
            CheckedModule(module.path, ".".join(module.facts.package), tuple(sorted(differences[module.path])))
            for module in sorted(judged, key=lambda module: module.path)
        ),
        tests=len(own) - len(judged),
        evidence=structure.reads_evidence,
        unfollowed=inspection.unfollowed if structure.reads_evidence else (),
    )


def _parse(pool: Pool, sources: Sources, opa: Path | None) -> tuple[list[Module], list[Problem]]:
    """What parses, and what does not: the loader would stop at the first."""
    modules, problems = [], []
    for source in sources.modules:
        file = PolicyFile(source.path, source.path, source.text)
        try:
            modules += parse_modules(pool, [file], foreign=source.foreign, opa=opa)
        except EngineFailure as error:
            problems.append(failed(error, source.path, "parse"))
    return modules, problems


def _inspect(
    pool: Pool, modules: Sequence[Module], checked: set[str], structure: Structure, sources: Sources
) -> Inspection:
    # What the embedded parser does not read cannot be followed here. Rego v0 it does read.
    readable = [module for module in modules if module.refusal is None or module.v0]
    given = [
        {
            "path": module.path,
            "text": module.text,
            "v0": module.v0,
            "checked": module.path in checked,
            "gives_findings": module.path in structure.own_form,
        }
        for module in readable
    ]
    payload = jsonable.dumps({"modules": given, "data": sources.data})
    item = Item("policies", {"evidence": structure.reads_evidence}, payload)
    (outcome,) = pool.map(_INSPECT, [item])
    return jsonable.decode(Inspection, outcome.unwrap())
