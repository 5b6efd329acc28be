"""Modules rewritten for a runner: what is asked for, and that nothing else moves."""

from __future__ import annotations

import pytest

from gatekeeper.formats import jsonable
from gatekeeper.policy.testing.reading import Reading, read
from gatekeeper.policy.testing.rewriting import MARK, blank, mark, read_prints, rename, rewrite, separate_cases


def reading(text: str) -> Reading:
    return read("a_test.rego", text.encode())


def quoted(kind: str) -> str:
    return jsonable.dumps(MARK + kind).decode()


def test_a_name_of_its_own() -> None:
    text = "package a\n\ngroup.test_x if true\n"
    (test,) = reading(text).tests
    assert rewrite(text, [rename(test, "__2")]) == "package a\n\ngroup.test_x__2 if true\n"


def test_quoted_names() -> None:
    text = 'package a\n\ngroup["test_x"] if true\n'
    (test,) = reading(text).tests
    assert rewrite(text, [rename(test, "__2")]) == 'package a\n\ngroup["test_x__2"] if true\n'


def test_cases_become_a_set_that_tells_its_keys() -> None:
    text = 'package a\n\ntest_x[c.a]["]"] := v if {\n\tsome c in [{"a": "é"}]\n\tv := c.a == "é"\n}\n'
    found = reading(text)
    written = rewrite(text, separate_cases(found.tests[0], found.bodies[0], text, "__1"))
    assert written == (
        'package a\n\ntest_x__1 contains [[c.a, "]"], v] if {\n\tsome c in [{"a": "é"}]\n'
        '\tprint(CASE, json.marshal([c.a, "]"])); v := c.a == "é"\n}\n'.replace("CASE", quoted("case "))
    )
    assert reading(written)


@pytest.mark.parametrize(
    ("body", "marked"),
    [
        ('if input.x == "a"', 'if { input.x == "a"; MARK }'),
        ("if { input.x == `a` }", "if { input.x == `a`; MARK }"),
        ('if {\n\tinput.x == "a" # why\n}', 'if {\n\tinput.x == "a"; MARK # why\n}'),
        ('if { "a" == input.x }', 'if { "a" == input.x; MARK }'),
        ('if "a" == input.x', 'if { "a" == input.x; MARK }'),
        ('if {"a": 1}["a"] == 1', 'if { {"a": 1}["a"] == 1; MARK }'),
        ('if input.x with input.x as "b"', 'if { input.x with input.x as "b"; MARK }'),
    ],
)
def test_marks_stand_behind_the_last_statement(body: str, marked: str) -> None:
    text = f"package a\n\np {body}\n"
    (found,) = reading(text).bodies
    written = rewrite(text, mark(found, 7))
    assert written == f"package a\n\np {marked}\n".replace("MARK", f"print({quoted('body ')}, 7)")
    assert reading(written)


def test_blanks_keep_the_lines() -> None:
    text = "package a\n\ntest_x if {\n\ttrue\n}\np := 1\n"
    (test,) = reading(text).tests
    assert rewrite(text, [blank(test.start, test.end, text)]) == "package a\n\n\n\n\np := 1\n"


def test_prints_of_people_are_told_from_marks() -> None:
    printed = read_prints([f'a: b.rego:1: {MARK}case  ["k",1]', "a.rego:2: hello", f"{MARK}body  12"])
    assert printed.lines == ("a.rego:2: hello",)
    assert printed.cases == (("k", "1"),)
    assert printed.bodies == {12}


def test_a_key_that_is_undefined_is_no_case() -> None:
    assert read_prints([f"{MARK}case  <undefined>"]).cases == ()


@pytest.mark.parametrize("said", ["\x1ebody 1", "\x1ebody x", "\x1ecase [", "body 1"])
def test_a_policy_cannot_print_what_passes_for_a_mark(said: str) -> None:
    printed = read_prints([f"a.rego:1: {said}"])
    assert printed.lines == (f"a.rego:1: {said}",)
    assert not printed.bodies
