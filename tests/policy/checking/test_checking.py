"""Whole folders: all problems of a run, with their places."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from gatekeeper.errors import EngineFailure, SettingsError
from gatekeeper.model.checking import CheckResult
from gatekeeper.policy.checking.checking import check
from gatekeeper.workers import Pool
from gatekeeper.workspace.shipped import shipped_policies
from tests.policy.writing import BODY, rule, write

LIBRARY = shipped_policies() / "rego"


def found(result: CheckResult, folder: Path) -> list[str]:
    prefix = f"{folder.as_posix()}/"
    return [
        f"{problem.path.removeprefix(prefix)}:{problem.line}:{problem.column} {problem.check}: {problem.message}"
        for problem in result.problems
    ]


def checked(pool: Pool, folder: Path, files: dict[str, str]) -> list[str]:
    return found(check(pool, write(folder, files)), folder)


def test_the_shipped_library_is_clean(pool: Pool) -> None:
    result = check(pool, LIBRARY)
    assert result.problems == ()
    assert all(module.neutral for module in result.modules)
    assert len(result.modules) == result.tests > 40
    assert len(result.unfollowed) <= 5


def test_a_part_of_the_library_is_checked_by_itself(pool: Pool) -> None:
    result = check(pool, LIBRARY / "gatekeeper" / "rules" / "api")
    assert result.problems == ()
    assert {module.package.rpartition(".")[0] for module in result.modules} == {"gatekeeper.rules.api"}


def test_a_good_rule_that_uses_the_library(pool: Pool, tmp_path: Path) -> None:
    body = BODY.replace('object.name == ""', "values.is_true(object.manifest.hidden)")
    text = rule(f"import data.gatekeeper.lib.values\n\n{body}")
    assert checked(pool, tmp_path, {"a.rego": text}) == []


def test_all_problems_are_told_not_only_the_first(pool: Pool, tmp_path: Path) -> None:
    broken = rule().replace("severity: low", "severity: lwo").replace("#   stages: [change, build]\n", "")
    assert checked(
        pool,
        tmp_path,
        {
            "a.rego": "package a\n\nx := [\n",
            "b.rego": "package b\n\ny := }\n",
            "c.rego": broken,
            "d.rego": rule(BODY.replace("object.kind", "object.kidn"), identifier="ACME-002", package="acme.d"),
        },
    ) == [
        "a.rego:4:1 parse: expecting expression",
        "b.rego:3:6 parse: expecting expression",
        "c.rego:1:0 metadata: the METADATA has no list custom.stages",
        "c.rego:6:0 metadata: the METADATA has 'lwo' in custom.severity, which is none of error, critical, high, "
        "medium, low",
        "d.rego:14:58 reference: object has no field kidn",
    ]


def test_what_the_loader_would_refuse(pool: Pool, tmp_path: Path) -> None:
    assert checked(
        pool,
        tmp_path,
        {
            "a.rego": rule(),
            "b.rego": rule(package="acme.b"),
            "c.rego": rule("deny := true\n", identifier="ACME-003", package="acme.c"),
            "d.rego": "package gatekeeper.mine\n\nx := 1\n",
            "e.rego": "package e\n\ndeny.x := 1\n",
            "f.rego": rule(BODY, identifier="GK-API-001", package="acme.f"),
            "g/limits.json": "{",
            "gatekeeper/x.json": "1",
            "h.rego": "package h\n\nlimit := 1\n",
            "h/limit.json": "2",
            "i.rego": "# METADATA\n# title: [\npackage i\n",
        },
    ) == [
        f"b.rego:1:1 id: {tmp_path}/a.rego describes ACME-001 already",
        "c.rego:1:1 rule: the package acme.c has no set `deny`",
        "d.rego:1:1 package: the package gatekeeper.mine is gatekeeper's own",
        "e.rego:3:0 rule: `deny` gives neither a set nor an array of messages",
        "f.rego:1:1 id: gatekeeper:gatekeeper/rules/api/unauthenticated_operation/rule.rego "
        "describes GK-API-001 already",
        "g/limits.json:0:0 data: is no JSON: unexpected end of data: line 1 column 2 (char 1)",
        "gatekeeper/x.json:0:0 data: data at the root or below gatekeeper and system is gatekeeper's own",
        "h.rego:3:1 data: data.h.limit is both a rule and data",
        "i.rego:2:0 metadata: the METADATA is no YAML: expected the node content, but found '<stream end>'",
    ]


def test_functions_and_names(pool: Pool, tmp_path: Path) -> None:
    body = BODY.replace(
        'object.name == ""',
        'helper(object)\n\thttp.send({"url": object.name}).x\n\tobject.name == data.acme.lib.name',
    )
    assert checked(pool, tmp_path, {"a.rego": rule(body)}) == [
        "a.rego:13:2 engine: there is no function helper, neither in the bundle nor in the embedded engine",
        "a.rego:14:2 engine: http.send reaches out to the network: a decision must be repeatable",
        "a.rego:15:17 engine: nothing in the bundle is called data.acme.lib.name",
    ]


def test_what_only_opa_evaluates_is_no_problem(pool: Pool, tmp_path: Path) -> None:
    body = BODY.replace('object.name == ""', 'rego.metadata.rule().title == ""\n\tnot object.kind != object.name')
    result = check(pool, write(tmp_path, {"a.rego": rule(body), "b.rego": "package b\n\nx := 1\n"}))
    assert result.problems == ()
    bound, neutral = result.modules
    assert not bound.neutral
    assert [(one.line, one.message.split(",")[0]) for one in bound.differences] == [
        (13, "there is no function rego.metadata.rule"),
        (14, "`not` with object.kind inside: where that is undefined"),
        (14, "`not` with object.name inside: where that is undefined"),
    ]
    assert neutral.neutral


def test_rego_v0_is_looked_at_too(pool: Pool, tmp_path: Path) -> None:
    text = 'package main\n\ndeny[msg] {\n\tinput.kubernetes[_].kidn\n\tmsg := "a"\n}\n'
    result = check(pool, write(tmp_path, {"a.rego": text}))
    assert found(result, tmp_path) == ["a.rego:4:22 reference: input.kubernetes[_] has no field kidn"]
    assert [one.message for one in result.modules[0].differences] == ["is written in Rego v0"]


def test_policies_about_other_documents_are_not_compared_with_the_evidence(pool: Pool, tmp_path: Path) -> None:
    text = 'package main\n\ndeny contains "a" if input.kind == "Pod"\n\nwarn contains "b" if data.services.x\n'
    result = check(pool, write(tmp_path, {"policy/a.rego": text}))
    assert (result.problems, result.evidence, result.unfollowed) == ((), False, ())


def test_one_misspelt_field_does_not_make_them_others(pool: Pool, tmp_path: Path) -> None:
    text = 'package main\n\ndeny contains "a" if input.kubernetes[_].kidn\n\nwarn contains "b" if input.terrafrom\n'
    assert checked(pool, tmp_path, {"a.rego": text}) == [
        "a.rego:3:42 reference: input.kubernetes[_] has no field kidn",
        "a.rego:5:28 reference: input has no field terrafrom",
    ]


def test_snippets_beside_a_rule_are_no_data(pool: Pool, tmp_path: Path) -> None:
    files = {"acme/rule.rego": rule(), "acme/flag/a.json": "{", "acme/pass/data.json": "1"}
    assert checked(pool, tmp_path, files) == []


def test_a_module_that_kills_its_parser_is_a_problem(pool: Pool, tmp_path: Path) -> None:
    text = "package a\n\nx := " + "1 + " * 20_000 + "1\n"
    (problem,) = check(pool, write(tmp_path, {"a.rego": text, "b.rego": rule()})).problems
    assert (problem.path, problem.check) == (f"{tmp_path}/a.rego", "parse")


def test_what_cannot_be_read_is_an_error(pool: Pool, tmp_path: Path) -> None:
    (tmp_path / "a.rego").write_bytes(b"package a\n\xff")
    with pytest.raises(EngineFailure, match="not UTF-8"):
        check(pool, tmp_path)
    (tmp_path / "names").mkdir()
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/names/\xff.rego")).write_text("package a\n")
    with pytest.raises(EngineFailure, match="name of a file is not UTF-8"):
        check(pool, tmp_path / "names")
    with pytest.raises(SettingsError, match="holds no policies"):
        check(pool, write(tmp_path / "empty", {"readme.txt": ""}))
