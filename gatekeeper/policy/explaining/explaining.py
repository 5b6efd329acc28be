"""How far each body of a rule gets: the candidates that are left behind each expression, and where none is left.

No engine keeps a trace that another engine would understand. So each prefix of a body's statements becomes a rule of
its own beside the original, ``count([1 | s1; ...; sk])``, which every engine evaluates.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from gatekeeper.formats import jsonable
from gatekeeper.model.evidence import SCHEMA_VERSION
from gatekeeper.model.explanation import BodyTrace, Explanation, Step
from gatekeeper.model.finding import Rule
from gatekeeper.model.json import Json
from gatekeeper.policy.bundle import Bundle
from gatekeeper.policy.engines.base import Answer, Engine, Program
from gatekeeper.policy.explaining.bodies import Body, Statement
from gatekeeper.policy.rego.names import reference_to
from gatekeeper.workers import Item, Pool

MAX_CANDIDATES = 3
_PREFIX = "gatekeeper_explains"


def explain(
    pool: Pool,
    bundle: Bundle,
    engine: Engine,
    rule: Rule,
    evidence: Mapping[str, Json],
    settings: Json,
    *,
    steps: bool = True,
) -> Explanation:
    """Evaluate one rule; with ``steps``, also each prefix of each of its bodies.

    Raises:
        EngineFailure: its module cannot be read by the embedded engine's parser, or the engine was lost.
    """
    module = next(module for module in bundle.modules if module.path == rule.path)
    item = Item(rule.path, {"path": rule.path, "name": rule.name, "v0": module.v0}, module.text.encode())
    found: list[Body] = []
    if steps:
        (outcome,) = pool.map("gatekeeper.policy.explaining.bodies:bodies", [item])
        found = jsonable.decode(list[Body], outcome.unwrap())
    questions = list(_questions(found))
    text = "\n".join([module.text, "", *(f"{name} := {expression}" for name, expression in questions)])
    modules = tuple((m.path, text if m.path == rule.path else m.text) for m in bundle.modules)
    document = {**{kind: evidence[kind] for kind in rule.needs}, "version": SCHEMA_VERSION}
    older = frozenset(module.path for module in bundle.modules if module.v0)
    with engine.session(Program(modules, bundle.document(settings), older=older)) as session:
        names = [rule.name, *(name for name, _ in questions)]
        answers = session.evaluate([reference_to(rule.package, name) for name in names], document)
    by_name = dict(zip(names, answers, strict=True))
    answer = by_name[rule.name]
    return Explanation(
        rule=rule.id,
        path=rule.path,
        engine=f"{engine.name} {engine.version}",
        findings=tuple(answer.value or ()),
        error=_error(answer),
        prints=answer.prints,
        bodies=tuple(_trace(number, body, by_name) for number, body in enumerate(found)),
    )


def _error(answer: Answer) -> str:
    if answer.error is None:
        return ""
    place = f"{answer.error.path}:{answer.error.line}: " if answer.error.path else ""
    return f"{place}{answer.error.message}"


def _questions(found: Sequence[Body]) -> Iterator[tuple[str, str]]:
    for number, body in enumerate(found):
        for length, statement in enumerate(body.statements, 1):
            prefix = "\n".join(part.text for part in body.statements[:length])
            yield f"{_PREFIX}_count_{number}_{length}", f"count([1 |\n{prefix}\n])"
            fields = ", ".join(f'"{name}": {name}' for name in statement.binds)
            values = f"[{{{fields}}} |\n{prefix}\n]"
            yield f"{_PREFIX}_values_{number}_{length}", f"array.slice({values}, 0, {MAX_CANDIDATES})"


def _trace(number: int, body: Body, answers: Mapping[str, Answer]) -> BodyTrace:
    steps = []
    nearest: tuple[dict[str, Json], ...] = ()
    for length, statement in enumerate(body.statements, 1):
        step = _step(statement, answers[f"{_PREFIX}_count_{number}_{length}"])
        steps.append(step)
        if step.left:
            nearest = tuple(answers[f"{_PREFIX}_values_{number}_{length}"].value or ())
    return BodyTrace(body.line, tuple(steps), nearest)


def _step(statement: Statement, answer: Answer) -> Step:
    if answer.error is not None:
        return Step(statement.line, statement.text, None, answer.error.message)
    return Step(statement.line, statement.text, int(answer.value or 0))
