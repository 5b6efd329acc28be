"""Evidence in, findings and failures out."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from gatekeeper.errors import SettingsError
from gatekeeper.formats import jsonable
from gatekeeper.model.finding import Failure, Finding, Rule, Stage
from gatekeeper.model.json import Json
from gatekeeper.model.settings import RuleSetting, Settings
from gatekeeper.policy.bundle import Bundle
from gatekeeper.policy.engines.base import Engine, RuleResult
from gatekeeper.policy.findings import to_finding


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the policies said: findings and failures, sorted, and the ids of the rules that were evaluated."""

    findings: tuple[Finding, ...]
    failures: tuple[Failure, ...]
    rules: tuple[str, ...]


def judge(bundle: Bundle, engine: Engine, evidence: Mapping[str, Json], settings: Settings, stage: Stage) -> Judgement:
    """Evaluate the rules of a stage that are not switched off, on plain JSON evidence by kind.

    That no rule ran is a failure, and so is everything that keeps a rule from being evaluated.

    Raises:
        SettingsError: the settings name a rule that is not in the bundle.
    """
    _check_names(bundle, settings)
    if refusals := engine.check(bundle):
        return Judgement((), tuple(refusals), ())
    rules = [rule for rule in bundle.rules if stage in rule.stages and not _setting(settings, rule).off]
    if not rules:
        message = f"no rule ran: none of {len(bundle.rules)} is meant for the stage {stage} and switched on"
        return Judgement((), (Failure("engine", message, "choose another stage, or switch rules on"),), ())
    findings: set[Finding] = set()
    failures: list[Failure] = []
    evaluated = []
    for result in engine.evaluate(bundle, rules, evidence, jsonable.plain(settings)):
        if result.failure is None:
            evaluated.append(result.rule.id)
        for item in _read(result, _setting(settings, result.rule)):
            if isinstance(item, Finding):
                findings.add(item)
            else:
                failures.append(item)
    return Judgement(tuple(sorted(findings, key=_order)), tuple(failures), tuple(sorted(evaluated)))


def _setting(settings: Settings, rule: Rule) -> RuleSetting:
    return settings.rules.get(rule.id) or RuleSetting()


def _check_names(bundle: Bundle, settings: Settings) -> None:
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
    for raw in result.findings:
        try:
            yield to_finding(rule, raw, setting.severity)
        except ValueError as error:
            wrong.append(str(error))
    if wrong:
        more = f" (and {len(wrong) - 1} more)" if len(wrong) > 1 else ""
        yield Failure("engine", f"{rule.id} gave a malformed finding: {wrong[0]}{more}", "mend the policy", rule.path)


def _order(finding: Finding) -> tuple[object, ...]:
    keys = tuple((isinstance(key, str), str(key) if isinstance(key, str) else key) for key in finding.at.keys)
    return finding.rule, finding.at.path, finding.at.document, keys, finding.subject, finding.message
