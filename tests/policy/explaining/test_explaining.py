"""Why a rule gives what it gives."""

from __future__ import annotations

from pathlib import Path

import pytest

from gatekeeper.formats import jsonable
from gatekeeper.model.explanation import Explanation
from gatekeeper.model.json import Json
from gatekeeper.model.settings import Settings
from gatekeeper.policy.engines.base import Engine
from gatekeeper.policy.engines.embedded import EmbeddedEngine
from gatekeeper.policy.engines.opa.engine import OpaEngine
from gatekeeper.policy.engines.opa.program import find_program
from gatekeeper.policy.explaining.explaining import explain
from gatekeeper.policy.loading import load
from gatekeeper.workers import Pool
from tests.policy.writing import rule, write

AT = {"path": "pod.yaml", "document": 0, "keys": [], "span": None}


def pod(name: str, images: list[str]) -> Json:
    return {"at": AT, "kind": "Pod", "name": name, "manifest": {"images": images}}


def explained(pool: Pool, folder: Path, body: str, objects: list[Json], engine: Engine | None = None) -> Explanation:
    bundle = load(pool, [write(folder, {"r.rego": rule(body)})])
    found = bundle.rule("ACME-001")
    assert found
    evidence = {"kubernetes": objects}
    return explain(pool, bundle, engine or EmbeddedEngine(pool), found, evidence, jsonable.plain(Settings()))


def steps(explanation: Explanation, body: int = 0) -> list[tuple[int, int | None]]:
    return [(step.line, step.left) for step in explanation.bodies[body].steps]


LATEST = """\
deny contains finding if {
	some object in input.kubernetes
	object.kind == "Pod"
	some image in object.manifest.images
	endswith(image, ":latest")
	finding := {"message": image, "subject": object.name, "at": object.at}
}
"""


def test_the_candidates_behind_each_expression(pool: Pool, tmp_path: Path) -> None:
    objects = [pod("a", ["x:1", "y:latest"]), pod("b", ["z:2"]), {"at": AT, "kind": "Service", "name": "s"}]
    explanation = explained(pool, tmp_path, LATEST, objects)
    assert steps(explanation) == [(12, 3), (13, 2), (14, 3), (15, 1), (16, 1)]
    assert [finding["subject"] for finding in explanation.findings] == ["a"]
    assert explanation.bodies[0].stopped is None


@pytest.mark.services
def test_both_engines_explain_alike(pool: Pool, tmp_path: Path, opa: Path) -> None:
    objects = [pod("a", ["x:1", "y:latest"]), pod("b", ["z:2"])]
    program = OpaEngine(find_program(str(opa)))
    embedded = explained(pool, tmp_path, LATEST, objects)
    assert explained(pool, tmp_path, LATEST, objects, program).bodies == embedded.bodies


@pytest.mark.services
def test_rules_in_the_older_rego_beside_others(pool: Pool, tmp_path: Path, opa: Path) -> None:
    older = "package older\n\ndeny[msg] {\n\tobject := input.kubernetes[_]\n\tmsg := object.name\n}\n"
    bundle = load(pool, [write(tmp_path, {"r.rego": rule(LATEST), "older.rego": older})])
    found = bundle.rule("older.deny")
    assert found
    evidence: dict[str, Json] = {"kubernetes": [pod("a", ["x:latest"])]}
    engine = OpaEngine(find_program(str(opa)))
    explanation = explain(pool, bundle, engine, found, evidence, jsonable.plain(Settings()))
    assert explanation.findings == ("a",)
    assert steps(explanation) == [(4, 1), (5, 1)]


def test_where_none_is_left_and_what_came_nearest(pool: Pool, tmp_path: Path) -> None:
    (body,) = explained(pool, tmp_path, LATEST, [pod("a", ["x:1"]), pod("b", ["z:2"])]).bodies
    assert body.stopped is not None
    assert (body.stopped.line, body.stopped.text) == (15, 'endswith(image, ":latest")')
    assert [(candidate["image"], candidate["object"]["name"]) for candidate in body.nearest] == [
        ("x:1", "a"),
        ("z:2", "b"),
    ]


def test_each_body_by_itself(pool: Pool, tmp_path: Path) -> None:
    two = (
        LATEST
        + 'deny contains {"message": "m", "subject": "s", "at": object.at} if {\n\tsome object in input.kubernetes\n}\n'
    )
    explanation = explained(pool, tmp_path, two, [pod("a", [])])
    assert [body.line for body in explanation.bodies] == [11, 18]
    assert [body.stopped is None for body in explanation.bodies] == [False, True]


def test_an_expression_that_aborts(pool: Pool, tmp_path: Path) -> None:
    explanation = explained(pool, tmp_path, LATEST, [pod("a", [7])])  # type: ignore[list-item]  # that is the point
    assert "endswith" in explanation.error
    assert steps(explanation)[2:4] == [(14, 1), (15, None)]
    assert explanation.bodies[0].steps[3].error


def test_statements_in_any_order_and_of_every_kind(pool: Pool, tmp_path: Path) -> None:
    body = """\
deny contains finding if {
	some i
	object.manifest.images[i] == "x"
	every image in object.manifest.images { image != "" }
	not object.name == "other" with input.helm as []
	some index, object in input.kubernetes
	names := [name | some name in object.manifest.images]
	index < 5
	object.kind in {"Pod", `Job`}
	"Pod" == object.kind
	finding := {
		"message": concat(", ", names), # a comment ] with brackets
		"subject": object.manifest.images[i],
		"at": object.at,
	}
}
"""
    explanation = explained(pool, tmp_path, body, [pod("a", ["x", "y"])])
    assert [finding["subject"] for finding in explanation.findings] == ["x"]
    assert {left for _, left in steps(explanation)} == {1}


def test_what_is_printed(pool: Pool, tmp_path: Path) -> None:
    body = LATEST.replace("\tendswith", '\tprint("looking at", image)\n\tendswith')
    explanation = explained(pool, tmp_path, body, [pod("a", ["x:1"])])
    assert any("looking at x:1" in line for line in explanation.prints)
