"""Rules asked of a server of ours, as many at once as there are cores; one that kills it is found and blamed."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace

from gatekeeper.errors import EngineFailure
from gatekeeper.model.json import Json
from gatekeeper.policy.engines.base import Answer
from gatekeeper.policy.engines.documents import dumps
from gatekeeper.policy.engines.opa.exchange import Late, Lost
from gatekeeper.policy.engines.opa.layout import Policies
from gatekeeper.policy.engines.opa.program import OpaProgram
from gatekeeper.policy.engines.opa.server import OpaServer, start
from gatekeeper.workers import Limits

_MAX_LOSSES = 5  # servers that an evaluation may cost
_SMALLER = "give the engine more memory, or let the rule look at less"


@dataclass(frozen=True, slots=True)
class Question:
    """A rule (``data.package.name``), and whether an error of a builtin is an error there."""

    rule: str
    strict: bool = True


def cores() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class OpaSession:
    """Policies that passed the check. A server starts with the first question and is kept as long as it serves."""

    def __init__(self, program: OpaProgram, policies: Policies, limits: Limits, *, strict: bool = True) -> None:
        self._program = program
        self._policies = policies
        self._limits = limits
        self._strict = strict
        self._server: OpaServer | None = None
        self._stack = ExitStack()
        self._rules: dict[str, int] = {}
        self._batches: list[range] = []
        self._cores = cores()

    def close(self) -> None:
        """Stop the server."""
        self._server = None
        self._stack.close()

    def evaluate(self, rules: Sequence[str], document: Json) -> Sequence[Answer]:
        """See ``Session``. What is printed reads ``file:line: text``."""
        return self.answer([Question(rule, self._strict) for rule in rules], document)

    def answer(self, questions: Sequence[Question], document: Json) -> Sequence[Answer]:
        """Answers to ``questions``, in their order, with ``document`` as input.

        Raises:
            EngineFailure: the server cannot be started or does not take the document, or was lost too often.
        """
        payload = dumps(document, "the document")
        if self._server is None or any(question.rule not in self._rules for question in questions):
            # Adding a policy compiles all of them anew, and so costs as much as another server.
            self._rules.update((question.rule, len(self._rules)) for question in _new(questions, self._rules))
            self._restart()
        server = self._put(payload)
        with ThreadPoolExecutor(self._cores) as threads:
            try:
                known = self._ask_batches(server, questions, threads)
                found = list(
                    threads.map(lambda question: known.get(question) or self._ask(server, question), questions)
                )
            except BaseException:
                # Whoever interrupts does not wait for the answers: without the server, there are none.
                threads.shutdown(wait=False, cancel_futures=True)
                self.close()
                raise
        return self._retry(questions, found, payload)

    def _retry(self, questions: Sequence[Question], found: list[Answer | None], payload: bytes) -> Sequence[Answer]:
        """Ask what was lost with the server again, one by one, so that only what kills it is blamed."""
        prints = self._prints(self._server)
        losses = 0
        for number, question in enumerate(questions):
            if found[number] is not None:
                continue
            server = self._server
            if server is None or not losses:
                losses += 1
                if losses > _MAX_LOSSES:
                    raise EngineFailure(f"the OPA server was lost {losses} times", hint=_SMALLER)
                self._restart()
                server = self._put(payload)
            found[number] = self._ask(server, question)
            prints |= self._prints(server)
            if found[number] is None:
                found[number] = Answer(error=self._blame(server))
                self.close()
        return [
            replace(answer, prints=tuple(prints.get(self._rules[question.rule], ())))
            for question, answer in zip(questions, found, strict=True)
            if answer is not None
        ]

    def _ask_batches(
        self, server: OpaServer, questions: Sequence[Question], threads: ThreadPoolExecutor
    ) -> Mapping[Question, Answer]:
        """Answers from batches: one in which a rule fails gives none, and its rules are then asked one by one."""
        if not self._batches or self._policies.prints or {question.rule for question in questions} != set(self._rules):
            return {}
        strict = {question.strict for question in questions}
        if len(strict) > 1:
            return {}

        def ask(batch: int) -> Mapping[int, Answer]:
            try:
                answers = server.ask_batch(batch, strict=True in strict)
            except (Lost, Late, EngineFailure):
                return {}
            numbers = self._batches[batch]
            return {number: Answer(answers.get(number), number in answers) for number in numbers}

        found: dict[int, Answer] = {}
        for answers in threads.map(ask, range(len(self._batches))):
            found.update(answers)
        return {q: found[self._rules[q.rule]] for q in questions if self._rules[q.rule] in found}

    def _ask(self, server: OpaServer, question: Question) -> Answer | None:
        """An answer, None where the server was lost."""
        try:
            defined, value = server.ask(self._rules[question.rule], strict=question.strict)
        except Lost:
            return None
        except Late:
            message = f"{question.rule} did not end within {self._limits.seconds:g} seconds"
            return Answer(error=EngineFailure(message, hint="allow the engine more time, or mend the rule"))
        except EngineFailure as error:
            return Answer(error=error)
        return Answer(value, defined)

    def _restart(self) -> None:
        self.close()
        # Neighbours often use the same rules of a library.
        size = -(-len(self._rules) // self._cores)
        numbers = range(len(self._rules))
        self._batches = [numbers[first : first + size] for first in numbers[::size]] if len(self._rules) > 1 else []
        self._server = self._stack.enter_context(
            start(
                self._program,
                self._policies,
                list(self._rules),
                self._limits,
                connections=self._cores,
                batches=self._batches,
            )
        )

    def _put(self, payload: bytes) -> OpaServer:
        server = self._server
        assert server is not None
        try:
            server.put(payload)
        except Lost:
            failure = self._blame(server)
            self.close()
            raise EngineFailure(f"OPA did not take the evidence: {failure.message}", hint=failure.hint) from None
        return server

    def _blame(self, server: OpaServer) -> EngineFailure:
        return EngineFailure(f"the OPA server was lost: {server.service.epitaph()}", hint=_SMALLER)

    def _prints(self, server: OpaServer | None) -> dict[int, list[str]]:
        return server.prints() if server is not None and self._policies.prints else {}


def _new(questions: Sequence[Question], known: dict[str, int]) -> list[Question]:
    return [question for rule, question in {q.rule: q for q in questions}.items() if rule not in known]
