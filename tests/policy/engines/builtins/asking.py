"""The same calls of builtin functions in OPA and in the embedded engine."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from gatekeeper.errors import EngineFailure
from gatekeeper.formats import jsonable
from gatekeeper.model.json import Json
from gatekeeper.policy.engines.regorus_engine import guarded, new_engine

REFUSED = "refused"


class Call(NamedTuple):
    """A function and its operands; an operand {"$set": [...]} is a set."""

    name: str
    operands: tuple[Json, ...]


def call(name: str, *operands: Json) -> Call:
    return Call(name, operands)


def in_opa(opa: Path, calls: Sequence[Call]) -> list[Json]:
    """The results, ``REFUSED`` where the function gave an error."""
    with tempfile.NamedTemporaryFile("w", suffix=".rego") as module:
        module.write(_module(calls))
        module.flush()
        command = [str(opa), "eval", "--v0-compatible", "--stdin-input", "--data", module.name, "data.calls"]
        process = subprocess.run(command, input=_input(calls), capture_output=True, check=False)
    assert process.returncode == 0, process.stdout.decode()[:2000] + process.stderr.decode()[:2000]
    found = json.loads(process.stdout)["result"][0]["expressions"][0]["value"]
    return [found.get(f"r{number}", REFUSED) for number in range(len(calls))]


def embedded(calls: Sequence[Call]) -> list[Json]:
    """The results, ``REFUSED`` where the engine aborted."""
    engine = new_engine([("calls.rego", _module(calls))], v0=True)
    engine.set_input_json(_input(calls).decode())
    results: list[Json] = []
    for number in range(len(calls)):
        try:
            text = guarded(lambda number=number: engine.eval_rule_as_json(f"data.calls.r{number}"))  # type: ignore[misc]  # bound early
            results.append(jsonable.loads(text))
        except EngineFailure:
            results.append(REFUSED)
    return results


def reason(asked: Call) -> str:
    """Why the embedded engine aborts."""
    engine = new_engine([("calls.rego", _module([asked]))], v0=True)
    engine.set_input_json(_input([asked]).decode())
    try:
        guarded(lambda: engine.eval_rule_as_json("data.calls.r0"))
    except EngineFailure as error:
        return error.message
    raise AssertionError(f"{asked} is not refused")


def _module(calls: Sequence[Call]) -> str:
    lines = ["package calls", ""]
    for number, asked in enumerate(calls):
        operands = [_operand(f"input.calls[{number}][{index}]", value) for index, value in enumerate(asked.operands)]
        lines.append(f"r{number} = {asked.name}({', '.join(operands)})")
    return "\n".join(lines) + "\n"


def _operand(reference: str, value: Json) -> str:
    if isinstance(value, dict) and "$set" in value:
        # An index that is only known at run time hides the set from OPA's type checker.
        return f'[input, {{item | item = {reference}["$set"][_]}}][input.one]'
    return reference


def _input(calls: Sequence[Call]) -> bytes:
    return json.dumps({"one": 1, "calls": [asked.operands for asked in calls]}).encode()
