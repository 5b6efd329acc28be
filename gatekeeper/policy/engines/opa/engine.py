"""OPA as an engine: a server of our own, on a private socket."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from gatekeeper.errors import EngineFailure
from gatekeeper.model.evidence import SCHEMA_VERSION
from gatekeeper.model.finding import Failure, Rule
from gatekeeper.model.json import Json
from gatekeeper.policy.bundle import Bundle
from gatekeeper.policy.engines.base import Answer, Program, RuleResult, Session
from gatekeeper.policy.engines.opa import layout
from gatekeeper.policy.engines.opa.capabilities import check
from gatekeeper.policy.engines.opa.errors import MEND
from gatekeeper.policy.engines.opa.layout import Policies
from gatekeeper.policy.engines.opa.program import OpaProgram
from gatekeeper.policy.engines.opa.session import OpaSession, Question
from gatekeeper.policy.rego.forbidden import IMPURE
from gatekeeper.policy.rego.names import reference_to
from gatekeeper.workers import Limits


class OpaEngine:
    """OPA. It evaluates all that a rule may need, whatever the language; builtins that reach outside are refused.

    So are those that answer differently each time. Without ``strict_foreign``, an error of a builtin leaves rules of
    others undefined, as OPA does by default.
    """

    def __init__(
        self,
        program: OpaProgram,
        limits: Limits | None = None,
        *,
        strict_foreign: bool = True,
    ) -> None:
        self._program = program
        self._limits = limits or Limits(seconds=60, memory=4 << 30)
        self._strict_foreign = strict_foreign
        self._passed: tuple[layout.Source, ...] | None = None

    @property
    def name(self) -> str:
        """Name of the engine."""
        return "opa"

    @property
    def version(self) -> str:
        """Version of the program."""
        return self._program.version

    def check(self, bundle: Bundle) -> Sequence[Failure]:
        """See ``Engine``."""
        return [
            Failure("engine", _with_column(problem), problem.hint, problem.path, problem.line)
            for problem in self._problems(layout.of_bundle(bundle, {}))
        ]

    def evaluate(
        self, bundle: Bundle, rules: Sequence[Rule], evidence: Mapping[str, Json], settings: Json
    ) -> Sequence[RuleResult]:
        """See ``Engine``. All rules see the kinds of evidence that any of them needs.

        Raises:
            EngineFailure: the server cannot be started, or was lost too often.
        """
        runnable = {rule.id: rule for rule in rules if not missing_kind(rule, evidence)}
        answers: dict[str, Answer] = {}
        if runnable:
            kinds = sorted({kind for rule in runnable.values() for kind in rule.needs})
            document = {kind: evidence[kind] for kind in kinds} | {"version": SCHEMA_VERSION}
            questions = [
                Question(reference_to(rule.package, rule.name), self._strict_foreign or not rule.foreign)
                for rule in runnable.values()
            ]
            with self._open(layout.of_bundle(bundle, settings), strict=True) as session:
                answers = dict(zip(runnable, session.answer(questions, document), strict=True))
        return [result(rule, answers.get(rule.id), missing_kind(rule, evidence)) for rule in rules]

    @contextmanager
    def session(self, program: Program, *, strict: bool = True) -> Iterator[Session]:
        """See ``Engine``."""
        with self._open(layout.of_program(program), strict=strict) as session:
            yield session

    @contextmanager
    def _open(self, policies: Policies, *, strict: bool) -> Iterator[OpaSession]:
        if problems := self._problems(policies):
            raise problems[0]
        session = OpaSession(self._program, policies, self._limits, strict=strict)
        try:
            yield session
        finally:
            session.close()

    def _problems(self, policies: Policies) -> Sequence[EngineFailure]:
        """What keeps a server from being given the policies; what has passed is not checked twice."""
        if policies.sources == self._passed:
            return layout.refusals(policies)
        problems = check(self._program, policies, IMPURE, self._limits)
        if not problems:
            self._passed = policies.sources
        return problems


def result(rule: Rule, answer: Answer | None, missing: str) -> RuleResult:
    """What an engine's answer means for a rule; ``missing`` is a kind of evidence that kept it from being asked."""
    if missing:
        return _failed(rule, EngineFailure(f"there is no evidence of the kind {missing}"))
    assert answer is not None
    if answer.error is not None:
        return _failed(rule, answer.error)
    if not answer.defined:
        return _failed(rule, EngineFailure(f"`{rule.name}` is undefined", hint="does the engine have this policy?"))
    if not isinstance(answer.value, list):
        hint = f"write `{rule.name} contains finding if {{ ... }}`"
        return _failed(rule, EngineFailure(f"`{rule.name}` is no set of findings", hint=hint))
    return RuleResult(rule, tuple(answer.value))


def missing_kind(rule: Rule, evidence: Mapping[str, Json]) -> str:
    """A kind of evidence that the rule needs and that is not there, else empty."""
    return next((kind for kind in rule.needs if kind not in evidence), "")


def _failed(rule: Rule, error: EngineFailure) -> RuleResult:
    message = f"{rule.id} could not be evaluated: {_with_column(error)}"
    return RuleResult(rule, failure=Failure("engine", message, error.hint or MEND, error.path or rule.path, error.line))


def _with_column(error: EngineFailure) -> str:
    return f"{error.message} (column {error.column})" if error.column else error.message
