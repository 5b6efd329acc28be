"""The embedded engine's side of the worker process: rules of a bundle, each handed the evidence that it needs."""

from __future__ import annotations

import time
from dataclasses import dataclass

from gatekeeper.errors import EngineFailure
from gatekeeper.model.json import Json, JsonObject
from gatekeeper.policy.engines.loading import Holder, Reply, load

SLICE_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A loaded bundle, and the JSON texts of the evidence: where in ``payload`` each kind stands."""

    holder: Holder
    payload: bytes
    kinds: dict[str, tuple[int, int]]

    def text(self, needs: tuple[str, ...]) -> str:
        """The input with these kinds only."""
        cuts = ((kind, *self.kinds[kind]) for kind in needs)
        parts = (b'"%s":%s' % (kind.encode(), self.payload[start:end]) for kind, start, end in cuts)
        return (b"{" + b",".join(parts) + b"}").decode()


_prepared: list[_Prepared] = []


def evaluate_prepare(arguments: Json, payload: bytes) -> None:
    """Load the bundle and keep the evidence.

    ``arguments`` is {"modules": [[path, text, whether it is Rego v0]], "data": JSON, "kinds": {kind: [start, end]}};
    the ranges are those of each kind's JSON text in ``payload``.

    Raises:
        EngineFailure: a module does not parse or compile.
    """
    holder = load(arguments["modules"], arguments["data"])
    kinds = {kind: (start, end) for kind, (start, end) in arguments["kinds"].items()}
    _prepared[:] = [_Prepared(holder, payload, kinds)]


def evaluate(arguments: Json, payload: bytes) -> list[JsonObject]:
    """Replies to {"needs": kinds, "rules": [[data.<package>.<name>, its file]]}, at least one.

    It ends early once it took ``SLICE_SECONDS``: the time limit of a piece of work is meant for one rule.
    """
    (prepared,) = _prepared
    start = time.monotonic()
    replies: list[JsonObject] = []
    needs = tuple(arguments["needs"])
    for rule, path in arguments["rules"]:
        if replies and time.monotonic() - start > SLICE_SECONDS:
            break
        replies.append(_reply(prepared, needs, rule, path).plain())
    return replies


def _reply(prepared: _Prepared, needs: tuple[str, ...], rule: str, path: str) -> Reply:
    try:
        prepared.holder.give(needs, lambda: prepared.text(needs))
    except EngineFailure as error:
        return Reply(error=error)
    return prepared.holder.ask(rule, path)
