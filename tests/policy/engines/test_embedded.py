"""The embedded engine in its workers: each rule by itself, whatever the others do."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from gatekeeper.formats import jsonable
from gatekeeper.model.finding import Failure
from gatekeeper.model.json import Json
from gatekeeper.policy.bundle import Bundle
from gatekeeper.policy.engines import evaluation
from gatekeeper.policy.engines.base import Engine, RuleResult
from gatekeeper.policy.engines.embedded import EmbeddedEngine
from gatekeeper.policy.loading import load
from gatekeeper.workers import Item, Limits, Outcome, Pool
from tests.policy.writing import BODY, POD, rule, write

EVIDENCE: Json = {"kubernetes": [POD, POD | {"name": "b"}], "openapi": [{"title": 3}], "helm": []}
SPIN = "deny contains x if { some x in numbers.range(1, 40000); some y in numbers.range(1, 40000); x * y == -1 }\n"
DEPTH = "f(x) := f(x + 1) if x >= 0\ndeny contains f(0) if input.helm\n"


def bundle_of(pool: Pool, folder: Path, **bodies: str) -> Bundle:
    """A bundle of rules A, B, ... only, with these bodies."""
    files = {f"{name}.rego": rule(body, identifier=f"ID-{name}", package=f"p.{name}") for name, body in bodies.items()}
    return load(pool, shipped=write(folder, files))


def evaluate(pool: Pool, bundle: Bundle, settings: Json = None, **limits: float) -> dict[str, RuleResult]:
    engine: Engine = EmbeddedEngine(pool, Limits(**limits) if limits else None)  # type: ignore[arg-type]  # floats
    return {result.rule.id: result for result in engine.evaluate(bundle, bundle.rules, EVIDENCE, settings or {})}


def test_name_and_version(pool: Pool) -> None:
    engine = EmbeddedEngine(pool)
    assert engine.name == "regorus"
    assert engine.version[0].isdigit()


def test_raw_findings(pool: Pool, tmp_path: Path) -> None:
    result = evaluate(pool, bundle_of(pool, tmp_path, a=BODY))["ID-a"]
    assert result.findings == ({"message": "has no name", "subject": "Pod", "at": POD["at"]},)
    assert result.failure is None


def test_a_rule_sees_only_what_it_reads(pool: Pool, tmp_path: Path) -> None:
    seen = "deny contains object.keys(copy) if { copy := {k: v | some k, v in object.union(%s, {})} }\n"
    bundle = bundle_of(
        pool,
        tmp_path,
        a=seen % '{"kubernetes": input.kubernetes}',
        b="deny contains k if { some k, _ in input }\n",
        c="deny contains input.version if count(input.helm) == 0\n",
    )
    assert {rule.id: rule.needs for rule in bundle.rules}["ID-c"] == ("helm",)
    results = evaluate(pool, bundle)
    assert results["ID-a"].findings == (["kubernetes"],)
    assert results["ID-c"].findings == (1,)
    # A rule that reads the input as a whole needs all kinds, and not all of them are there.
    assert results["ID-b"].failure == Failure(
        "engine", "ID-b could not be evaluated: there is no evidence of the kind terraform", path="b.rego"
    )


def test_settings_are_data_beside_the_bundles_own(pool: Pool, tmp_path: Path) -> None:
    body = "import data.gatekeeper.settings\n\ndeny contains [settings.gate.fail_on, data.gatekeeper.data.x] if true\n"
    write(tmp_path, {"gatekeeper/data/x.json": "7"})
    result = evaluate(pool, bundle_of(pool, tmp_path, a=body), {"gate": {"fail_on": "low"}})["ID-a"]
    assert result.findings == (["low", 7],)


@pytest.mark.parametrize(
    ("body", "reason", "line"),
    [
        ('deny contains 1 if {\n\tstartswith(input.openapi[0].title, "a")\n}\n', "`startswith` expects string", 12),
        ('deny contains 1 if strings.count("x", "") > 0\n', "the engine panicked: window size must be non-zero", 0),
        ("deny contains x if { x := 1 / count(input.helm) }\n", "divide by zero", 11),
        ("deny contains d if { some d in deny }\n", "recursion detected", 11),
        ("x := 1\nx := 2 if input.helm\ndeny contains x\n", "rule conflicts with rule at b.rego:11:1", 12),
    ],
)
def test_what_aborts_is_a_failure_that_names_rule_file_and_line(
    pool: Pool, tmp_path: Path, body: str, reason: str, line: int
) -> None:
    results = evaluate(pool, bundle_of(pool, tmp_path, a=BODY, b=body, c=BODY))
    failure = results["ID-b"].failure
    assert failure is not None
    assert failure.component == "engine"
    assert failure.message.startswith("ID-b could not be evaluated: ")
    assert reason in failure.message
    assert "backtrace" not in failure.message
    assert "\n" not in failure.message
    assert (failure.path, failure.line) == ("b.rego", line or failure.line)
    assert failure.hint
    assert len(results["ID-a"].findings) == len(results["ID-c"].findings) == 1


def test_a_rule_without_end_is_stopped(pool: Pool, tmp_path: Path) -> None:
    results = evaluate(pool, bundle_of(pool, tmp_path, a=BODY, b=SPIN, c=BODY), seconds=2)
    failure = results["ID-b"].failure
    assert failure is not None
    assert "did not end within 2 seconds" in failure.message
    assert len(results["ID-a"].findings) == len(results["ID-c"].findings) == 1


class ImpatientPool(Pool):
    """Works in this process, and finds that every rule took its time."""

    def map(
        self, task: str, items: Iterable[Item], *, prepare: Item | None = None, limits: Limits | None = None
    ) -> Iterator[Outcome]:
        assert prepare is not None
        evaluation.evaluate_prepare(prepare.arguments, prepare.payload)
        for item in items:
            yield Outcome(item.name, jsonable.plain(evaluation.evaluate(item.arguments, item.payload)))


def test_rules_that_a_worker_did_not_come_to_are_asked_again(
    pool: Pool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = bundle_of(pool, tmp_path, a=BODY, b=BODY, c=BODY)
    monkeypatch.setattr(evaluation, "SLICE_SECONDS", 0.0)
    results = evaluate(ImpatientPool(1), bundle)
    assert {name: len(result.findings) for name, result in results.items()} == {"ID-a": 1, "ID-b": 1, "ID-c": 1}


def test_names_of_rules(pool: Pool, tmp_path: Path) -> None:
    bundle = bundle_of(pool, tmp_path, a=BODY + "\nwarn contains 7 if true\n\nviolation := 3\n")
    (described,) = bundle.rules
    asked = [dataclasses.replace(described, id=name, name=name) for name in ("warn", "violation", "deny")]
    results = {result.rule.id: result for result in EmbeddedEngine(pool).evaluate(bundle, asked, EVIDENCE, {})}
    assert results["warn"].findings == (7,)
    assert len(results["deny"].findings) == 1
    failure = results["violation"].failure
    assert failure is not None
    assert "`violation` is no set of findings" in failure.message


def test_modules_of_both_versions(pool: Pool, tmp_path: Path) -> None:
    bundle = bundle_of(pool, tmp_path, a="import data.old\n\ndeny contains x if some x in old.names\n")
    text = "package old\n\nnames[name] { name := input.kubernetes[_].name }\n"
    (module,) = bundle.modules
    older = dataclasses.replace(module, path="old.rego", text=text, v0=True)
    (described,) = bundle.rules
    rules = (dataclasses.replace(described, needs=("kubernetes",)),)
    mixed = dataclasses.replace(bundle, modules=(older, module), rules=rules)
    assert evaluate(pool, mixed)["ID-a"].findings == ("", "b")


def test_endless_recursion_is_a_failure(pool: Pool, tmp_path: Path) -> None:
    results = evaluate(pool, bundle_of(pool, tmp_path, a=BODY, b=DEPTH))
    assert results["ID-b"].failure is not None
    assert len(results["ID-a"].findings) == 1


def test_problems_of_a_bundle_are_told_with_their_places(pool: Pool, tmp_path: Path) -> None:
    bundle = bundle_of(pool, tmp_path, a="deny contains 1 if input.kubernets\n", b="deny contains 1 if opa.runtime()\n")
    failures = EmbeddedEngine(pool).check(bundle)
    assert [(failure.path, failure.line) for failure in failures] == [("a.rego", 11), ("b.rego", 11)]
    assert failures[0].message == "the input has no field kubernets (column 20)"
    assert failures[0].hint == "did you mean kubernetes?"
