"""The embedded engine: regorus, in worker processes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.metadata import version

from gatekeeper.errors import EngineFailure, GatekeeperError
from gatekeeper.formats import jsonable
from gatekeeper.model.evidence import SCHEMA_VERSION
from gatekeeper.model.finding import Failure, Rule
from gatekeeper.model.json import Json, JsonObject
from gatekeeper.policy.bundle import Bundle
from gatekeeper.policy.engines.base import Program, RuleResult, Session
from gatekeeper.policy.engines.losses import explained
from gatekeeper.policy.engines.session import EmbeddedSession
from gatekeeper.policy.engines.sharing import Share, share_out
from gatekeeper.policy.rego import scan
from gatekeeper.policy.rego.names import reference_to
from gatekeeper.workers import Item, Limits, Pool

_TASK = "gatekeeper.policy.engines.evaluation:evaluate"


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
        """See ``Engine``. Kinds of which a rule has no reference may stand beside those that it needs."""
        results: dict[str, RuleResult] = {}
        runnable = []
        for rule in rules:
            if missing := [kind for kind in rule.needs if kind not in evidence]:
                message = f"{rule.id} could not be evaluated: there is no evidence of the kind {missing[0]}"
                results[rule.id] = RuleResult(rule, failure=Failure("engine", message, path=rule.path))
            else:
                runnable.append(rule)
        texts = _texts(runnable, evidence)
        shares = share_out(runnable, {kind: len(text) for kind, text in texts.items()}, self._pool.size)
        for result in self._results(shares, _preparation(bundle, texts, settings)):
            results[result.rule.id] = result
        return [results[rule.id] for rule in rules]

    def _results(self, shares: Sequence[Share], policies: Item) -> Iterator[RuleResult]:
        """Results of all rules; what a worker did not come to, or broke it, is asked again, in the end rule by rule."""
        while shares:
            left: list[Share] = []
            items = [Item("", _arguments(share)) for share in shares]
            outcomes = self._pool.map(_TASK, items, prepare=policies, limits=self._limits)
            for share, outcome in zip(shares, outcomes, strict=True):
                if outcome.error is None:
                    replies = [_result(rule, reply) for rule, reply in zip(share.rules, outcome.value, strict=False)]
                    yield from replies
                    if rest := share.rules[len(replies) :]:
                        left.append(Share(share.needs, rest))
                elif len(share.rules) == 1 or isinstance(outcome.error, EngineFailure):
                    yield from (RuleResult(rule, failure=self._lost(rule, outcome.error)) for rule in share.rules)
                else:
                    left += [Share(share.needs, (rule,)) for rule in share.rules]
            shares = left

    def _lost(self, rule: Rule, error: GatekeeperError) -> Failure:
        return _failure(rule, explained(error, "the engine gave up", self._pool.limits.memory))

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


def _arguments(share: Share) -> Json:
    rules = [(reference_to(rule.package, rule.name), rule.path) for rule in share.rules]
    return {"needs": [*share.needs, "version"], "rules": rules}


def _texts(rules: Sequence[Rule], evidence: Mapping[str, Json]) -> dict[str, bytes]:
    return {kind: jsonable.dumps(evidence[kind]) for kind in sorted({kind for rule in rules for kind in rule.needs})}


def _preparation(bundle: Bundle, texts: Mapping[str, bytes], settings: Json) -> Item:
    ranges, start = {}, 0
    parts = {**texts, "version": jsonable.dumps(SCHEMA_VERSION)}
    for kind, text in parts.items():
        ranges[kind] = (start, start + len(text))
        start += len(text)
    shipped = bundle.data.get("gatekeeper", {})
    document = bundle.data | {"gatekeeper": shipped | {"settings": settings}}
    arguments = {
        "modules": [(module.path, module.text, module.v0) for module in bundle.modules],
        "data": jsonable.dumps(document).decode(),
        "kinds": ranges,
    }
    return Item("policies", arguments, b"".join(parts.values()))


def _result(rule: Rule, reply: JsonObject) -> RuleResult:
    if reply["error"] is not None:
        return RuleResult(rule, failure=_failure(rule, EngineFailure(**reply["error"])))
    if not isinstance(reply["value"], list):
        hint = f"write `{rule.name} contains finding if {{ ... }}`"
        error = EngineFailure(f"`{rule.name}` is no set of findings", path=rule.path, hint=hint)
        return RuleResult(rule, failure=_failure(rule, error))
    return RuleResult(rule, tuple(reply["value"]))


def _failure(rule: Rule, error: EngineFailure) -> Failure:
    path, line, reason = rule.path, 0, error.message
    if error.path:
        path, line = error.path, error.line
        reason = f"{reason} (column {error.column})" if error.column else reason
    hint = error.hint or "mend the policy: check types before calling functions, and say how unknown values are judged"
    return Failure("engine", f"{rule.id} could not be evaluated: {reason}", hint, path, line)
