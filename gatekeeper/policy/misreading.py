"""Policies of others that read what the evidence never has: in no engine would such a rule find anything."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gatekeeper.formats import jsonable
from gatekeeper.model.checking import Problem
from gatekeeper.model.finding import Failure
from gatekeeper.policy.bundle import Bundle
from gatekeeper.policy.checking import references
from gatekeeper.policy.checking.worker import Inspection
from gatekeeper.policy.rego import scan
from gatekeeper.policy.rego.facts import Use
from gatekeeper.policy.rego.index import Index
from gatekeeper.workers import Item, Pool

_INSPECT = "gatekeeper.policy.checking.worker:inspect"


def misreadings(pool: Pool, bundle: Bundle) -> tuple[Failure, ...]:
    """Fields that the evidence does not have, however deep, and rules that name no kind of evidence at all.

    What the embedded parser cannot read is followed to the first field only.

    Raises:
        EngineFailure: the policies are too large to be followed.
    """
    if not any(module.foreign for module in bundle.modules):
        return ()
    found = {(one.path, one.line): scan.failure(one) for one in (*scan.misreadings(bundle), *_unnamed_kinds(bundle))}
    for problem in _deep(pool, bundle):
        hint = problem.hint if problem.hint.startswith("did you mean") else _ADVICE.format(problem.hint)
        failure = Failure("engine", problem.message, hint, problem.path, problem.line)
        found.setdefault((problem.path, problem.line), failure)
    return tuple(found[place] for place in sorted(found))


_ADVICE = "{}; policies about single documents are run by `gatekeeper test`"


def _unnamed_kinds(bundle: Bundle) -> Iterator[scan.Problem]:
    """Rules that read the input only as a whole (`input[i].Cmd`): they are about documents, and the input is none."""
    index = Index(bundle.modules)
    lines = {
        ("data", *module.facts.package, *definition.name): definition.line
        for module in bundle.modules
        for definition in module.facts.definitions
    }
    for rule in bundle.rules:
        start = ("data", *rule.package.split("."), rule.name)
        if rule.foreign and _names_no_kind(index, start):
            message = f"{rule.id} reads the input as a whole, and names no kind of evidence"
            hint = _ADVICE.format("name what it is about: `input.kubernetes`")
            yield scan.Problem(rule.path, lines.get(start, 0), 0, message, hint)


def _names_no_kind(index: Index, start: tuple[str, ...]) -> bool:
    read = [one.path for one in index.reached(start) if one.path[0] == "input" and one.use is Use.READ]
    return bool(read) and all(len(path) == 1 for path in read)


def _deep(pool: Pool, bundle: Bundle) -> Sequence[Problem]:
    modules = [
        {
            "path": module.path,
            "text": module.text,
            "v0": module.v0,
            "checked": module.foreign,
            "gives_findings": False,
        }
        for module in bundle.modules
        if module.refusal is None or module.v0
    ]
    payload = jsonable.dumps({"modules": modules, "data": bundle.data})
    (outcome,) = pool.map(_INSPECT, [Item("policies", {"evidence": True}, payload)])
    inspection = jsonable.decode(Inspection, outcome.unwrap())
    return [problem for problem in inspection.problems if problem.check == references.CHECK]
