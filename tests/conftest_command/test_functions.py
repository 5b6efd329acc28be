from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from gatekeeper.conftest import functions
from gatekeeper.workers import Pool
from tests.conftest_command import differential
from tests.conftest_command.differential import Case

CALL = f"data.{functions.PACKAGE}."


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    with Pool(1) as pool:
        yield pool


def test_calls_are_rewritten_and_keep_their_lines() -> None:
    text = 'package a\n\nx := parse_config(\n\t"yaml", y)\nz := parse_config_file("f.json")\n'
    assert functions.rewrite("policy/a.rego", text, prints=False) == (
        f'package a\n\nx := {CALL}parse_config("policy", \n"yaml", y)\n'
        f'z := {CALL}parse_config_file("policy", "f.json")\n'
    )


@pytest.mark.parametrize(
    "text",
    [
        'x := "parse_config(1)"',
        "x := `parse_config(1)\nparse_config(2)`",
        '# parse_config("a", "b")',
        'x := "\\"parse_config("',
        "x := lib.parse_config(1)",
        "x := my_parse_config(1)",
        "import data.parse_config",
    ],
)
def test_what_only_looks_like_a_call_stays(text: str) -> None:
    assert functions.rewrite("a.rego", text, prints=True) == text
    assert not functions.are_used(text)


def marked(place: str) -> str:
    return json.dumps(functions.MARK + place)


def test_what_documents_hold_cannot_pass_for_a_call() -> None:
    assert len(functions.MARK) > 16
    assert functions.MARK not in "\x01call "


def test_prints_tell_their_place() -> None:
    text = 'a if {\n\tprint("x", 1)\n\tprint()\n}'
    assert functions.rewrite("p/a.rego", text, prints=True) == (
        f'a if {{\n\tprint({marked("p/a.rego:2:")}, "x", 1)\n\tprint({marked("p/a.rego:3:")}, "")\n}}'
    )
    assert functions.rewrite("p/a.rego", text, prints=False) == text


def test_answers(pool: Pool, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("a: 1\n---\nb: 2\n")
    calls = [
        '["parse_config","json","{\\"a\\": 1}"]',
        '["parse_config","json","{"]',
        '["parse_config","none",""]',
        f'["parse_config_file","{tmp_path}","a.yaml"]',
        f'["parse_config_file","{tmp_path}/sub","../a.yaml"]',
        f'["parse_config_file","{tmp_path}","none.yaml"]',
        f'["parse_config_file","{tmp_path}","a.foo"]',
        f'["parse_combined_config_files","{tmp_path}",["a.yaml"]]',
    ]
    answers = functions.answer(pool, calls)
    first, broken, unknown, file, same, missing, odd, combined = (answers[call] for call in calls)
    assert first == {"value": {"a": 1}}
    assert file == same == {"value": [{"a": 1}, {"b": 2}]}
    assert [entry["contents"] for entry in combined["value"]] == [{"a": 1}, {"b": 2}]
    for failed in (broken, unknown, missing, odd):
        assert failed["error"].startswith("parse_config")
    assert len(list(functions.failed(answers))) == 4


@pytest.mark.services
def test_a_document_cannot_call_them(tmp_path: Path) -> None:
    policy = 'deny contains sprintf("x%v", [parse_config("json", "1")]) if print(input.said)'
    Case("forged", policy, files={"a.json": '{"said": "\\u0001call [\\"nonsense"}'}).write(tmp_path)
    found = differential.gatekeeper(tmp_path, ["a.json", "--no-color"], output="stdout")
    assert (found.code, found.stderr) == (1, "")
    assert "FAIL - a.json - main - x1" in found.stdout


@pytest.mark.services
def test_capabilities_that_are_none(tmp_path: Path) -> None:
    Case("capabilities", 'deny contains "x" if input.a').write(tmp_path)
    os.mkfifo(tmp_path / "pipe.json")
    (tmp_path / "list.json").write_text("[]")
    for name, reason in (("pipe.json", "no regular file"), ("list.json", "no object"), ("none", "no such file")):
        found = differential.gatekeeper(tmp_path, ["a.json", "--capabilities", name])
        assert found.code == 1
        assert reason in found.stderr and "Usage" not in found.stderr
