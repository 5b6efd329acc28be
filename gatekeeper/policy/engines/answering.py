"""A session's side of the worker process: rules of a loaded program, asked for by name."""

from __future__ import annotations

from gatekeeper.errors import EngineFailure
from gatekeeper.model.json import Json, JsonObject
from gatekeeper.policy.engines.loading import Holder, Reply, load

_held: list[Holder] = []


def answer_prepare(arguments: Json, payload: bytes) -> None:
    """Load the modules [[path, text, whether it is Rego v0]]; ``payload`` is the JSON of the program's data.

    Raises:
        EngineFailure: a module does not parse or compile.
    """
    _held[:] = [load(arguments, payload.decode())]


def answer(arguments: Json, payload: bytes) -> list[JsonObject]:
    """A reply to each of the rules ``arguments``, with the JSON document ``payload`` as input."""
    (holder,) = _held
    try:
        holder.give(payload, payload.decode)
    except EngineFailure as error:
        return [Reply(error=error).plain() for _ in arguments]
    return [holder.ask(rule).plain() for rule in arguments]
