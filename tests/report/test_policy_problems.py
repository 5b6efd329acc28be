"""What ``gatekeeper policy check`` prints, in its three forms."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema_rs
import pytest

from gatekeeper.model.checking import CheckedModule, CheckResult, Problem, Unfollowed
from gatekeeper.model.json import JsonObject
from gatekeeper.report.policy_problems import as_text
from gatekeeper.report.policy_problems_json import as_json
from gatekeeper.report.policy_problems_sarif import _ABOUT as ABOUT
from gatekeeper.report.policy_problems_sarif import as_sarif
from tests.report.samples import assert_golden
from tests.services.tools import sarif_schema

DIFFERENCE = Problem("acme/b.rego", 14, 7, "engine", "there is no function io.jwt.decode", "use another function")
RESULT = CheckResult(
    problems=(
        Problem("acme/a.rego", 1, 0, "metadata", "the METADATA has no text title", "give it one"),
        Problem("acme/a.rego", 15, 9, "reference", "object has no field kidn", "did you mean kind?"),
        Problem("acme/a_test.rego", 4, 1, "idle-test", "test_a has no condition that could fail", "compare"),
        Problem("acme/limits.json", 0, 0, "data", "is no JSON", "mend the file"),
    ),
    modules=(CheckedModule("acme/a.rego", "acme.a", ()), CheckedModule("acme/b.rego", "acme.b", (DIFFERENCE,) * 5)),
    tests=1,
    evidence=True,
    unfollowed=(Unfollowed("acme/b.rego", 3, 2, "value.name"),),
)
CLEAN = CheckResult((), RESULT.modules[:1], 2, True, ())
OTHERS = CheckResult((), RESULT.modules[:1], 0, False, ())
HOSTILE = CheckResult(
    (Problem("a b\n::error::.rego", 1, 1, "parse", "\x1b[31m\u202e ##[error]", "::warning::\n"),), (), 0, True, ()
)


@pytest.mark.parametrize(
    ("name", "result", "colour"),
    [
        ("policy-problems.txt", RESULT, False),
        ("policy-problems.colour.txt", RESULT, True),
        ("policy-clean.txt", CLEAN, False),
        ("policy-others.txt", OTHERS, False),
    ],
)
def test_text(name: str, result: CheckResult, colour: bool) -> None:
    assert_golden(name, as_text(result, colour=colour))


def test_json() -> None:
    assert_golden("policy-problems.json", as_json(RESULT))


def test_sarif() -> None:
    log = json.loads(as_sarif(RESULT))
    log["runs"][0]["tool"]["driver"]["semanticVersion"] = "0"
    assert_golden("policy-problems.sarif", json.dumps(log, indent=2) + "\n")


@pytest.mark.services
@pytest.mark.parametrize("result", [RESULT, CLEAN, HOSTILE], ids=["problems", "clean", "hostile"])
def test_sarif_is_valid_by_the_official_schema(result: CheckResult) -> None:
    def refuse(address: str) -> JsonObject:
        raise AssertionError(f"{address} is not part of the schema")

    validator = jsonschema_rs.validator_for(json.loads(sarif_schema()), retriever=refuse, validate_formats=True)
    assert [error.message for error in validator.iter_errors(json.loads(as_sarif(result)))] == []


def test_fingerprints_survive_moved_lines_and_tell_twins_apart() -> None:
    def fingerprints(*lines: int) -> list[str]:
        problems = tuple(Problem("a.rego", line, 1, "reference", "x has no field y", "z") for line in lines)
        results = json.loads(as_sarif(CheckResult(problems, (), 0, True, ())))["runs"][0]["results"]
        return [result["partialFingerprints"]["primaryLocationLineHash"] for result in results]

    assert fingerprints(3, 9) == fingerprints(13, 19)
    assert len(set(fingerprints(3, 9))) == 2


def test_text_from_policies_is_made_safe() -> None:
    text = as_text(HOSTILE)
    assert all(line.isprintable() for line in text.splitlines())
    assert "\n::" not in text
    assert "##[" not in text


def test_every_check_is_described_and_every_trap_has_its_page() -> None:
    pages = {path.stem for path in (Path(__file__).parents[2] / "docs" / "traps").glob("*.md")} - {"README"}
    assert pages <= ABOUT.keys()
