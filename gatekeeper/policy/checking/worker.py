"""The part of a check that reads syntax trees. It runs in a worker: the parser is native, the policies are others'."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated

from gatekeeper.formats import jsonable
from gatekeeper.model.checking import Problem, Unfollowed
from gatekeeper.model.json import Json, JsonObject
from gatekeeper.policy.checking import references, shapes
from gatekeeper.policy.checking.evidence import data_shape, input_shape
from gatekeeper.policy.checking.inference import infer
from gatekeeper.policy.checking.program import Module, Program, read_module
from gatekeeper.policy.checking.shapes import Shape
from gatekeeper.policy.checking.walking import spring


@dataclass(frozen=True, slots=True)
class Inspection:
    """What one look at all modules found."""

    problems: Annotated[tuple[Problem, ...], "Misspelt fields and traps"]
    unfollowed: Annotated[tuple[Unfollowed, ...], "References that cannot be followed"]


def inspect(arguments: Json, payload: bytes) -> Inspection:
    """Look at ``payload``, which is JSON {"modules": [...], "data": what is below data}; all modules parse.

    A module is {"path", "text", "v0", "checked", "gives_findings"}; ``arguments`` is {"evidence": whether their input
    is gatekeeper's}.

    Raises:
        EngineFailure: a module does not parse, or all together are too large.
    """
    given = jsonable.loads(payload)
    modules = [_parse(module) for module in given["modules"]]
    program = Program(modules)
    document = input_shape() if arguments["evidence"] else shapes.UNTRACKED
    seen = infer(program, document, data_shape(given["data"]))
    found = [item for module in modules if module.checked for item in _look(program, module, seen)]
    return Inspection(
        tuple(sorted({item for item in found if isinstance(item, Problem)})),
        tuple(sorted({item for item in found if isinstance(item, Unfollowed)})),
    )


def _look(program: Program, module: Module, seen: Mapping[int, Shape]) -> Iterator[Problem | Unfollowed]:
    yield from spring(program, module, seen)
    if not module.is_test:
        yield from references.judge(module, seen)


def _parse(given: JsonObject) -> Module:
    from gatekeeper.policy.engines import regorus_engine  # noqa: PLC0415 - never loaded outside of a worker

    path, text = given["path"], given["text"]
    engine = regorus_engine.new_engine([(path, text)], v0=given["v0"])
    tree = jsonable.loads(regorus_engine.guarded(engine.get_ast_as_json, path))[0]["ast"]
    return read_module(path, text, tree, checked=given["checked"], gives_findings=given["gives_findings"])
