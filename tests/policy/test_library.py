"""The shipped Rego: its own tests, in both engines, and what holds for every rule."""

from __future__ import annotations

import itertools
import json
import subprocess
from pathlib import Path

import pytest

from gatekeeper.formats import jsonable
from gatekeeper.model.finding import Rule
from gatekeeper.model.json import Json, unknown
from gatekeeper.model.settings import EngineChoice, Settings
from gatekeeper.model.testing import Status
from gatekeeper.policy.bundle import KINDS, Bundle
from gatekeeper.policy.findings import to_finding
from gatekeeper.policy.metadata import read_metadata, rule_id
from gatekeeper.policy.rego.facts import parse
from gatekeeper.policy.rego.index import Index, Module
from gatekeeper.policy.rego.scan import Scope, scan
from gatekeeper.roads.testing import TestRequest, run_tests
from gatekeeper.workspace.shipped import shipped_policies
from tests.policy.evidence_samples import PLAIN
from tests.policy.library import FILES, ROOT, Library, package_of, rego_tests, write_for_opa
from tests.policy.variations import free_values, replaced

TESTS = list(rego_tests())
RULE_PACKAGES = sorted(
    package_of(file)
    for file in FILES
    if file.is_module and (block := read_metadata(file.path, file.text)) and rule_id(block[0]) is not None
)


@pytest.fixture(scope="session")
def library() -> Library:
    return Library()


def test_tests_and_snippets_pass_and_reach_the_rules() -> None:
    run = run_tests(TestRequest(ROOT, engine=EngineChoice.EMBEDDED, coverage=True, minimum=95))
    assert [result for result in run.results if result.status is not Status.PASSED] == []
    assert run.coverage is not None
    assert run.coverage.enough, [body for body in run.coverage.bodies if not body.covered]


@pytest.mark.parametrize("package", RULE_PACKAGES)
def test_every_rule_is_tested(package: str) -> None:
    names = [case.name for case in TESTS if case.package == f"{package}_test"]
    assert len(names) >= 5
    assert any("unknown" in name for name in names), "no test says what happens to unknown values"


def test_rules_lie_where_their_package_says(shipped: Bundle) -> None:
    assert {rule.path: rule.package for rule in shipped.rules} == {
        f"{rule.package.replace('.', '/')}/rule.rego": rule.package for rule in shipped.rules
    }


def test_engines_agree_on_every_construct_of_library_and_tests() -> None:
    modules = [Module(f.path, f.text, False, parse([f.path, False], f.text.encode())) for f in FILES if f.is_module]
    mounts = frozenset(("data", *f.path.removesuffix(".json").split("/")) for f in FILES if not f.is_module)
    scope = Scope(Index(modules), (*KINDS, "version"), mounts, jsonable.plain(Settings()))
    assert list(scan(modules, scope)) == []


@pytest.mark.parametrize("package", RULE_PACKAGES)
def test_no_value_aborts_a_rule(package: str, library: Library, shipped: Bundle) -> None:
    """Whatever stands where the model leaves it open, a rule gives well-formed findings."""
    rule = next(rule for rule in shipped.rules if rule.package == package)
    paths = [path for path in free_values() if path[0] in rule.needs]
    others: list[Json] = [None, 7, "", [], {}, [{}], True]
    for evidence in itertools.chain(
        (replaced(path, unknown("var.x")) for path in paths),
        (replaced(path, value) for path, value in zip(paths[::3], itertools.cycle(others), strict=False)),
    ):
        for raw in _deny(library, rule, evidence):
            to_finding(rule, raw)


def _deny(library: Library, rule: Rule, evidence: Json) -> list[Json]:
    findings = library.evaluate(f"data.{rule.package}.deny", {kind: evidence[kind] for kind in rule.needs})
    assert isinstance(findings, list)
    return findings


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_for_opa(tmp_path_factory.mktemp("library"))


@pytest.mark.services
def test_opa_passes_the_same_tests(opa: Path, folder: Path) -> None:
    done = subprocess.run([opa, "test", "--format=json", folder], capture_output=True, check=False)
    results = json.loads(done.stdout or "null") or []
    assert [test for test in results if test.get("fail") or test.get("error") or test.get("skip")] == []
    assert {(test["package"], test["name"]) for test in results} == {(f"data.{c.package}", c.name) for c in TESTS}
    assert done.returncode == 0, done.stderr.decode()


@pytest.mark.services
def test_opa_finds_nothing_wrong(opa: Path, folder: Path) -> None:
    """Tests are checked without types: their inputs are parts of what the schema describes."""
    schema = shipped_policies() / "schemas" / "input.json"
    typed: list[str | Path] = ["--schema", schema, "--ignore", "*_test.rego"]
    for options in ([], typed):
        done = subprocess.run([opa, "check", "--strict", *options, folder], capture_output=True, check=False)
        assert done.stderr.decode() == ""
        assert done.returncode == 0


@pytest.mark.services
def test_opa_gives_the_same_findings(
    opa: Path, folder: Path, library: Library, shipped: Bundle, tmp_path: Path
) -> None:
    """On the samples and on variations with one unknown value."""
    inputs = [PLAIN, *(replaced(path, unknown("var.x")) for path in list(free_values())[::5])]
    (tmp_path / "inputs.json").write_text(json.dumps({"inputs": inputs}))
    names = ", ".join(f'"{rule.id}": data.{rule.package}.deny' for rule in shipped.rules)
    query = f"[result | some i; evidence := data.inputs[i]; result := {{{names}}} with input as evidence]"
    command: list[str | Path] = [
        opa,
        "eval",
        "--format=json",
        "--data",
        folder,
        "--data",
        tmp_path / "inputs.json",
        query,
    ]
    done = subprocess.run(command, capture_output=True, check=False)
    assert done.returncode == 0, done.stdout.decode()[:2000]
    answers = json.loads(done.stdout)["result"][0]["expressions"][0]["value"]
    assert len(answers) == len(inputs)
    for evidence, answer in zip(inputs, answers, strict=True):
        for rule in shipped.rules:
            assert _sorted(answer[rule.id]) == _sorted(_deny(library, rule, evidence)), rule.id


def _sorted(findings: list[Json]) -> list[bytes]:
    return sorted(jsonable.dumps(finding) for finding in findings)
