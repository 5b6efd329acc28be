"""What policies may call: everything the program has but what leaves the evidence. Held by ``opa check``."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Collection, Sequence
from pathlib import Path

from gatekeeper.errors import EngineFailure
from gatekeeper.formats import jsonable
from gatekeeper.model.json import JsonObject
from gatekeeper.policy.engines.opa import layout
from gatekeeper.policy.engines.opa.errors import failures
from gatekeeper.policy.engines.opa.layout import Policies
from gatekeeper.policy.engines.opa.program import OpaProgram
from gatekeeper.policy.rego.forbidden import IMPURE
from gatekeeper.policy.rego.getting import GET_OPA
from gatekeeper.workers import Completed, Limits, run

_UNDEFINED = re.compile(r"undefined function ([\w.]+)")


def check(program: OpaProgram, policies: Policies, refused: Collection[str], limits: Limits) -> Sequence[EngineFailure]:
    """All that OPA's compiler finds wrong, and calls of ``refused`` builtins, with their places.

    Raises:
        EngineFailure: OPA itself failed.
    """
    if found := layout.refusals(policies):
        return found
    with tempfile.TemporaryDirectory(prefix="gatekeeper-") as home:
        folder = Path(home)
        layout.write(policies, folder / "bundle")
        (folder / "capabilities.json").write_bytes(jsonable.dumps(_capabilities(program, refused, limits)))
        options = ["--bundle", "--capabilities=capabilities.json", "--format=json", "--max-errors=0"]
        done = run([program.path, "check", *options, "bundle"], folder=folder, environment={}, limits=limits)
    if done.exit_code == 0:
        return []
    try:
        reported = list(failures(jsonable.loads(done.stderr.strip() or done.stdout), policies))
    except ValueError:
        reported = []
    if not reported:
        raise _lost("check", done)
    return [_explained(failure, refused) for failure in reported]


def _capabilities(program: OpaProgram, refused: Collection[str], limits: Limits) -> JsonObject:
    done = run([program.path, "capabilities", "--current"], environment={}, limits=limits)
    try:
        capabilities = jsonable.loads(done.stdout)
        builtins = [builtin for builtin in capabilities["builtins"] if builtin["name"] not in refused]
    except (ValueError, KeyError, TypeError):
        raise _lost("capabilities", done) from None
    restricted: JsonObject = capabilities | {"builtins": builtins, "allow_net": []}
    return restricted


def _lost(command: str, done: Completed) -> EngineFailure:
    said = done.last_words() or f"exit code {done.exit_code}, and no reason"
    return EngineFailure(f"`opa {command}` failed: {said}", hint=GET_OPA)


def _explained(failure: EngineFailure, refused: Collection[str]) -> EngineFailure:
    unknown = _UNDEFINED.fullmatch(failure.message)
    if unknown is None or unknown[1] not in refused:
        return failure
    why = IMPURE.get(unknown[1], "is not allowed")
    return EngineFailure(
        f"{unknown[1]} {why}: policies may not call it",
        path=failure.path,
        line=failure.line,
        column=failure.column,
        hint="put what the rule needs into data",
    )
