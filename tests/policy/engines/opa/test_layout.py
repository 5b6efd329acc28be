"""Policies as OPA's bundles, and what they must not bring."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gatekeeper.errors import EngineFailure
from gatekeeper.policy.engines.base import Program, RegoVersion
from gatekeeper.policy.engines.opa.layout import Policies, Source, of_program, refusals, write


def policies(*texts: str, **data: object) -> Policies:
    return Policies(tuple(Source(f"{number}.rego", text) for number, text in enumerate(texts)), data)


def test_a_bundle_owns_no_more_than_it_has(tmp_path: Path) -> None:
    program = Program((("../x.rego", "package a.b\n"), ("/y.rego", "# old\npackage c\n")), {"d": {"e": 1}})
    write(of_program(program), tmp_path / "b")
    manifest = json.loads((tmp_path / "b" / ".manifest").read_text())
    assert manifest["roots"] == ["a", "c", "d"]
    assert json.loads((tmp_path / "b" / "data.json").read_text()) == {"d": {"e": 1}}
    assert {path.name for path in (tmp_path / "b" / "policies").iterdir()} == {"000000.rego", "000001.rego"}


def test_the_older_rego_is_told_by_module(tmp_path: Path) -> None:
    mixed = Policies((Source("a.rego", "package a\n", v0=True), Source("b.rego", "package b\n")), {})
    write(mixed, tmp_path / "b")
    manifest = json.loads((tmp_path / "b" / ".manifest").read_text())
    assert manifest["file_rego_versions"] == {"/policies/000000.rego": 0}
    assert of_program(Program((("a.rego", ""),), {}, RegoVersion.V0)).sources[0].v0


def test_names_of_files_become_paths_of_modules() -> None:
    found = policies("package a\n", "package b\n")
    assert found.path("bundle/policies/000001.rego") == "1.rego"
    assert found.path("own/questions.rego") == ""
    said = "conflict:\n  1 at bundle/policies/000000.rego:3\n  2 at policies/000001.rego:4"
    assert found.message(said) == "conflict: 1 at 0.rego:3 2 at 1.rego:4"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("package system.authz\n", 1),
        ("package system\n", 1),
        ('# METADATA\n# title: x\n\npackage system["authz"]\n', 4),
        ("package\n\tsystem.main\n", 2),
        ("\ufeffpackage system.log\n", 1),
    ],
)
def test_nothing_below_system(tmp_path: Path, text: str, line: int) -> None:
    (failure,) = refusals(policies("package fine\n", text))
    assert (failure.path, failure.line) == ("1.rego", line)
    with pytest.raises(EngineFailure, match="decide who may ask"):
        write(policies(text), tmp_path / "b")


def test_no_data_below_system_either() -> None:
    (failure,) = refusals(policies(system={"authz": {"allow": True}}))
    assert "data below system" in failure.message


@pytest.mark.parametrize("text", ["package systematic\n", "# package system\npackage a\n", "package a.system\n"])
def test_what_only_looks_like_it(text: str) -> None:
    assert not refusals(policies(text))


def test_what_cannot_be_a_bundle(tmp_path: Path) -> None:
    with pytest.raises(EngineFailure, match="does not start with a package"):
        write(policies("#" * 100_000), tmp_path / "a")
    with pytest.raises(EngineFailure, match="the data cannot be written as JSON"):
        write(policies("package a\n", x=2**70), tmp_path / "b")
