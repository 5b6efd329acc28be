"""Each trap: what it must flag and what it must not, and the examples of its page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gatekeeper.policy.checking.traps import TRAPS
from gatekeeper.policy.checking.traps.malformed_finding import OPTIONAL, REQUIRED
from gatekeeper.policy.findings import to_finding
from tests.policy.checking.inspecting import alarms, inspect, page
from tests.policy.test_findings import RULE
from tests.policy.writing import POD, rule

K = "some x in input.kubernetes"
T = "some x in input.terraform.resources"
O = "some x in input.openapi[_].operations"  # noqa: E741 - an operation

FLAGGED = {
    "never-applies": [
        f"a if {{ {K}; false }}",
        f'a if {{ {K}; x.kind == "Pod"; x.kind == "Job" }}',
        f'a if {{ {O}; x.deprecated == "yes" }}',
        f"a if {{ {O}; x.path == null }}",
        'a if { some x in input.coverage.files; x.status == "faild" }',
        "p contains x if some x in input.kubernetes\na if not p",
        "a := 1 if { true } else := 2 if { input.kubernetes[0] }",
        "f(x) := 1 if { true } else := 2\na := f(1)",
    ],
    "undefined-negation": [
        f'a if {{ {K}; not startswith(x.manifest.name, "a") }}',
        f"a if {{ {K}; not x.manifest.replicas > 3 }}",
        f'a if {{ {K}; not x.manifest.kind in {{"a"}} }}',
        f'a if {{ {K}; not lower(x.manifest.kind) == "a" }}',
        f"a if {{ {T}; not count(x.values.ingress) > 0 }}",
        f'a if {{ {T}; not lower(x.values["acl"]) == "private" }}',
    ],
    "unchecked-comparison": [
        f"a if {{ {T}; x.values.size > 3 }}",
        f"a if {{ {T}; x.count > 3 }}",
        f"a if {{ {T}; size := x.values.size; 3 <= size }}",
        f"a if {{ {K}; x.manifest.spec.replicas < 2 }}",
        f"big(v) if v > 3\na if {{ {T}; big(x.values.size) }}",
    ],
    "unchecked-type": [
        f'a if {{ {K}; startswith(x.manifest.name, "a") }}',
        f"a if {{ {K}; to_number(x.manifest.replicas) == 3 }}",
        'a if { some s in input.dockerfile[_].stages; contains(s.image, ":") }',
        f'low(v) := lower(v)\na if {{ {T}; low(x.values.acl) == "private" }}',
        'a if { some p in input.dockerfile[_].arguments; regex.match("a", p.value) }',
    ],
    "iterated-scalar": [
        f"a if {{ {O}; some c in x.method }}",
        f"a if {{ {O}; x.method[_] == 1 }}",
        f"a if {{ {O}; every c in x.path {{ c != 1 }} }}",
        f'a if {{ {O}; x.method[i] == "g"; i > 1 }}',
    ],
    "letter-case": [
        f'a if {{ {O}; x.method == "GET" }}',
        f'a if {{ {O}; "Get" != x.method }}',
        f'a if {{ {O}; x.method in {{"GET", "POST"}} }}',
        f'a if {{ {O}; "Retry-After" in x.responses[_].headers }}',
        'a if { input.dockerfile[_].stages[_].instructions[_].name == "run" }',
    ],
    "differing-message": [
        'a := sprintf("%s", [])',
        'a := sprintf("%v %v", [1])',
        'a := sprintf("%v", [1, 2])',
        'a := sprintf("%e", [1.5])',
        'a := sprintf("%5s", ["a"])',
        'a := sprintf("%+v", [1])',
        'a := sprintf("%.2f", [1.5])',
        'a := sprintf("100%", [])',
        'a := sprintf("%s", [count(input.kubernetes)])',
        'a := sprintf("%d", [input.kubernetes[0].kind])',
    ],
    "unevaluated-rule": [
        f'denies contains "a" if {{ {K} }}',
        f'denied contains "a" if {{ {K} }}',
        f'violations contains "a" if {{ {K} }}',
        f'warning contains "a" if {{ {K} }}',
    ],
}
UNFLAGGED = {
    "never-applies": [
        f'a if {{ {K}; x.kind == "Pod"; x.name == "Job" }}',
        'a if { input.kubernetes[_].kind == "Pod"; input.kubernetes[_].kind == "Job" }',
        f"a if {{ {K}; x.manifest.a == 1 }}",
        'kind(k) := 1 if k == "a"\nkind(k) := 2 if k == "b"\na := kind("b")',
        f"default strict := false\nstrict if {{ {K} }}\na if not strict",
        "p contains x if some x in input.kubernetes\na if not p.Pod",
        f"p contains x if some x in input.kubernetes\na if {{ {K}; not p[x] }}",
        "a := 1 if input.kubernetes[0] else := 2",
        "a if { some p in input.dockerfile[_].arguments; p.value == null }",
        'a if { some x in input.coverage.files; x.status == "failed" }',
    ],
    "undefined-negation": [
        f"a if {{ {K}; not x.manifest.name }}",
        f'a if {{ {K}; not x.manifest.name == "a" }}',
        f'a if {{ {K}; not startswith(x.kind, "a") }}',
        f'a if {{ {K}; is_string(x.manifest.name); not startswith(x.manifest.name, "a") }}',
        f"a if {{ {K}; name := x.manifest.name; not name > 3 }}",
        f"a if {{ {K}; not count([y | y := x.manifest.name]) == 1 }}",
        'f(x) if not startswith(x.y, "a")',
    ],
    "unchecked-comparison": [
        f"a if {{ {T}; is_number(x.values.size); x.values.size > 3 }}",
        f"a if {{ {T}; size := x.values.size; is_number(size); size > 3 }}",
        f"big(v) if v > 3\na if {{ {T}; size := x.values.size; is_number(size); big(size) }}",
        f"a if {{ {T}; count(x.values) > 3 }}",
        "a if { some x in input.coverage.files; x.line > 3 }",
        "f(x) if x.y > 3",
        f"a if {{ {T}; to_number(x.name) > 3 }}",
    ],
    "unchecked-type": [
        f'a if {{ {K}; is_string(x.manifest.name); startswith(x.manifest.name, "a") }}',
        f'a if {{ {K}; name := x.manifest.name; is_string(name); startswith(name, "a") }}',
        f'low(v) := lower(v)\na if {{ {T}; v := x.values.acl; is_string(v); low(v) == "private" }}',
        f'a if {{ {K}; startswith(x.name, "a") }}',
        f'a if {{ {K}; x.manifest.name in {{"a", "b"}}; lower(x.manifest.name) == "a" }}',
        f'a if {{ {K}; x.manifest.name == "A"; lower(x.manifest.name) == "a" }}',
        'a if { some p in input.dockerfile[_].arguments; not is_null(p.value); regex.match("a", p.value) }',
        f"a if {{ {K}; some key, _ in x.manifest; lower(key) == key }}",
        f"a := {{lower(v) | {K}; some v in x.manifest; is_string(v)}}",
        'f(x) if startswith(x.y, "a")',
    ],
    "iterated-scalar": [
        f"a if {{ {O}; some c in x.parameters }}",
        f"a if {{ {K}; some c in x.manifest }}",
        f"a if {{ {O}; some c in x.security }}",
        f'a if {{ {O}; some c in split(x.path, "/") }}',
        "f(x) if some y in x\na if f(1)\nb if f([1])",
        "a if { some x in []; some y in x }",
    ],
    "letter-case": [
        f'a if {{ {O}; x.method == "get" }}',
        f'a if {{ {O}; upper(x.method) == "GET" }}',
        f'a if {{ {O}; x.path == "GET" }}',
        'a if { input.dockerfile[_].stages[_].instructions[_].name == "RUN" }',
        f'a if {{ {O}; some m in [x.method, x.path]; m == "GET" }}',
    ],
    "differing-message": [
        'a := sprintf("%v", [1])',
        'a := sprintf("%s: 100%%", [input.kubernetes[0].kind])',
        'a := sprintf("%d", [count(input.kubernetes)])',
        'a := sprintf("%05d", [count(input.kubernetes)])',
        'a := sprintf("%s", [input.kubernetes[0].manifest.name])',
        'values := [1, 2]\na := sprintf("%v", values)',
        "a := sprintf(input.kubernetes[0].kind, [1])",
    ],
    "unevaluated-rule": [
        f'deny contains "a" if {{ {K} }}',
        f'deny_pods contains "a" if {{ {K} }}',
        f'violation contains "a" if {{ {K} }}',
        f'denied contains "a" if {{ {K} }}\ndeny contains x if some x in denied',
        f'names contains "a" if {{ {K} }}',
        f"denied if {{ {K} }}",
        f'identity contains "a" if {{ {K} }}',
    ],
}
TESTS = {
    "idle-test": (
        [
            "test_a if { true }",
            "test_a if { 1 == 1 }",
            "test_a := true",
            "test_a if { found := deny with input as {} }",
            "test_a if { count(deny) >= 0 }",
            "test_a if { deny with input as {} }",
            "test_a if { deny with input as {} == set() }",
            'test_a if { print("a") }',
            'test_a if { sum([1, 2]) == 3; x := "a"; lower("A") == x }',
        ],
        [
            "test_a if { count(deny) == 0 }",
            "test_a if { not deny.x with input as {} }",
            "test_a if { found := deny with input as {}; found == set() }",
            "test_a if { allow with input as {} }",
            "test_a if { f(1) }",
            "test_a if { some case in data.cases; case.ok }",
            "test_a := count(deny) == 0",
            'test_a if { parse.commands("a") == [] }',
            "test_a if { ok }\nok if count(deny) == 0",
        ],
    ),
    "unevaluated-rule": (
        ["testa if { count(deny) == 0 }", "tset_a if { count(deny) == 0 }", "Test_a if { count(deny) == 0 }"],
        [
            "test_a if { count(deny) == 0 }",
            "todo_test_a if { count(deny) == 0 }",
            "helper if { count(deny) == 0 }",
            "tests := [1]\ntest_a if { some x in tests; f(x) }",
        ],
    ),
}


def steps_into(trap: str, text: str, path: str = "a.rego") -> bool:
    names = (
        'deny contains "x" if input.kubernetes[0].manifest.x\nallow if input.kubernetes[0].manifest.x\nf(x) if x == 1\n'
    )
    text = f"import data.cases\n{names}{text}" if path.endswith("_test.rego") else text
    return any(f" {trap}: " in alarm for alarm in alarms(text, path))


@pytest.mark.parametrize(("trap", "text"), [(trap, text) for trap, texts in FLAGGED.items() for text in texts])
def test_it_is_flagged(trap: str, text: str) -> None:
    assert steps_into(trap, text)


@pytest.mark.parametrize(("trap", "text"), [(trap, text) for trap, texts in UNFLAGGED.items() for text in texts])
def test_it_is_not_flagged(trap: str, text: str) -> None:
    assert not steps_into(trap, text)


@pytest.mark.parametrize(("trap", "text"), [(trap, text) for trap, texts in TESTS.items() for text in texts[0]])
def test_it_is_flagged_in_tests(trap: str, text: str) -> None:
    assert steps_into(trap, text, "a_test.rego")


@pytest.mark.parametrize(("trap", "text"), [(trap, text) for trap, texts in TESTS.items() for text in texts[1]])
def test_it_is_not_flagged_in_tests(trap: str, text: str) -> None:
    assert not steps_into(trap, text, "a_test.rego")


def malformed(finding: str) -> list[str]:
    text = rule(f"deny contains finding if {{\n\tsome object in input.kubernetes\n\tfinding := {finding}\n}}\n")
    found = inspect({"a.rego": text}).problems
    return [f"{problem.message}: {problem.hint}" for problem in found if problem.check == "malformed-finding"]


def test_a_finding_without_its_fields() -> None:
    outcome = "the gate cannot decide once this rule finds something"
    assert malformed('{"message": "a", "at": object.at}') == [f"the finding has no subject: {outcome}: add subject"]
    assert malformed('{"mesage": "a", "subject": "b", "at": object.at}') == [
        f"a finding has no field mesage: {outcome}: did you mean message?"
    ]
    assert malformed('"a text"') == ["a finding is an object, not a string: give it message, subject and at"]
    assert malformed('object.union({"message": "a"}, {"subject": "b"})') == [
        f"the finding has no at: {outcome}: add at"
    ]


def test_a_finding_with_its_fields() -> None:
    assert malformed('{"message": "a", "subject": "b", "at": object.at, "key": [], "severity": "low"}') == []
    assert malformed('object.union({"message": "a", "at": object.at}, {"subject": "b"})') == []
    assert malformed("json.unmarshal(object.name)") == []
    assert malformed("object.manifest.finding") == []


def test_the_fields_are_those_that_the_gate_reads() -> None:
    whole = dict.fromkeys((*REQUIRED, *OPTIONAL), "low") | {"at": POD["at"], "key": []}
    assert to_finding(RULE, whole)
    for name in REQUIRED:
        with pytest.raises(ValueError, match=name):
            to_finding(RULE, {key: value for key, value in whole.items() if key != name})
    with pytest.raises(ValueError, match="unknown field"):
        to_finding(RULE, whole | {"more": 1})


@pytest.mark.parametrize("trap", [trap.name for trap in TRAPS])
def test_the_examples_of_its_page(trap: str) -> None:
    """What the page calls wrong is flagged; what it prefers is clean in every respect."""
    avoid, prefer = re.findall(r"```rego\n(.*?)```", page(trap), re.DOTALL)
    path = "a_test.rego" if "_test\n" in avoid else "a.rego"
    rules = {"rule.rego": "package acme.example\n\nimport rego.v1\n\ndeny contains 1 if input.kubernetes[0]\n"}
    others = rules if path == "a_test.rego" else {}
    assert trap in [problem.check for problem in inspect({path: avoid, **others}).problems]
    assert inspect({path: prefer, **others}).problems == ()


def test_each_trap_has_a_file_and_a_page() -> None:
    names = [trap.name for trap in TRAPS]
    folder = Path(__file__).parents[3]
    files = {path.stem for path in (folder / "gatekeeper/policy/checking/traps").glob("*.py")}
    pages = {path.stem for path in (folder / "docs/traps").glob("*.md")}
    assert len(set(names)) == len(names) == 10
    assert files == {name.replace("-", "_") for name in names} | {"__init__", "base"}
    assert pages == {*names, "README"}
    index = (folder / "docs/traps/README.md").read_text(encoding="utf-8")
    assert all(f"[{name}]({name}.md)" in index for name in names)


def test_alarms_name_place_and_remedy() -> None:
    assert alarms(f'a if {{\n\t{O}\n\tx.method == "GET"\n}}') == [
        '3:14 letter-case: x.method stands in lower case, never as "GET"'
    ]
