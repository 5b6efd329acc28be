"""gatekeeper policy new and test, as people call them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.policy.writing import write


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_new_and_test(run: Run, here: Path) -> None:
    made = run("policy", "new", "kubernetes/team_label")
    assert made.code == 0
    assert "policies/kubernetes/team_label/rule.rego\n" in made.out
    tested = run("policy", "test", "policies", "--coverage", "--min", "90", "--engine", "embedded")
    assert (tested.code, tested.out.splitlines()[-1].split(" (")[0]) == (0, "PASS 5 passed of 3 tests and 2 snippets")
    again = run("policy", "new", "kubernetes/team_label")
    assert (again.code, "is there already" in again.err) == (2, True)


def test_a_failing_test(run: Run, here: Path) -> None:
    write(here, {"a_test.rego": "package a_test\n\ntest_x if false\n"})
    ended = run("policy", "test", "--engine", "embedded")
    assert ended.code == 1
    assert ended.out.startswith("FAIL  a_test.rego:3 data.a_test.test_x\n")


def test_a_test_that_cannot_run(run: Run, here: Path) -> None:
    write(here, {"a_test.rego": "package a_test\n\nf(x) := x\n\ntest_x if f(1) == 2 with f as 2\n"})
    ended = run("policy", "test", "--engine", "embedded", "--output", "json")
    assert ended.code == 4
    assert json.loads(ended.out)["results"][0]["message"].startswith("a_test.rego:5: `with` replaces the function f")


def test_no_tests(run: Run, here: Path) -> None:
    write(here, {"a.rego": "package a\n"})
    assert run("policy", "test", "--engine", "embedded").code == 3


def test_policies_that_do_not_parse(run: Run, here: Path) -> None:
    write(here, {"a.rego": "package a\n\np if {\n"})
    assert run("policy", "test", "--engine", "embedded").code == 4


@pytest.mark.parametrize(
    "options", [["--run", "("], ["--min", "90"], ["--min", "101", "--coverage"], ["--engine", "x"], ["nothing"]]
)
def test_usage(run: Run, here: Path, options: list[str]) -> None:
    assert run("policy", "test", *options).code == 2


def test_junit(run: Run, here: Path) -> None:
    write(here, {"a_test.rego": "package a_test\n\ntest_x if true\n"})
    ended = run("policy", "test", "--engine", "embedded", "--output", "junit")
    assert (ended.code, '<testcase name="test_x"' in ended.out) == (0, True)
