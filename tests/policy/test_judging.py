from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from gatekeeper.errors import EngineFailure, SettingsError
from gatekeeper.formats import jsonable
from gatekeeper.model.evidence import Evidence
from gatekeeper.model.finding import Failure, Rule, Severity, Stage
from gatekeeper.model.json import Json
from gatekeeper.model.settings import RuleSetting, Settings
from gatekeeper.policy.bundle import Bundle
from gatekeeper.policy.engines.base import RuleResult
from gatekeeper.policy.engines.embedded import EmbeddedEngine
from gatekeeper.policy.judging import Judgement, judge
from gatekeeper.policy.loading import load
from gatekeeper.workers import Pool
from tests.policy.evidence_samples import PLAIN
from tests.policy.writing import BODY, POD, rule, write

TWO: Json = {"kubernetes": [POD | {"at": POD["at"] | {"path": path}} for path in ("b.yaml", "a.yaml")]}


@pytest.fixture
def acme(pool: Pool, tmp_path: Path) -> Bundle:
    later = rule(identifier="ACME-002", package="acme.later").replace("[change, build]", "[release]")
    return load(pool, shipped=write(tmp_path, {"a.rego": rule(), "b.rego": later}))


def run(pool: Pool, bundle: Bundle, stage: Stage = Stage.CHANGE, **rules: RuleSetting) -> Judgement:
    settings = Settings(rules={name.replace("_", "-"): setting for name, setting in rules.items()})
    return judge(bundle, EmbeddedEngine(pool), TWO, settings, stage)


def test_findings_are_sorted(pool: Pool, acme: Bundle) -> None:
    judgement = run(pool, acme)
    assert [(finding.rule, finding.at.path) for finding in judgement.findings] == [
        ("ACME-001", "a.yaml"),
        ("ACME-001", "b.yaml"),
    ]
    assert judgement.failures == ()
    assert judgement.rules == ("ACME-001",)


def test_each_stage_has_its_rules(pool: Pool, acme: Bundle) -> None:
    assert run(pool, acme, Stage.RELEASE).rules == ("ACME-002",)


def test_settings_change_the_severity(pool: Pool, acme: Bundle) -> None:
    judgement = run(pool, acme, ACME_001=RuleSetting(severity=Severity.CRITICAL))
    assert {finding.severity for finding in judgement.findings} == {Severity.CRITICAL}


def test_that_no_rule_ran_is_a_failure(pool: Pool, acme: Bundle) -> None:
    for judgement in (run(pool, acme, Stage.PROMOTE), run(pool, acme, ACME_001=RuleSetting(off=True, reason="r"))):
        assert judgement.rules == ()
        (failure,) = judgement.failures
        assert failure.message.startswith("no rule ran: none of 2 is meant for the stage")


def test_settings_for_a_rule_that_is_not_there(pool: Pool, acme: Bundle) -> None:
    with pytest.raises(SettingsError, match="'ACME-01', which there is not") as caught:
        run(pool, acme, ACME_01=RuleSetting(off=True, reason="r"))
    assert caught.value.hint == "did you mean ACME-001?"


def test_a_malformed_finding_is_a_failure_beside_the_good_ones(pool: Pool, tmp_path: Path) -> None:
    body = BODY + 'deny contains {"message": "x"} if true\ndeny contains 5 if true\n'
    judgement = run(pool, load(pool, shipped=write(tmp_path, {"a.rego": rule(body)})))
    assert len(judgement.findings) == 2
    (failure,) = judgement.failures
    assert failure.message.startswith("ACME-001 gave a malformed finding: ")
    assert failure.message.endswith(" (and 1 more)")
    assert failure.path == "a.rego"


def test_a_bundle_that_the_engine_refuses_is_not_evaluated(pool: Pool, tmp_path: Path) -> None:
    refused = rule(BODY.replace("input.kubernetes", "input.kubernets"), identifier="ACME-002", package="acme.b")
    judgement = run(pool, load(pool, shipped=write(tmp_path, {"a.rego": rule(), "b.rego": refused})))
    assert judgement.findings == ()
    assert judgement.rules == ()
    assert [(failure.path, failure.line) for failure in judgement.failures] == [("b.rego", 12)]


def test_an_aborted_rule_does_not_count_as_one_that_ran(pool: Pool, tmp_path: Path) -> None:
    aborts = rule('deny contains 1 if startswith(null, "a")\n', identifier="ACME-002", package="acme.b")
    judgement = run(pool, load(pool, shipped=write(tmp_path, {"a.rego": rule(), "b.rego": aborts})))
    assert judgement.rules == ("ACME-001",)
    assert len(judgement.failures) == 1


def test_the_shipped_rules_judge_the_samples(pool: Pool, shipped: Bundle) -> None:
    judgement = judge(shipped, EmbeddedEngine(pool), PLAIN, Settings(), Stage.CHANGE)
    assert judgement.failures == ()
    assert {finding.rule for finding in judgement.findings} >= {"GK-INF-001", "GK-DEP-001", "GK-SEC-001"}


def test_the_shipped_rules_find_nothing_in_nothing(pool: Pool, shipped: Bundle) -> None:
    judgement = judge(shipped, EmbeddedEngine(pool), jsonable.plain(Evidence()), Settings(), Stage.CHANGE)
    assert judgement.failures == ()
    assert judgement.findings == ()
    assert set(judgement.rules) == {rule.id for rule in shipped.rules if Stage.CHANGE in rule.stages}


class Lost(EmbeddedEngine):
    """An engine that is gone when it is asked."""

    def evaluate(
        self, bundle: Bundle, rules: Sequence[Rule], evidence: Mapping[str, Json], settings: Json
    ) -> Sequence[RuleResult]:
        raise EngineFailure("the server was lost", hint="start it again")


def both(pool: Pool, folder: Path, body: str = BODY) -> Bundle:
    """A rule of the library and one of others."""
    shipped = write(folder / "shipped", {"a.rego": rule(package="gatekeeper.rules.a", identifier="GK-A-001")})
    return load(pool, [write(folder / "acme", {"a.rego": rule(body)})], shipped=shipped)


def test_policies_of_others_have_an_engine_of_their_own(pool: Pool, tmp_path: Path) -> None:
    engine, others = EmbeddedEngine(pool), EmbeddedEngine(pool)
    judgement = judge(both(pool, tmp_path), engine, TWO, Settings(), Stage.CHANGE, others)
    assert [used.rules for used in judgement.engines] == [("GK-A-001",), ("ACME-001",)]
    assert len(judgement.findings) == 4


def test_an_engine_that_is_lost_is_a_failure_beside_the_findings_of_the_other(pool: Pool, tmp_path: Path) -> None:
    judgement = judge(both(pool, tmp_path), EmbeddedEngine(pool), TWO, Settings(), Stage.CHANGE, Lost(pool))
    assert judgement.failures == (Failure("engine", "the server was lost", "start it again"),)
    assert judgement.rules == ("GK-A-001",)
    assert len(judgement.findings) == 2


def test_refused_policies_of_others_do_not_hide_what_the_library_finds(pool: Pool, tmp_path: Path) -> None:
    bundle = both(pool, tmp_path, BODY.replace('object.name == ""', 'rego.metadata.rule() == ""'))
    judgement = judge(bundle, EmbeddedEngine(pool), TWO, Settings(), Stage.CHANGE)
    assert [failure.path for failure in judgement.failures] == ["acme/a.rego"]
    assert judgement.rules == ("GK-A-001",)
