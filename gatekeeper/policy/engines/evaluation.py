"""The embedded engine's side of the worker process."""

from __future__ import annotations

from dataclasses import dataclass

import regorus

from gatekeeper.errors import EngineFailure
from gatekeeper.formats import jsonable
from gatekeeper.model.json import Json
from gatekeeper.policy.engines.regorus_engine import guarded, new_engine


@dataclass
class _Prepared:
    """A parsed bundle, the evidence as JSON text by kind, and the engine at work with the kinds that it holds.

    One engine serves all rules: analysing the modules anew for each would cost more than most evaluations.
    """

    base: regorus.Engine
    texts: dict[str, str]
    kinds: dict[str, bytes]
    engine: regorus.Engine | None = None
    loaded: tuple[str, ...] | None = None

    def engine_for(self, needs: tuple[str, ...], path: str) -> regorus.Engine:
        if self.engine is None:
            self.engine, self.loaded = self.base.clone(), None
        engine = self.engine
        if self.loaded != needs:
            text = b",".join(b'"%s":%s' % (kind.encode(), self.kinds[kind]) for kind in needs)
            guarded(lambda: engine.set_input_json((b"{" + text + b"}").decode()), path)
            self.loaded = needs
        return engine


_prepared: list[_Prepared] = []


def evaluate_prepare(arguments: Json, payload: bytes) -> None:
    """Parse the bundle and keep the evidence.

    ``arguments`` is {"modules": [[path, text]], "data": JSON text, "kinds": {kind: [start, end]}}; the ranges are
    those of each kind's JSON text in ``payload``.
    """
    texts = dict(arguments["modules"])
    base = new_engine(arguments["modules"])
    guarded(lambda: base.add_data_json(arguments["data"]), "data")
    kinds = {kind: payload[start:end] for kind, (start, end) in arguments["kinds"].items()}
    _prepared[:] = [_Prepared(base, texts, kinds)]


def evaluate(arguments: Json, payload: bytes) -> list[Json]:
    """The raw findings of the rule {"path": its file, "query": data.<package>.deny, "needs": kinds}.

    Raises:
        EngineFailure: it aborted, panicked or gave no set.
    """
    prepared, path = _prepared[0], arguments["path"]
    try:
        engine = prepared.engine_for(tuple(arguments["needs"]), path)
        value = jsonable.loads(guarded(lambda: engine.eval_rule_as_json(arguments["query"]), path, prepared.texts))
        engine.take_prints()
    except EngineFailure:
        prepared.engine = None  # what an aborted evaluation left behind is not to be trusted
        raise
    if not isinstance(value, list):
        name = arguments["query"].rpartition(".")[2]
        raise EngineFailure(
            f"`{name}` is no set of findings", path=path, hint=f"write `{name} contains finding if {{ ... }}`"
        )
    return value
