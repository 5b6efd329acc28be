"""Which tests are run, and what they cover."""

from __future__ import annotations

from pathlib import Path

import pytest

from gatekeeper.errors import EngineFailure, UsageError
from gatekeeper.model.settings import EngineChoice
from gatekeeper.model.testing import Coverage
from gatekeeper.policy.testing.running import Runner, Selection
from gatekeeper.policy.testing.sources import read_sources
from gatekeeper.workers import Pool
from tests.policy.testing.samples import COVERING, RULE
from tests.policy.writing import write

# The embedded engine also evaluates rules that no test asks for, so one that always holds would count there alone.
POLICY = RULE.replace('missing if not startswith(input.gone, "a")', "never if input.never == 1")
COVERED = {("allow", True), ("deny", True), ("grade", True), ("grade", False), ("never", False)}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("covered")
    return write(root / "acme", {"rule.rego": POLICY, "rule_test.rego": COVERING})


def measure(pool: Pool, place: Path, choice: EngineChoice, pattern: str = "") -> Coverage:
    run = Runner(pool, read_sources(place), Selection(pool, pattern), coverage=True).run(choice)
    assert run.coverage is not None
    return run.coverage


def test_a_body_counts_when_it_succeeded(pool: Pool, place: Path) -> None:
    coverage = measure(pool, place, EngineChoice.EMBEDDED)
    assert {(body.rule, body.covered) for body in coverage.bodies} == COVERED
    assert coverage.percent == 60
    assert coverage.lines_engine.startswith("regorus ")
    # A line that was evaluated and did not hold counts as well.
    (file,) = coverage.lines
    assert file.covered > 5


def test_only_what_was_run_covers(pool: Pool, place: Path) -> None:
    assert measure(pool, place, EngineChoice.EMBEDDED, "test_deny").percent == 20


@pytest.mark.services
def test_opa_counts_the_same_bodies(pool: Pool, place: Path, opa: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(opa.parent))
    coverage = measure(pool, place, EngineChoice.OPA)
    assert coverage.bodies == measure(pool, place, EngineChoice.EMBEDDED).bodies
    assert coverage.lines_engine.startswith("opa ")
    assert coverage.lines


@pytest.mark.services
def test_opa_says_where_policies_do_not_compile(
    pool: Pool, tmp_path: Path, opa: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(opa.parent))
    folder = write(tmp_path / "acme", {"a.rego": "package acme\n\np if {\n\tnope(1)\n}\n"})
    with pytest.raises(EngineFailure, match="undefined function") as caught:
        Runner(pool, read_sources(folder), Selection(pool, ""), coverage=False).run(EngineChoice.OPA)
    assert (caught.value.path, caught.value.line) == (f"{folder}/a.rego", 4)


def test_names_are_selected_by_a_regular_expression(pool: Pool) -> None:
    assert Selection(pool, r"deny$").of(["data.a.test_deny", "data.a.test_denied"]) == [True, False]
    assert Selection(pool, "").of(["x"]) == [True]


def test_what_is_no_regular_expression(pool: Pool) -> None:
    with pytest.raises(UsageError, match="no regular expression"):
        Selection(pool, "(")
