"""Rego tests in the embedded engine, and that real OPA says the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from gatekeeper.errors import EngineFailure
from gatekeeper.model.settings import EngineChoice
from gatekeeper.model.testing import Case, Result
from gatekeeper.policy.engines.base import Program
from gatekeeper.policy.engines.embedded import EmbeddedEngine
from gatekeeper.policy.engines.opa.program import find_program
from gatekeeper.policy.testing import embedded, opa
from gatekeeper.policy.testing.running import Runner, Selection
from gatekeeper.policy.testing.sources import read_sources
from gatekeeper.workers import Pool
from tests.policy.testing.samples import AGREED, REFUSED, file_of, folder, folder_of


def run(pool: Pool, path: Path) -> list[Result]:
    sources = read_sources(path)
    plan = embedded.plan(sources.modules, embedded.read_modules(pool, sources.modules), sources.data)
    return embedded.run(EmbeddedEngine(pool), plan, plan.tests)[0]


def in_opa(path: Path, program: Path) -> list[Result]:
    sources = read_sources(path)
    texts = Program(tuple((module.path, module.text) for module in sources.modules), sources.data)
    return [result for result, _ in opa.run_tests(find_program(str(program)), texts, sources.modules)]


ByCase = Callable[[str], list[Result]]


def by_case(results: list[Result]) -> ByCase:
    return lambda name: [result for result in results if result.path.endswith(f"/{file_of(name)}")]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return folder_of(tmp_path_factory.mktemp("cases"), {**AGREED, **REFUSED})


@pytest.fixture(scope="module")
def ours(pool: Pool, place: Path) -> ByCase:
    return by_case(run(pool, place))


@pytest.fixture(scope="module")
def theirs(place: Path, opa: Path) -> ByCase:
    return by_case(in_opa(place, opa))


def seen(results: list[Result]) -> Mapping[str, tuple[str, tuple[Case, ...]]]:
    return {f"{result.line} {result.name}": (result.status.value, result.cases) for result in results}


@pytest.mark.parametrize("name", AGREED)
def test_as_opa_judges(name: str, ours: ByCase) -> None:
    assert {result.name: result.status for result in ours(name)} == AGREED[name][1]


@pytest.mark.services
@pytest.mark.parametrize("name", AGREED)
def test_opa_says_the_same(name: str, ours: ByCase, theirs: ByCase) -> None:
    assert seen(ours(name)) == seen(theirs(name))


@pytest.mark.parametrize("name", REFUSED)
def test_what_would_be_judged_otherwise_is_refused(name: str, ours: ByCase) -> None:
    (result,) = ours(name)
    assert result.status == "error"
    assert REFUSED[name][1] in result.message
    assert ".rego:" in result.message
    assert "--engine opa" in result.hint


@pytest.mark.services
@pytest.mark.parametrize("name", REFUSED)
def test_opa_runs_what_is_refused(name: str, theirs: ByCase) -> None:
    assert [result.status for result in theirs(name)] == ["passed"]


def test_a_refused_test_does_not_keep_the_others_from_running(pool: Pool, tmp_path: Path) -> None:
    results = run(pool, folder(tmp_path, "test_x if a.total == 3 with count as sum\ntest_y if a.total == 2\n"))
    assert [result.status for result in results] == ["error", "passed"]


def test_cases_are_told_apart(pool: Pool, tmp_path: Path) -> None:
    (result,) = run(pool, folder(tmp_path, AGREED["cases"][0]))
    assert result.cases == (Case("one", True), Case("two", False))
    assert result.message == "failed for two"


def test_an_abort_names_the_line(pool: Pool, tmp_path: Path) -> None:
    (result,) = run(pool, folder(tmp_path, 'test_x if {\n\ttrue\n\tto_number("z") == 1\n}\n'))
    assert result.status == "error"
    assert "rule_test.rego:10: " in result.message


def test_what_was_printed_is_kept(pool: Pool, tmp_path: Path) -> None:
    (result,) = run(pool, folder(tmp_path, 'test_x if {\n\tprint("n:", 3)\n\tfalse\n}\n'))
    assert [line.rpartition("rego:")[2] for line in result.prints] == ["9: n: 3"]


def test_a_function_is_no_test(pool: Pool, tmp_path: Path) -> None:
    (result,) = run(pool, folder(tmp_path, "test_x(y) if y\n"))
    assert (result.status, result.message) == ("error", "a test is no function: nobody would give it arguments")


def test_a_module_that_does_not_parse_is_named(pool: Pool, tmp_path: Path) -> None:
    with pytest.raises(EngineFailure) as caught:
        run(pool, folder(tmp_path, "test_x if {\n"))
    assert caught.value.path.endswith("rule_test.rego")


def test_bodies_behind_one_head_are_refused(pool: Pool, tmp_path: Path) -> None:
    (result,) = run(pool, folder(tmp_path, "test_x if { false } { true }\n"))
    assert (result.status, "told apart" in result.message) == ("error", True)


@pytest.mark.services
def test_auto_has_opa_run_what_is_refused(
    pool: Pool, tmp_path: Path, opa: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(opa.parent))
    sources = read_sources(folder(tmp_path, REFUSED["mock of a function"][0] + "test_y if a.total == 2\n"))
    done = Runner(pool, sources, Selection(pool, ""), coverage=True).run(EngineChoice.AUTO)
    assert [(result.name, result.status, result.engine) for result in done.results] == [
        ("test_x", "passed", "opa"),
        ("test_y", "passed", "regorus"),
    ]
    assert len(done.engines) == 2
