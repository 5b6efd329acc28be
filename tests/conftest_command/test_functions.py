from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from gatekeeper.conftest import functions
from gatekeeper.workers import Pool

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


def test_prints_tell_their_place() -> None:
    text = 'a if {\n\tprint("x", 1)\n\tprint()\n}'
    assert functions.rewrite("p/a.rego", text, prints=True) == (
        'a if {\n\tprint("\\u0001p/a.rego:2:", "x", 1)\n\tprint("\\u0001p/a.rego:3:", "")\n}'
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
