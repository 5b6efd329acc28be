"""Each output, character by character, beside conftest's own."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest_command import differential
from tests.conftest_command.differential import Case

pytestmark = pytest.mark.services

_POLICY = """deny contains "first: <a href='x'> & \\"quoted\\" 100"
deny contains "second ü 日本語"
deny contains {"msg": "third", "a": {"c": 1.50, "b": [1e3, [], {}, null]}, "_loc": {"file": "a.json", "line": 7}}
deny contains {"msg": "fourth", "_loc": {"file": "other, one.tf", "line": 3}}
deny_named contains "never"
exception contains ["named"]
"""
CASES = (
    Case("all kinds", _POLICY),
    Case("many lines", 'deny contains "first\\n  second third  \\n\\nlast"'),
    Case("warnings only", 'warn contains "w"\nwarn contains "v" if input.b'),
    Case("exceptions only", 'deny_a contains "x"\nexception contains ["a"]'),
    Case("exceptions suppressed", 'deny_a contains "x"\nexception contains ["a"]', ("a.json", "--suppress-exceptions")),
    Case("passed", 'deny contains "w" if input.b'),
    Case("passed and hidden", 'deny contains "w" if input.b', ("a.json", "--github-hide-passed")),
    Case("no rule", "x := 1"),
    Case("no namespace", args=("a.json", "-n", "q*")),
    Case("stdin", args=("-",), stdin=b"a: 1"),
    Case("no colours", args=("a.json", "--no-color")),
    Case("no messages in names", args=("a.json", "--junit-hide-message")),
    Case(
        "prints",
        'deny contains "x" if print("said", input.a, input.b)\n'
        'warn contains "y" if {\n\tprint()\n\tprint("two\\nlines")\n}',
    ),
    Case("a file with odd characters", 'deny contains "x"', ("a, b:%.json",), {"a, b:%.json": "{}"}),
    Case("an unknown output"),
)


@pytest.fixture(scope="module", autouse=True)
def _ended() -> Iterator[None]:
    yield
    differential.end()


def _comparable(text: str, output: str) -> str:
    if output == "junit":
        return re.sub(r'<property name="[^"]*" value="[^"]*">', "<property>", text)
    if output == "json":
        return re.sub(r'("msg": "(?:[^"\\]|\\.)*"),\n\t*"line": \d+', r"\1", text)
    if output == "tap":
        return re.sub(r"\n# (?!(?:warnings|exceptions|successes)\n)", r"\n", text)
    # What is beyond conftest's: messages cannot end their command.
    return text.replace("%0A", "\n") if output in ("github", "azuredevops") else text


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
@pytest.mark.parametrize("output", ["stdout", "json", "tap", "table", "junit", "github", "azuredevops"])
def test_looks_as_conftests(case: Case, output: str, tmp_path: Path) -> None:
    case.write(tmp_path)
    output = "nothing" if case.name == "an unknown output" else output
    expected = differential.conftest(tmp_path, case.args, stdin=case.stdin, output=output)
    found = differential.gatekeeper(tmp_path, case.args, stdin=case.stdin, output=output)
    assert found.code == expected.code, found.stderr
    assert _comparable(found.stdout, output) == _comparable(expected.stdout, output)


def test_json_tells_the_line_of_each_finding(tmp_path: Path) -> None:
    policy = 'deny contains "x" if input.c\nwarn contains {"msg": "y", "_loc": {"file": "z", "line": 9}} if input.a'
    case = Case("lines", policy, ("b.yaml",), {"b.yaml": "a: 1\n---\n\n# c\nc: 2\n"})
    case.write(tmp_path)
    (result,) = json.loads(differential.gatekeeper(tmp_path, case.args).stdout)
    assert result["failures"][0]["line"] == 5
    assert result["warnings"][0]["loc"] == {"file": "z", "line": 9}
    github = differential.gatekeeper(tmp_path, case.args, output="github").stdout
    assert "::error file=b.yaml,line=5::x\n" in github


def test_no_message_steers_a_terminal_or_a_workflow(tmp_path: Path) -> None:
    Case("steering", 'deny contains "a\\u001b[2Jb\\r\\n::error::c %0A"').write(tmp_path)
    stdout = differential.gatekeeper(tmp_path, ["a.json", "--no-color"], output="stdout").stdout
    assert "a\\x1b[2Jb\\x0d\n\\::error::c" in stdout and "\x1b" not in stdout
    github = differential.gatekeeper(tmp_path, ["a.json"], output="github").stdout
    assert "::error file=a.json,line=1::a\\x1b[2Jb%0D%0A::error::c %250A\n" in github


def test_a_trace_goes_to_stderr(tmp_path: Path) -> None:
    Case("trace", 'deny contains "x" if input.a').write(tmp_path)
    said = differential.gatekeeper(tmp_path, ["a.json", "--trace", "--no-color"], output="stdout")
    assert "FAIL - a.json - main - x" in said.stdout
    assert "file: a.json | query: data.main.deny\n" in said.stderr
    assert re.search(r"TRAC   policy/main\.rego:3 +\| Enter data\.main\.deny", said.stderr)
