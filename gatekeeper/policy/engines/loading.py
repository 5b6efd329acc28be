"""A program held by an engine of a worker process, with the document that its rules are asked about."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import regorus

from gatekeeper.errors import EngineFailure
from gatekeeper.formats import jsonable
from gatekeeper.model.json import Json, JsonObject
from gatekeeper.policy.engines.regorus_engine import add_module, guarded, new_engine

_UNDEFINED = "<undefined>"  # what the engine writes where JSON has no word


@dataclass(frozen=True, slots=True)
class Reply:
    """What a rule gave: a value, or the error that kept it from giving one."""

    value: Json = None
    defined: bool = False
    prints: tuple[str, ...] = ()
    error: EngineFailure | None = None

    def plain(self) -> JsonObject:
        """As it is sent to the parent process."""
        error = self.error
        told = error and {name: getattr(error, name) for name in ("message", "hint", "path", "line", "column")}
        return {"value": self.value, "defined": self.defined, "prints": self.prints, "error": told}


class Holder:
    """Asks one engine for as long as all goes well: to prepare one for each rule would cost more than most evaluations.

    What an aborted evaluation left behind is not to be trusted: then another clone of the loaded engine takes over.
    """

    def __init__(self, base: regorus.Engine, texts: dict[str, str]) -> None:
        """Take an engine that has all modules and data. ``texts`` are the modules by path.

        Raises:
            EngineFailure: the modules do not compile.
        """
        guarded(lambda: base.eval_query_as_json("true"), "", texts)  # modules are analysed when something is asked
        self._base, self._texts = base, texts
        self._at_work: regorus.Engine | None = None
        self._document: object = None

    def give(self, document: object, read: Callable[[], str]) -> None:
        """The document of that name becomes the input, unless it is so already. ``read`` gives its JSON.

        Raises:
            EngineFailure: it is no JSON, or nests too deeply.
        """
        if self._document != document:
            self._at_work = self._document = None
            self._base.set_input_json("null")  # the old one is gone before the new one comes
            guarded(lambda: self._base.set_input_json(read()), "input")
            self._document = document

    def ask(self, rule: str, path: str = "") -> Reply:
        """The value of ``data.package.rule``. ``path`` is named by errors for which the engine names no place."""
        engine = self._at_work or self._base.clone()
        self._at_work = None
        try:
            value = self._value(engine, rule, path)
            prints = tuple(engine.take_prints())
            # A string may read like the engine's word for undefined; as a Python object that is None.
            defined = value != _UNDEFINED or guarded(lambda: engine.eval_rule(rule), path, self._texts) is not None
            engine.take_prints()
        except EngineFailure as error:
            return Reply(prints=tuple(engine.take_prints()), error=error)
        self._at_work = engine
        return Reply(value if defined else None, defined, prints)

    def _value(self, engine: regorus.Engine, rule: str, path: str) -> Json:
        text = guarded(lambda: engine.eval_rule_as_json(rule), path, self._texts)
        try:
            return jsonable.loads(text)
        except ValueError:
            raise EngineFailure(f"the value of {rule} nests too deeply", path=path, hint="make it flatter") from None


def load(modules: Sequence[tuple[str, str, bool]], data: str) -> Holder:
    """Hold modules (path, text, whether it is Rego v0) and the JSON text of the document below ``data``.

    Raises:
        EngineFailure: a module does not parse or compile, or the data cannot be read.
    """
    base = new_engine([])
    for path, text, v0 in modules:
        add_module(base, path, text, v0=v0)
    guarded(lambda: base.add_data_json(data), "data")
    return Holder(base, {path: text for path, text, _ in modules})
