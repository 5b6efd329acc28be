"""A session's side of the worker process: rules of a loaded program, asked for by name."""

from __future__ import annotations

from dataclasses import dataclass

import regorus

from gatekeeper.errors import EngineFailure
from gatekeeper.formats import jsonable
from gatekeeper.model.json import Json, JsonObject
from gatekeeper.policy.engines.regorus_engine import guarded, new_engine

_UNDEFINED = "<undefined>"  # what the engine writes where JSON has no word


@dataclass
class _Loaded:
    """A program, the engine at work, and the document that it holds as input."""

    base: regorus.Engine
    texts: dict[str, str]
    engine: regorus.Engine | None = None
    document: bytes | None = None

    def engine_for(self, document: bytes) -> regorus.Engine:
        if self.engine is None:
            self.engine, self.document = self.base.clone(), None
        engine = self.engine
        if self.document != document:
            self.document = None
            guarded(lambda: engine.set_input_json(document.decode()), "input")
            self.document = document
        return engine


_loaded: list[_Loaded] = []


def answer_prepare(arguments: Json, payload: bytes) -> None:
    """Parse and analyse the program {"modules": [[path, text]], "v0": boolean}; ``payload`` is the JSON of its data.

    Raises:
        EngineFailure: a module does not parse or compile.
    """
    texts = dict(arguments["modules"])
    base = new_engine(arguments["modules"], v0=arguments["v0"])
    guarded(lambda: base.add_data_json(payload.decode()), "data")
    guarded(lambda: base.eval_query_as_json("true"), "", texts)  # modules are analysed when something is asked
    _loaded[:] = [_Loaded(base, texts)]


def answer(arguments: Json, payload: bytes) -> list[JsonObject]:
    """An answer to each of the rules ``arguments``, with the JSON document ``payload`` as input.

    It is {"value": JSON, "defined": boolean, "prints": [text]}, or {"error": {message, path, line, column}, "prints"}.
    """
    return [_answer(_loaded[0], rule, payload) for rule in arguments]


def _answer(loaded: _Loaded, rule: str, document: bytes) -> JsonObject:
    try:
        engine = loaded.engine_for(document)
        engine.take_prints()
        value = _value(engine, rule, loaded.texts)
        prints = engine.take_prints()
        # A string may read like the engine's word for undefined; as a Python object that is None.
        defined = value != _UNDEFINED or guarded(lambda: engine.eval_rule(rule), "", loaded.texts) is not None
        return {"value": value if defined else None, "defined": defined, "prints": prints}
    except EngineFailure as error:
        prints = loaded.engine.take_prints() if loaded.engine is not None else []
        loaded.engine = None  # what an aborted evaluation left behind is not to be trusted
        place = {"path": error.path, "line": error.line, "column": error.column}
        return {"error": {"message": error.message, "hint": error.hint, **place}, "prints": prints}


def _value(engine: regorus.Engine, rule: str, texts: dict[str, str]) -> Json:
    text = guarded(lambda: engine.eval_rule_as_json(rule), "", texts)
    try:
        return jsonable.loads(text)
    except ValueError:
        raise EngineFailure(f"the value of {rule} nests too deeply", hint="make it flatter") from None
