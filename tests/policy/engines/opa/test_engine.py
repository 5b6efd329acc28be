"""Bundles judged by a real OPA, as the embedded engine judges them."""

from __future__ import annotations

from pathlib import Path

import pytest

from gatekeeper.formats import jsonable
from gatekeeper.model.finding import Failure
from gatekeeper.model.json import Json
from gatekeeper.model.settings import Settings
from gatekeeper.policy.bundle import KINDS, Bundle
from gatekeeper.policy.engines.base import Engine, RuleResult
from gatekeeper.policy.engines.embedded import EmbeddedEngine
from gatekeeper.policy.engines.opa.engine import OpaEngine
from gatekeeper.policy.engines.opa.program import OpaProgram
from gatekeeper.policy.loading import load
from gatekeeper.roads.gathering import gather, open_tree
from gatekeeper.roads.requests import Scanning
from gatekeeper.workers import Pool
from tests.policy.evidence_samples import PLAIN
from tests.policy.writing import BODY, POD, rule, write

pytestmark = pytest.mark.services

ROOT = Path(__file__).parents[4]
SETTINGS = jsonable.plain(Settings())


def bundle_of(pool: Pool, folder: Path, **bodies: str) -> Bundle:
    files = {f"{name}.rego": rule(body, identifier=f"ID-{name}", package=f"p.{name}") for name, body in bodies.items()}
    return load(pool, shipped=write(folder, files))


def comparable(results: list[RuleResult]) -> list[tuple[str, list[bytes]]]:
    assert [result.failure for result in results if result.failure] == []
    return [(result.rule.id, sorted(map(jsonable.dumps, result.findings))) for result in results]


def evidence_of(project: str, pool: Pool) -> Json:
    tree = open_tree(ROOT / "fixtures" / project, Settings())
    return gather(tree, Settings(), Scanning(), pool, lambda stage, done, total: None).evidence


@pytest.mark.parametrize("project", ["formats", "shop"])
def test_fixtures_give_the_same_findings_in_both_engines(
    project: str, pool: Pool, shipped: Bundle, program: OpaProgram
) -> None:
    evidence = evidence_of(project, pool)
    opa: Engine = OpaEngine(program)
    assert not opa.check(shipped)
    found = comparable(list(opa.evaluate(shipped, shipped.rules, evidence, SETTINGS)))
    assert found == comparable(list(EmbeddedEngine(pool).evaluate(shipped, shipped.rules, evidence, SETTINGS)))
    assert any(findings for _, findings in found)


def test_samples_give_the_same_findings_in_both_engines(pool: Pool, shipped: Bundle, program: OpaProgram) -> None:
    evidence = {kind: [] for kind in KINDS} | {kind: value for kind, value in PLAIN.items() if kind != "version"}
    ours = OpaEngine(program).evaluate(shipped, shipped.rules, evidence, SETTINGS)
    theirs = EmbeddedEngine(pool).evaluate(shipped, shipped.rules, evidence, SETTINGS)
    assert comparable(list(ours)) == comparable(list(theirs))


def test_it_has_a_name_and_a_version(program: OpaProgram) -> None:
    assert (OpaEngine(program).name, OpaEngine(program).version) == ("opa", program.version)


def test_each_rule_by_itself(pool: Pool, tmp_path: Path, program: OpaProgram) -> None:
    bundle = bundle_of(
        pool,
        tmp_path,
        a=BODY,
        b='deny contains 1 if {\n\tx := startswith(input.openapi[0].title, "a")\n\tx\n}\n',
        c="deny contains 1 if count(input.terraform) > 0\n",
        d="deny contains data.gatekeeper.settings.gate.fail_on if count(input.helm) == 0\n",
    )
    evidence: Json = {"kubernetes": [POD], "openapi": [{"title": 3}], "helm": []}
    a, b, c, d = OpaEngine(program).evaluate(bundle, bundle.rules, evidence, SETTINGS)
    assert a.findings == ({"message": "has no name", "subject": "Pod", "at": POD["at"]},)
    assert b.failure is not None
    assert b.failure.message == (
        "ID-b could not be evaluated: startswith: operand 1 must be string but got number (column 7)"
    )
    assert (b.failure.path, b.failure.line) == ("b.rego", 12)
    assert c.failure == Failure(
        "engine",
        "ID-c could not be evaluated: there is no evidence of the kind terraform",
        c.failure.hint if c.failure else "",
        "c.rego",
    )
    assert d.findings == ("medium",)


def test_what_is_wrong_with_a_bundle_is_said_with_its_place(pool: Pool, tmp_path: Path, program: OpaProgram) -> None:
    bundle = bundle_of(pool, tmp_path, a="deny contains 1 if http.send({})\n", b="deny contains nofunction(1)\n")
    failures = OpaEngine(program).check(bundle)
    assert [(failure.path, failure.line) for failure in failures] == [("a.rego", 11), ("b.rego", 11)]
    assert failures[0].message == "http.send reaches out to the network: policies may not call it (column 20)"
    assert failures[1].message == "undefined function nofunction (column 15)"


@pytest.mark.parametrize("strict", [True, False])
def test_policies_of_others_may_keep_what_opa_does_by_default(
    pool: Pool, tmp_path: Path, program: OpaProgram, strict: bool
) -> None:
    body = "deny contains 1 if {\n\tx := to_number(input.openapi[0].title)\n\tx == 1\n}\n"
    bundle = load(pool, [write(tmp_path / "acme", {"a.rego": rule(body)})])
    (theirs,) = (found for found in bundle.rules if found.id == "ACME-001")
    assert theirs.foreign
    engine = OpaEngine(program, strict_foreign=strict)
    (result,) = engine.evaluate(bundle, [theirs], {"openapi": [{"title": "z"}]}, SETTINGS)
    assert (result.failure is not None) is strict
