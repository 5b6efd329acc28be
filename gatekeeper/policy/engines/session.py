"""A program in the embedded engine: its rules are evaluated in worker processes, which hold it parsed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gatekeeper.errors import EngineFailure, GatekeeperError
from gatekeeper.model.json import Json, JsonObject
from gatekeeper.policy.engines.base import Answer, Program, RegoVersion
from gatekeeper.policy.engines.documents import dumps
from gatekeeper.policy.engines.losses import explained
from gatekeeper.workers import Item, Limits, Outcome, Pool

_TASK = "gatekeeper.policy.engines.answering:answer"
_SHARES = 4  # pieces of work a worker, so that a slow rule does not leave the others idle
_SMALL = 8  # rules that are not worth a second piece of work


class EmbeddedSession:
    """A program that worker processes load when they are first asked, and again when they were lost."""

    def __init__(self, pool: Pool, program: Program, limits: Limits) -> None:
        self._pool = pool
        self._limits = limits
        older = program.rego_version is RegoVersion.V0
        modules = [(path, text, older or path in program.older) for path, text in program.modules]
        self._program = Item("program", modules, dumps(program.data, "the program's data"))

    def load(self) -> None:
        """Load the program into a worker.

        Raises:
            EngineFailure: a module does not parse or compile, or the program is too large for a worker.
        """
        for outcome in self._ask([[]], b"null"):
            if outcome.error is not None:
                raise self._lost("the policies", outcome.error)

    def evaluate(self, rules: Sequence[str], document: Json) -> Sequence[Answer]:
        """See ``Session``. What is printed reads ``file:line: text``."""
        try:
            payload = dumps(document, "the document")
        except EngineFailure as error:
            return [Answer(error=error) for _ in rules]
        size = max(_SMALL, -(-len(rules) // (self._pool.size * _SHARES)))
        chunks = [rules[start : start + size] for start in range(0, len(rules), size)]
        answers: list[Answer] = []
        for chunk, outcome in zip(chunks, list(self._ask(chunks, payload)), strict=True):
            if outcome.error is None:
                answers.extend(map(_answer, outcome.value))
            elif len(chunk) == 1 or isinstance(outcome.error, EngineFailure):
                answers.extend(Answer(error=self._lost(rule, outcome.error)) for rule in chunk)
            else:  # one of them broke the worker: each alone, to know which
                answers.extend(self._alone(chunk, payload))
        return answers

    def _alone(self, rules: Sequence[str], payload: bytes) -> Iterator[Answer]:
        for rule, outcome in zip(rules, self._ask([[rule] for rule in rules], payload), strict=True):
            error = outcome.error
            yield Answer(error=self._lost(rule, error)) if error is not None else _answer(outcome.value[0])

    def _lost(self, what: str, error: GatekeeperError) -> EngineFailure:
        return explained(error, what, self._pool.limits.memory)

    def _ask(self, chunks: Sequence[Sequence[str]], payload: bytes) -> Iterator[Outcome]:
        items = (Item("", list(chunk), payload) for chunk in chunks)
        return self._pool.map(_TASK, items, prepare=self._program, limits=self._limits)


def _answer(plain: JsonObject) -> Answer:
    prints = tuple(plain["prints"])
    if plain["error"] is not None:
        return Answer(prints=prints, error=EngineFailure(**plain["error"]))
    return Answer(plain["value"], plain["defined"], prints)
