"""``gatekeeper test``: documents in, results out."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from gatekeeper.conftest import evaluation, policies, results
from gatekeeper.conftest.engines.embedded import GET_OPA, EmbeddedEvaluator, NeedsOpa
from gatekeeper.conftest.engines.opa import OpaEvaluator
from gatekeeper.conftest.evaluation import Document, Evaluator, Module, Query
from gatekeeper.conftest.inputs import read_inputs
from gatekeeper.conftest.namespaces import matching
from gatekeeper.conftest.options import Options
from gatekeeper.conftest.results import CheckResult
from gatekeeper.errors import EngineFailure
from gatekeeper.model.settings import EngineChoice
from gatekeeper.policy.engines.opa.program import find_program
from gatekeeper.workers import Pool


@dataclass(frozen=True, slots=True)
class Run:
    """What a run gave. ``evaluated`` counts evaluations of rules: with none, nothing was tested."""

    results: Sequence[CheckResult]
    evaluated: int
    prints: Sequence[str] = ()
    traces: Sequence[tuple[str, str, Sequence[str]]] = ()  # file, query and what OPA tells of it


def run(pool: Pool, paths: Sequence[str], options: Options) -> Run:
    """Test files by policies.

    Raises:
        GatekeeperError: an input, a policy or a data file is wrong, or an evaluation failed: one spoils all.
    """
    inputs = read_inputs(pool, paths, options)
    texts = policies.read_modules(options.policy)
    data = policies.read_data(pool, options.data)
    with _evaluator(pool, options, texts, data) as evaluator:
        return _judge(evaluator, inputs, options)


def _judge(evaluator: Evaluator, inputs: dict[str, list[Document]], options: Options) -> Run:
    queries: list[Query] = []
    definitions: dict[str, int] = {}
    namespaces = _namespaces(evaluator.modules, options)
    for namespace in dict.fromkeys(namespaces):
        rules = [
            head.name
            for module in evaluator.modules
            if module.namespace == namespace
            for head in module.heads
            if evaluation.is_judged(head.name)
        ]
        definitions[namespace] = len(rules)
        # Of names that differ in their case alone, conftest evaluates one.
        names = {name.lower(): name for name in reversed(rules)}
        queries += [Query(namespace, name) for name in dict.fromkeys(rules) if name in names.values()]
    documents = [document for found in inputs.values() for document in found]
    answers = evaluator.evaluate(queries, documents)
    if path := evaluation.ambiguous(evaluator.modules):
        raise EngineFailure(
            "rule is using 'if' keyword without 'contains' keyword",
            path=path,
            hint="write `deny contains message if { ... }`",
        )
    checks = []
    for namespace in namespaces:
        own = [number for number, query in enumerate(queries) if query.namespace == namespace]
        rows = iter(answers.values)
        for path, found in inputs.items():
            check = CheckResult(path, namespace)
            for document in found:
                row = next(rows)
                pairs = [(queries[number], row[number]) for number in own]
                results.add(check, document, definitions[namespace], pairs)
            checks.append(check)
    traces = list(_traces(evaluator, queries, documents)) if options.trace else []
    return Run(checks, len(queries) * len(documents), answers.prints, traces)


def _namespaces(modules: Sequence[Module], options: Options) -> list[str]:
    available = {module.namespace.lower(): module.namespace for module in reversed(modules)}
    known = list(reversed(available.values()))
    if options.all_namespaces:
        return known
    if any(character in pattern for pattern in options.namespace for character in "*?["):
        return [name for name in known if any(matching(pattern, name) for pattern in options.namespace)]
    return list(options.namespace)


def _traces(
    evaluator: Evaluator, queries: Sequence[Query], documents: Sequence[Document]
) -> Iterator[tuple[str, str, Sequence[str]]]:
    for document in documents:
        for query in queries:
            for text in (query.exception, query.text):
                yield document.path, text, evaluator.trace(text, document)


@contextmanager
def _evaluator(pool: Pool, options: Options, texts: dict[str, str], data: dict[str, object]) -> Iterator[Evaluator]:
    program = ""
    if options.engine is not EngineChoice.EMBEDDED:
        folder = Path.cwd()
        try:
            if options.opa:
                program = find_program(os.path.abspath(options.opa)).path
            else:
                # In the root folder, as containers have it, everything would be inside.
                program = find_program(outside=folder if folder != folder.parent else None).path
        except EngineFailure as error:
            if options.opa or options.engine is EngineChoice.OPA:
                raise NeedsOpa(error.message, hint=GET_OPA) from error
    if program:
        with OpaEvaluator.load(program, pool, options, texts, data) as evaluator:
            yield evaluator
    else:
        with EmbeddedEvaluator.load(pool, options, texts, data) as embedded:
            yield embedded
