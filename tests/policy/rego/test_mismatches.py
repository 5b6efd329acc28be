"""Types that cannot fit, as OPA's compiler sees them."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from gatekeeper.policy.rego.facts import parse
from gatekeeper.policy.rego.signatures import ANY, SIGNATURES

WRONG = {
    '1 == "a"': "a number never equals a string",
    'count(input.x) == "3"': "a number never equals a string",
    'not 1 == "a"': "a number never equals a string",
    "upper(input.x) == null": "a string never equals null",
    "[1, input.a] == [1]": "an array of 2 never equals one of 1",
    '[1, [2]] == [1, ["a"]]': "a number never equals a string",
    '[1] == {"a"}': "an array never equals a set",
    "[x | x := 1] == {1}": "an array never equals a set",
    '{"a": 1} == {y | y := 1}': "an object never equals a set",
    'x := count(input.a); x == "a"': "a number never equals a string",
    'limit == "a"': "a number never equals a string",
    "names == 3": "a set never equals a number",
    'startswith(1, "a")': "startswith is given a number as argument 1, and takes a string",
    'startswith("a")': "startswith takes 2 arguments, not 1",
    "count(1) > 0": "count is given a number as argument 1, and takes a string or an array or an object or a set",
    'sprintf("%d", 5) != ""': "sprintf is given a number as argument 2, and takes an array",
    "lower([1]) != input.a": "lower is given an array as argument 1, and takes a string",
    'input.x + "a" > 1': "an operator that takes a number is given a string",
    "input.x & [1] == input.y": "an operator that takes a set is given an array",
    'some z in "abc"': "there is nothing in a string to go through",
}
RIGHT = [
    '1 != "a"',
    '1 < "a"',
    'input.a == "a"; input.a == 1',
    'x := input.a; x == "a"',
    'f(1) == "a"',
    'startswith("a", input.b, input.c)',
    "input.x - {1} == input.y",
    "input.x - 1 == 2",
    'mixed == "a"',
    "[1, input.a] == [1, 2]",
    'count := input.count; count == "a"',
    '{"a": input.b} == {"a": "b"}',
    "some z in input.a; z == 1",
    'object.get(input.a, ["x"], "") == ""',
]
MODULE = """package a

limit := 3
names contains "a"
mixed := 1 if input.a
mixed := "a" if not input.a
f(x) := input.a[x]
p if {{ {line} }}
"""


def found(line: str) -> list[str]:
    return [one.message for one in parse(["a.rego", False], MODULE.format(line=line).encode()).mismatches]


@pytest.mark.parametrize("line", WRONG)
def test_what_does_not_fit_is_told(line: str) -> None:
    assert found(line) == [WRONG[line]]


@pytest.mark.parametrize("line", RIGHT)
def test_what_may_fit_is_left_alone(line: str) -> None:
    assert found(line) == []


def test_the_place_is_that_of_the_expression() -> None:
    first, second = parse(
        ["a.rego", False], 'package a\n\np if {\n\tx := 1\n\tx == 1; 1 == "ü"; x == "ü"\n}\n'.encode()
    ).mismatches
    assert [(one.line, one.column) for one in (first, second)] == [(5, 10), (5, 20)]


@pytest.mark.services
def test_opa_says_the_same(opa: Path, tmp_path: Path) -> None:
    def compiles(line: str) -> bool:
        (tmp_path / "a.rego").write_text(MODULE.format(line=line))
        return subprocess.run([opa, "check", tmp_path], capture_output=True, check=False).returncode == 0

    assert [line for line in WRONG if compiles(line)] == []
    assert [line for line in RIGHT if not compiles(line)] == []


@pytest.mark.services
def test_signatures_are_opas_own(opa: Path) -> None:
    done = subprocess.run([opa, "capabilities", "--current"], capture_output=True, check=True)
    told = {}
    for builtin in json.loads(done.stdout)["builtins"]:
        declared = builtin["decl"]
        operator = "infix" in builtin or builtin["name"].startswith("internal.") or "variadic" in declared
        if not operator:
            arguments = tuple(letters(argument) for argument in declared.get("args", []))
            told[builtin["name"]] = (arguments, letters(declared["result"]) if "result" in declared else ANY)
    ours = {name: (one.arguments, one.result) for name, one in SIGNATURES.items()}
    assert {name: told.get(name) for name in ours} == ours


def letters(declared: dict[str, object]) -> str:
    """The types of a declaration, in our alphabet and order."""
    alphabet = {"boolean": "b", "number": "n", "string": "s", "null": "z", "array": "A", "object": "O", "set": "S"}
    if declared["type"] != "any":
        return alphabet[str(declared["type"])]
    of = declared.get("of")
    return "".join(sorted({letter for one in of for letter in letters(one)})) if isinstance(of, list) else ANY
