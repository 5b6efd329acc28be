"""Beside the real OPA, and on policies that others wrote."""

from __future__ import annotations

import random
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from gatekeeper.formats import jsonable
from gatekeeper.policy.checking import worker
from gatekeeper.policy.checking.checking import check
from gatekeeper.policy.checking.nodes import nodes
from gatekeeper.policy.checking.traps import TRAPS
from gatekeeper.policy.engines.regorus_engine import new_engine
from gatekeeper.policy.files import PolicyFile
from gatekeeper.policy.rego import syntax
from gatekeeper.policy.rego.syntax import Source
from gatekeeper.policy.schemas import render, schemas
from gatekeeper.workers import Pool
from tests.policy.library import FILES, document
from tests.services.tools import project

pytestmark = pytest.mark.services

MODULES = [file for file in FILES if file.is_module and not file.path.endswith("_test.rego")]
SAMPLE = 25


def fields(file: PolicyFile) -> Iterator[tuple[int, str]]:
    """Byte offsets and names of all fields in references to anything but rules and data."""
    tree = jsonable.loads(new_engine([(file.path, file.text)]).get_ast_as_json())[0]["ast"]
    called = {id(part) for node in nodes(tree) if "Call" in node for part in nodes(node["Call"]["fcn"])}
    for node in nodes(tree["rules"]):
        kind, parts = syntax.only(node)
        root, _, _, _ = syntax.flatten(node)
        if kind == "RefDot" and id(node) not in called and syntax.name_of(root) not in (*imports(tree, file), "data"):
            yield parts["field"][0]["start"], parts["field"][1]


def imports(tree: object, file: PolicyFile) -> set[str]:
    source = Source(file.text)
    names = set()
    for item in tree["imports"]:  # type: ignore[index]  # the engine's JSON
        names.add(source.cut(item["as"]) if item.get("as") else syntax.flatten(item["refr"])[1][-1])
    return names


def ours(changed: PolicyFile, text: str) -> bool:
    modules = [
        {
            "path": f.path,
            "text": text if f is changed else f.text,
            "v0": False,
            "checked": True,
            "gives_findings": False,
        }
        for f in MODULES
    ]
    found = worker.inspect({"evidence": True}, jsonable.dumps({"modules": modules, "data": document()}))
    return any(problem.path == changed.path and problem.check == "reference" for problem in found.problems)


def test_whatever_opa_finds_is_found_here(opa: Path, tmp_path: Path) -> None:
    """One field of the shipped rules after the other is misspelt; both look."""
    for file in MODULES:
        (tmp_path / "rego" / file.path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "rego" / file.path).write_text(file.text)
    (tmp_path / "schema.json").write_bytes(render(schemas()["input"]))
    command = [str(opa), "check", "-s", str(tmp_path / "schema.json"), str(tmp_path / "rego")]
    assert subprocess.run(command, check=False).returncode == 0
    places = [(file, start, name) for file in MODULES for start, name in fields(file)]
    by_opa, missed, more = 0, [], 0
    for file, start, name in random.Random(11).sample(places, SAMPLE):
        data = file.text.encode()
        text = (data[:start] + f"{name[:-1]}qz".encode() + data[start + len(name) :]).decode()
        (tmp_path / "rego" / file.path).write_text(text)
        theirs = subprocess.run(command, check=False, capture_output=True).returncode != 0
        (tmp_path / "rego" / file.path).write_text(file.text)
        found = ours(file, text)
        by_opa += theirs
        more += found and not theirs
        if theirs and not found:
            missed.append((file.path, data[:start].count(b"\n") + 1, name))
    assert missed == []
    assert by_opa > SAMPLE / 4
    assert more > 0


@pytest.mark.parametrize(
    ("name", "folder", "right"),
    [
        ("conftest-examples", "examples", {("spdx/policy/policy.rego", 7, "differing-message")}),
        (
            "trivy-checks",
            ".",
            {
                ("checks/cloud/google/bigquery/no_public_access_test.rego", 14, "idle-test"),
                ("checks/cloud/google/kms/rotate_kms_keys_test.rego", 14, "idle-test"),
                ("examples/terraform-plan/asg_capacity.rego", 32, "differing-message"),
            },
        ),
    ],
)
def test_every_alarm_on_the_policies_of_others_is_right(
    pool: Pool, name: str, folder: str, right: set[tuple[str, int, str]]
) -> None:
    """Each was looked at: %d of a string, two values for one verb, and tests that end in
    ``deny with input as document == set()``, which hands the rule the comparison as its input.
    """
    place = project(name) / folder
    result = check(pool, place)
    traps = {trap.name for trap in TRAPS}
    alarms = {
        (Path(problem.path).relative_to(place).as_posix(), problem.line, problem.check)
        for problem in result.problems
        if problem.check in traps
    }
    assert not result.evidence
    assert len(result.modules) > 40
    assert alarms == right
