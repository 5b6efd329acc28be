"""The embedded engine, for policies whose results cannot differ from OPA's there without a word."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Self

from gatekeeper.conftest import functions, golang
from gatekeeper.conftest.engines import embedded_parsing
from gatekeeper.conftest.evaluation import Answer, Answers, Document, Module, Query, is_judged
from gatekeeper.conftest.options import Options
from gatekeeper.errors import EngineFailure
from gatekeeper.formats import jsonable
from gatekeeper.model.json import Json, JsonObject
from gatekeeper.policy.engines.base import Program, RegoVersion
from gatekeeper.policy.engines.embedded import EmbeddedEngine
from gatekeeper.policy.rego import index, scan
from gatekeeper.policy.rego.facts import ModuleFacts, Use
from gatekeeper.policy.rego.getting import INSTALL
from gatekeeper.workers import Item, Pool

PACKAGE = "gatekeeper_conftest"
GET_OPA = f"{INSTALL}, or give --opa FILE"
_FACTS = "gatekeeper.policy.rego.facts:parse"
_NEEDS_OPA = {
    "strict": "--strict",
    "capabilities": "--capabilities",
    "show_builtin_errors": "--show-builtin-errors",
    "trace": "--trace",
}


class NeedsOpa(EngineFailure):
    """The embedded engine cannot be trusted with this, and conftest could do it."""


class EmbeddedEvaluator:
    """Policies that the scan found nothing in; each question becomes a rule of a module of its own."""

    def __init__(self, pool: Pool, options: Options, modules: Sequence[Module], data: JsonObject) -> None:
        self._pool = pool
        self._v0 = options.rego_version is RegoVersion.V0
        self._data = data
        self.modules = modules

    @classmethod
    @contextmanager
    def load(cls, pool: Pool, options: Options, texts: Mapping[str, str], data: JsonObject) -> Iterator[Self]:
        """The policies (texts by path) and the document below ``data``.

        Raises:
            EngineFailure: a module does not parse.
            NeedsOpa: a module may give other results here than in OPA, or the options ask for what OPA alone has.
        """
        if wanted := next((flag for name, flag in _NEEDS_OPA.items() if getattr(options, name)), None):
            raise NeedsOpa(f"{wanted} needs OPA, which does not run here", hint=GET_OPA)
        v0 = options.rego_version is RegoVersion.V0
        modules = [
            module
            for module in embedded_parsing.parse(pool, texts, v0=v0)
            # Functions of conftest's are met in tests, and nothing here evaluates tests.
            if not (module.path.endswith("_test.rego") and functions.are_used(module.text))
        ]
        plain = _plain(data)
        _refuse_differences(pool, modules, plain, v0=v0)
        yield cls(pool, options, modules, plain)

    def evaluate(self, queries: Sequence[Query], documents: Sequence[Document]) -> Answers:
        """See ``Evaluator``."""
        exempt = {module.namespace for module in self.modules if any(h.first == "exception" for h in module.heads)}
        rules = []
        for number, query in enumerate(queries):
            rules.append(_rule(f"value_{number}", query.text))
            if query.namespace in exempt:
                rules.append(_rule(f"exceptions_{number}", f"count([1 | {query.exception} MOCKS])", inner=True))
        names = [f"data.{PACKAGE}.{rule.partition('[')[0]}" for rule in rules]
        text = f"package {PACKAGE}\n\nimport rego.v1\n\n" + "".join(rules)
        modules = (*((module.path, module.text) for module in self.modules), (f"{PACKAGE}.rego", text))
        program = Program(modules, self._data, RegoVersion.V0 if self._v0 else RegoVersion.V1)
        asked = {"documents": [{"value": d.value, "file": d.file} for d in documents]}
        try:
            with EmbeddedEngine(self._pool).session(program) as session:
                answers = dict(zip(names, session.evaluate(names, asked), strict=True))
        except EngineFailure as error:
            raise _needs_opa(error) from None
        found: dict[str, JsonObject] = {}
        for name, answer in answers.items():
            if answer.error is not None:
                raise _needs_opa(answer.error)
            found[name] = answer.value or {}
        prints = [line for answer in answers.values() for line in answer.prints]
        return Answers(
            [[_answer(found, number, str(row)) for number in range(len(queries))] for row in range(len(documents))],
            prints,
        )

    def trace(self, query: str, document: Document) -> Sequence[str]:
        """See ``Evaluator``."""
        raise NeedsOpa("--trace needs OPA", hint=GET_OPA)


def _needs_opa(error: EngineFailure) -> NeedsOpa:
    """What ends an evaluation here: OPA leaves errors of functions undefined, and puts expressions into their order."""
    hint = error.hint or f"check types, and bind variables before they are used; or {GET_OPA}"
    return NeedsOpa(error.message, path=error.path, line=error.line, column=error.column, hint=hint)


def _rule(name: str, expression: str, *, inner: bool = False) -> str:
    mocks = "with input as d.value with data.conftest.file as d.file"
    asked = expression.replace("MOCKS", mocks) if inner else f"{expression} {mocks}"
    return f'{name}[sprintf("%d", [i])] := v if {{\n\tsome i, d in input.documents\n\tv := {asked}\n}}\n\n'


def _answer(found: Mapping[str, JsonObject], number: int, row: str) -> Answer:
    values = found[f"data.{PACKAGE}.value_{number}"]
    exceptions = found.get(f"data.{PACKAGE}.exceptions_{number}", {})
    return Answer(row in values, values.get(row), exceptions.get(row, 0))


def _refuse_differences(pool: Pool, modules: Sequence[Module], data: JsonObject, *, v0: bool) -> None:
    parsed = []
    items = (Item(module.path, (module.path, v0), module.text.encode()) for module in modules)
    outcomes = list(pool.map(_FACTS, items))
    for module, outcome in zip(modules, outcomes, strict=True):
        facts = jsonable.decode(ModuleFacts, outcome.unwrap())
        parsed.append(index.Module(module.path, module.text, foreign=True, facts=facts, v0=v0))
        if functions.are_used(module.text):
            raise NeedsOpa("parse_config and its like need OPA", path=module.path, hint=GET_OPA)
        for definition in facts.definitions:
            if definition.kind == "function" and is_judged(definition.name[0]):
                raise EngineFailure(
                    f"the function {definition.name[0]} is used as a rule",
                    path=module.path,
                    line=definition.line,
                    hint="give it another name",
                )
            for reference in definition.references:
                if reference.use is Use.NEGATED and reference.path[0] == "input":
                    shown = ".".join(reference.path)
                    raise NeedsOpa(
                        f"`not` with {shown} inside: where that is undefined, OPA ends the rule, regorus goes on",
                        path=module.path,
                        line=reference.line,
                        column=reference.column,
                        hint=f"give it a name on the line before, and negate that name; or {GET_OPA}",
                    )
    mounts = frozenset(_mounts(data)) | {("data", "conftest", "file")}
    scope = scan.Scope(index.Index(parsed), None, mounts, {})
    for problem in scan.scan(parsed, scope):
        raise NeedsOpa(
            problem.message,
            path=problem.path,
            line=problem.line,
            column=problem.column,
            hint=f"{problem.hint}; or {GET_OPA}",
        )


def _plain(data: JsonObject) -> JsonObject:
    """The data as the engine can have them.

    Raises:
        NeedsOpa: a number would be rounded, which OPA never does.
    """
    pending: list[Json] = [data]
    while pending:
        value = pending.pop()
        if isinstance(value, dict | list):
            pending.extend(value.values() if isinstance(value, dict) else value)
        elif isinstance(value, golang.Literal) and not golang.is_exact(value.text):
            raise NeedsOpa(f"the embedded engine would round the number {value.text:.40} of the data", hint=GET_OPA)
    plain: JsonObject = jsonable.loads(golang.dumps_exact(data))
    return plain


def _mounts(data: JsonObject) -> Iterator[tuple[str, ...]]:
    for key in data:
        yield ("data", key)
