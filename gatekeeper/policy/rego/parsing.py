"""Policy files as modules: read by the embedded parser, or, where that cannot, by OPA's."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from gatekeeper.errors import EngineFailure, GatekeeperError
from gatekeeper.formats import jsonable
from gatekeeper.policy.files import PolicyFile
from gatekeeper.policy.rego.facts import ModuleFacts
from gatekeeper.policy.rego.getting import DOCTOR
from gatekeeper.policy.rego.index import Module, Refusal
from gatekeeper.policy.rego.opa_facts import facts_of
from gatekeeper.workers import Item, Pool, run

_PARSE = "gatekeeper.policy.rego.facts:parse"
_CORRECT = "correct the policy"
_GET_OPA = f"correct it; if it is right, only OPA reads it: {DOCTOR}"


def parse_modules(pool: Pool, files: Sequence[PolicyFile], *, foreign: bool, opa: Path | None) -> list[Module]:
    """The modules of ``files``. Those of others may also be in Rego v0, or in what only the program ``opa`` reads.

    Raises:
        EngineFailure: a module does not parse, with its place.
    """
    modules = []
    items = (Item(file.shown, [file.shown, False], file.text.encode()) for file in files)
    for file, outcome in zip(files, list(pool.map(_PARSE, items)), strict=True):
        if outcome.error is None:
            facts = jsonable.decode(ModuleFacts, outcome.value)
            modules.append(Module(file.shown, file.text, foreign, facts))
        elif foreign:
            modules.append(_other(pool, file, outcome.error, opa))
        else:
            raise _failure(file, outcome.error, _CORRECT)
    return modules


def _other(pool: Pool, file: PolicyFile, error: GatekeeperError, opa: Path | None) -> Module:
    (older,) = pool.map(_PARSE, [Item(file.shown, [file.shown, True], file.text.encode())])
    if older.error is None:
        line = error.line if isinstance(error, EngineFailure) else 0
        column = error.column if isinstance(error, EngineFailure) else 0
        facts = jsonable.decode(ModuleFacts, older.value)
        return Module(file.shown, file.text, True, facts, True, Refusal("is written in Rego v0", line, column))
    failure = _failure(file, error, _GET_OPA)
    if opa is None:
        raise failure
    refusal = Refusal(failure.message, failure.line, failure.column)
    try:
        return Module(file.shown, file.text, True, ask_opa(opa, file), False, refusal)
    except EngineFailure as problem:
        with suppress(EngineFailure):
            return Module(file.shown, file.text, True, ask_opa(opa, file, v0=True), True, refusal)
        raise problem


def _failure(file: PolicyFile, error: GatekeeperError, hint: str) -> EngineFailure:
    if ('$"' in file.text or "$`" in file.text) and "invalid character" in error.message:
        hint = f"string interpolation is not known to the embedded engine: use sprintf, or OPA. {hint}"
    if isinstance(error, EngineFailure):
        return EngineFailure(error.message, path=file.shown, line=error.line, column=error.column, hint=hint)
    return EngineFailure(f"the module could not be parsed: {error.message}", path=file.shown, hint=hint)


def ask_opa(opa: Path, file: PolicyFile, *, v0: bool = False) -> ModuleFacts:
    """What a module defines, as the program ``opa`` reads it.

    Raises:
        EngineFailure: it does not parse, with its place.
        WorkerFailure: the program did not answer.
    """
    options = ["--v0-compatible"] if v0 else []
    with tempfile.TemporaryDirectory(prefix="gatekeeper-") as folder:
        source = Path(folder, "module.rego")
        source.write_text(file.text, encoding="utf-8", newline="")
        done = run([str(opa), "parse", "--format=json", "--json-include=locations,-comments", *options, str(source)])
    try:
        if done.exit_code == 0:
            return facts_of(jsonable.loads(done.stdout))
        first = jsonable.loads(done.stderr)["errors"][0]
        place = first.get("location") or {}
        line, column = place.get("row", 0), place.get("col", 0)
        message = str(first["message"])
    except (ValueError, KeyError, TypeError, IndexError):
        reason = done.last_words()[-200:] or f"exit code {done.exit_code}"
        raise EngineFailure(f"OPA could not parse it: {reason}", path=file.shown, hint=_CORRECT) from None
    raise EngineFailure(message, path=file.shown, line=line, column=column, hint=_CORRECT)
