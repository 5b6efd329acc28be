"""Evidence in, findings and failures out."""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from gatekeeper.errors import EngineFailure, SettingsError
from gatekeeper.formats import jsonable
from gatekeeper.model.decision import PolicySet, UsedEngine
from gatekeeper.model.finding import Failure, Finding, Rule, Stage
from gatekeeper.model.json import Json
from gatekeeper.model.settings import RuleSetting, Settings
from gatekeeper.policy import foreign
from gatekeeper.policy.bundle import Bundle
from gatekeeper.policy.engines.base import Engine, RuleResult
from gatekeeper.policy.engines.opa.organisation import OrganisationEngine
from gatekeeper.policy.findings import to_finding


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the policies said: findings and failures, sorted, the ids of the rules that were evaluated, and by whom."""

    findings: tuple[Finding, ...]
    failures: tuple[Failure, ...]
    rules: tuple[str, ...]
    engines: tuple[UsedEngine, ...] = ()


def judge(
    bundle: Bundle,
    engine: Engine,
    evidence: Mapping[str, Json],
    settings: Settings,
    stage: Stage,
    others: Engine | None = None,
) -> Judgement:
    """Evaluate the rules of a stage that are not switched off, on plain JSON evidence by kind.

    ``others`` is the engine for rules that do not ship with the program; without it ``engine`` evaluates them too.
    That no rule ran is a failure, and so is everything that keeps a rule from being evaluated. Where that are policies
    of others, the library's rules judge nevertheless.

    Raises:
        SettingsError: the settings name a rule that is not in the bundle.
    """
    check_names(bundle, settings)
    rules = [rule for rule in bundle.rules if stage in rule.stages and not _setting(settings, rule).off]
    results: list[RuleResult] = []
    failures: list[Failure] = []
    used: list[UsedEngine] = []
    for part in _parts(bundle, engine, others):
        own = {rule.id for rule in part.bundle.rules}
        chosen = [rule for rule in rules if rule.id in own]
        if part.refusals:
            failures += part.refusals
        elif chosen:
            try:
                given = part.engine.evaluate(part.bundle, chosen, evidence, jsonable.plain(settings))
            except EngineFailure as error:
                failures.append(Failure("engine", error.message, error.hint, error.path, error.line))
                continue
            used.append(_used(part.engine, given))
            results += given
    if not rules and not failures:
        message = f"no rule ran: none of {len(bundle.rules)} is meant for the stage {stage} and switched on"
        failures.append(Failure("engine", message, "choose another stage, or switch rules on"))
    findings: set[Finding] = set()
    for result in results:
        for item in _read(result, _setting(settings, result.rule)):
            if isinstance(item, Finding):
                findings.add(item)
            else:
                failures.append(item)
    ids = sorted(identifier for one in used for identifier in one.rules)
    return Judgement(tuple(sorted(findings, key=_order)), tuple(failures), tuple(ids), tuple(used))


def policy_set(bundle: Bundle, engine: Engine, judgement: Judgement) -> PolicySet:
    """Which policies judged; where nothing was evaluated, ``engine`` is the one that would have."""
    return PolicySet(
        digest=bundle.digest,
        revision=bundle.revision,
        engine=" and ".join(used.name for used in judgement.engines) or engine.name,
        engine_version=" and ".join(used.version for used in judgement.engines) or engine.version,
        rules=judgement.rules,
        engines=judgement.engines,
    )


def _used(engine: Engine, results: Sequence[RuleResult]) -> UsedEngine:
    ran = tuple(sorted(result.rule.id for result in results if result.failure is None))
    if not isinstance(engine, OrganisationEngine):
        return UsedEngine(engine.name, engine.version, ran)
    served = engine.describe()
    return UsedEngine(engine.name, engine.version, ran, True, served.revision, served.digest)


@dataclass(frozen=True, slots=True)
class _Part:
    """Rules that one engine evaluates, or why it must not."""

    engine: Engine
    bundle: Bundle
    refusals: Sequence[Failure]


def _parts(bundle: Bundle, engine: Engine, others: Engine | None) -> Iterator[_Part]:
    library = bundle.library()
    added = any(module.foreign for module in bundle.modules)
    if not added or others is None:
        refusals = engine.check(bundle) or bundle.misreadings
        yield _Part(engine, bundle, refusals)
        if not refusals or not added or engine.check(library):
            return
        yield _Part(engine, library, ())
    else:
        yield _Part(engine, library, engine.check(library))
        theirs = tuple(rule for rule in bundle.rules if rule.foreign)
        yield _Part(others, dataclasses.replace(bundle, rules=theirs), bundle.misreadings or others.check(bundle))


def _setting(settings: Settings, rule: Rule) -> RuleSetting:
    return settings.rules.get(rule.id) or RuleSetting()


def check_names(bundle: Bundle, settings: Settings) -> None:
    """See that the settings speak of rules that there are.

    Raises:
        SettingsError: they do not.
    """
    known = [rule.id for rule in bundle.rules]
    for name in settings.rules:
        if name not in known:
            near = difflib.get_close_matches(name, known, 1)
            raise SettingsError(
                f"the settings name the rule {name!r}, which there is not",
                hint=f"did you mean {near[0]}?" if near else "`gatekeeper rules` lists them",
            )


def _read(result: RuleResult, setting: RuleSetting) -> Iterator[Finding | Failure]:
    rule = result.rule
    if result.failure is not None:
        yield result.failure
    wrong: list[str] = []
    read = foreign.to_finding if foreign.is_form(rule) else to_finding
    for raw in result.findings:
        try:
            yield read(rule, raw, setting.severity)
        except ValueError as error:
            wrong.append(str(error))
    if wrong:
        more = f" (and {len(wrong) - 1} more)" if len(wrong) > 1 else ""
        yield Failure("engine", f"{rule.id} gave a malformed finding: {wrong[0]}{more}", "mend the policy", rule.path)


def _order(finding: Finding) -> tuple[object, ...]:
    keys = tuple((isinstance(key, str), str(key) if isinstance(key, str) else key) for key in finding.at.keys)
    span = dataclasses.astuple(finding.at.span) if finding.at.span else ()
    place = finding.at.path, finding.at.document, keys, span
    return finding.rule, *place, finding.subject, finding.message, finding.remediation, finding.severity
