"""The embedded engine: regorus, in worker processes, one rule a piece of work."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.metadata import version

from gatekeeper.errors import EngineFailure, GatekeeperError
from gatekeeper.formats import jsonable
from gatekeeper.model.evidence import SCHEMA_VERSION
from gatekeeper.model.finding import Failure, Rule
from gatekeeper.model.json import Json
from gatekeeper.policy.bundle import Bundle
from gatekeeper.policy.engines.base import Program, RuleResult, Session
from gatekeeper.policy.engines.session import EmbeddedSession
from gatekeeper.policy.rego import scan
from gatekeeper.workers import Item, Limits, Pool

_TASK = "gatekeeper.policy.engines.evaluation:evaluate"
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class EmbeddedEngine:
    """Regorus. It is stricter than OPA: an error of a builtin function aborts the rule, which is then a failure."""

    def __init__(self, pool: Pool, limits: Limits | None = None) -> None:
        self._pool = pool
        self._limits = limits or Limits(seconds=60)

    @property
    def name(self) -> str:
        """Name of the engine."""
        return "regorus"

    @property
    def version(self) -> str:
        """Version of the engine."""
        return version("gordon-to-regorus")

    def check(self, bundle: Bundle) -> Sequence[Failure]:
        """See ``Engine``."""
        return [scan.failure(problem) for problem in scan.problems(bundle)]

    def evaluate(
        self, bundle: Bundle, rules: Sequence[Rule], evidence: Mapping[str, Json], settings: Json
    ) -> Sequence[RuleResult]:
        """See ``Engine``."""
        results: dict[str, RuleResult] = {}
        runnable = []
        for rule in rules:
            if missing := [kind for kind in rule.needs if kind not in evidence]:
                message = f"{rule.id} could not be evaluated: there is no evidence of the kind {missing[0]}"
                results[rule.id] = RuleResult(rule, failure=Failure("engine", message, path=rule.path))
            else:
                runnable.append(rule)
        # Rules with the same needs follow one another: a worker loads their input once.
        runnable.sort(key=lambda rule: (rule.needs, rule.id))
        outcomes = self._pool.map(
            _TASK,
            [Item(rule.id, _arguments(rule)) for rule in runnable],
            prepare=_preparation(bundle, runnable, evidence, settings),
            limits=self._limits,
        )
        for rule, outcome in zip(runnable, outcomes, strict=True):
            failure = _failure(rule, outcome.error) if outcome.error is not None else None
            results[rule.id] = RuleResult(rule, tuple(outcome.value or ()), failure)
        return [results[rule.id] for rule in rules]

    @contextmanager
    def session(self, program: Program, *, strict: bool = True) -> Iterator[Session]:
        """See ``Engine``. An error of a builtin aborts the rule here; nothing can be had that is not strict."""
        if not strict:
            raise EngineFailure(
                "the embedded engine cannot leave undefined what a builtin function refuses",
                hint="use OPA (--engine opa), or ask for strict errors",
            )
        session = EmbeddedSession(self._pool, program, self._limits)
        session.load()
        yield session


def _arguments(rule: Rule) -> Json:
    return {"path": rule.path, "query": _query(rule), "needs": [*rule.needs, "version"]}


def _query(rule: Rule) -> str:
    keys = (key if _PLAIN.fullmatch(key) else f"[{jsonable.dumps(key).decode()}]" for key in rule.package.split("."))
    return ".".join(("data", *keys, rule.name)).replace(".[", "[")


def _preparation(bundle: Bundle, rules: Sequence[Rule], evidence: Mapping[str, Json], settings: Json) -> Item:
    texts = {kind: jsonable.dumps(evidence[kind]) for kind in sorted({kind for rule in rules for kind in rule.needs})}
    texts["version"] = jsonable.dumps(SCHEMA_VERSION)
    ranges, start = {}, 0
    for kind, text in texts.items():
        ranges[kind] = (start, start + len(text))
        start += len(text)
    shipped = bundle.data.get("gatekeeper", {})
    document = bundle.data | {"gatekeeper": shipped | {"settings": settings}}
    arguments = {
        "modules": [(module.path, module.text) for module in bundle.modules],
        "data": jsonable.dumps(document).decode(),
        "kinds": ranges,
    }
    return Item("policies", arguments, b"".join(texts.values()))


def _failure(rule: Rule, error: GatekeeperError) -> Failure:
    path, line, reason = rule.path, 0, error.message
    if isinstance(error, EngineFailure) and error.path:
        path, line = error.path, error.line
        reason = f"{reason} (column {error.column})" if error.column else reason
    hint = error.hint or "mend the policy: check types before calling functions, and say how unknown values are judged"
    return Failure("engine", f"{rule.id} could not be evaluated: {reason}", hint, path, line)
