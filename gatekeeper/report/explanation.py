"""How a rule came to its findings, for people and for programs."""

from __future__ import annotations

from collections.abc import Iterator

import orjson

from gatekeeper.formats import jsonable
from gatekeeper.model.explanation import BodyTrace, Explanation, Step
from gatekeeper.model.json import Json
from gatekeeper.report.printable import printable

MAX_CANDIDATE = 300


def as_json(explanation: Explanation) -> str:
    """The explanation as JSON."""
    return orjson.dumps(jsonable.plain(explanation), option=orjson.OPT_INDENT_2).decode() + "\n"


def as_text(explanation: Explanation) -> str:
    """Findings, what was printed and, body by body, each expression with the number of candidates behind it."""
    return "\n".join(_lines(explanation)) + "\n"


def _lines(explanation: Explanation) -> Iterator[str]:
    count = len(explanation.findings)
    head = "aborted" if explanation.error else f"{count} finding{'' if count == 1 else 's'}"
    yield f"{explanation.rule}: {head} ({explanation.engine})"
    if explanation.error:
        yield f"  {printable(explanation.error)}"
    for finding in explanation.findings:
        yield f"  {_value(finding, 2000)}"
    if explanation.prints:
        yield "printed:"
        yield from (f"  {printable(line)}" for line in explanation.prints)
    for body in explanation.bodies:
        yield ""
        yield f"{printable(explanation.path)}:{body.line}"
        yield from _body(body)


def _body(body: BodyTrace) -> Iterator[str]:
    stopped = body.stopped
    for step in body.steps:
        yield _step(step)
        if step.error:
            yield f"{'':18}{printable(step.error)}"
        if step is stopped:
            break
    if stopped is None:
        yield f"  it holds for {body.steps[-1].left}:"
    elif body.nearest:
        yield f"  none is left behind line {stopped.line}; nearest:"
    else:
        yield f"  none is left behind line {stopped.line}"
    for candidate in body.nearest:
        yield from (f"    {printable(name)} = {_value(value, MAX_CANDIDATE)}" for name, value in candidate.items())
        if len(body.nearest) > 1:
            yield "    --"


def _step(step: Step) -> str:
    count = "aborts" if step.left is None else f"{step.left} left"
    first, *more = step.text.strip().split("\n")
    return f"  {step.line:>5} {count:>10}  {printable(first.strip())}{' ...' if more else ''}"


def _value(item: Json, limit: int) -> str:
    return printable(jsonable.dumps(item).decode("utf-8"), limit)
