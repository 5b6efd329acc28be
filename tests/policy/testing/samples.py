"""Policies and tests in all the forms that ``opa test`` knows."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tests.policy.writing import write

RULE = """\
package a

h(x) := x + 1

use := h(1)

now := time.now_ns()

total := count([1, 2])

shouted := upper("abc")

digest := crypto.sha256("x")

limit := data.conf.limit

loud(x) := "M"

allow if {
	input.x == 1
	print("looked", input.x)
}

deny contains m if {
	some m in input.bad
	m != ""
}

grade(x) := "high" if x > 10
else := "low" if x > 5
else := "none"

missing if not startswith(input.gone, "a")
"""

# Bodies of rules above, by their lines, that `COVERING` makes succeed, and one that it does not.
COVERING = """\
package a_test

import data.a

test_allow if a.allow with input.x as 1

test_deny if a.deny == {"b"} with input.bad as ["", "b"]

test_grade if a.grade(11) == "high"
"""

HEAD = "package a_test\n\nimport data.a\nimport data.a as other\n\nmine(x) := 99\n\n"

# By name: a test module, and the statuses of its tests in OPA by name.
AGREED = {
    "bodies of one name": (
        "test_ok if a.allow with input.x as 1\n"
        "test_ok if a.allow with input.x as 2\n"
        "test_ok if {\n\ta.allow with input.x as 1\n}\n",
        {"test_ok": "passed", "test_ok#01": "failed", "test_ok#02": "passed"},
    ),
    "only true passes": (
        'test_number := 7\ntest_text := "true" if true\ntest_null := null\ntest_false := false\ntest_true := true\n'
        "test_set contains true if true\ntest_object.ok if true\ntest_undefined if input.nothing\n"
        "test_list := [true]\n",
        {
            "test_number": "failed",
            "test_text": "failed",
            "test_null": "failed",
            "test_false": "failed",
            "test_true": "passed",
            "test_set": "failed",
            "test_object": "failed",
            "test_undefined": "failed",
            "test_list": "failed",
        },
    ),
    "else and default": (
        "test_else if { false } else if { true }\n"
        "test_else_false if { false } else := false if { true }\n"
        "default test_default := true\n"
        "default test_both := false\ntest_both if input.x\n",
        {
            "test_else": "passed",
            "test_else_false": "failed",
            "test_default": "passed",
            "test_both": "failed",
            "test_both#01": "failed",
        },
    ),
    "todo": ("todo_test_later if false\ntodo_test_later if true\n", {"todo_test_later": "skipped"}),
    "names with parts": (
        "group.test_ok if true\ngroup.test_ok if false\n",
        {"group.test_ok": "passed", 'group["test_ok#01"]': "failed"},
    ),
    "cases": (
        'test_cases[name] if {\n\tsome name, x in {"one": 1, "two": 2}\n\ta.allow with input.x as x\n}\n',
        {"test_cases": "failed"},
    ),
    "cases that all hold": (
        'test_cases[tc.note] if {\n\tsome tc in [{"note": "p", "x": 1}, {"note": "q", "x": 1}]\n\ttc.x == 1\n}\n',
        {"test_cases": "passed"},
    ),
    "cases with values": (
        'test_cases[name] := held if {\n\tsome name, x in {"one": 1, "two": 2, "]\\"[": 1}\n\theld := x == 1\n}\n',
        {"test_cases": "failed"},
    ),
    "nested cases": (
        'test_cases[kind][name] if {\n\tsome kind in ["k", "l"]\n\tsome name in ["m", "n"]\n\tkind == "k"\n}\n'
        'test_cases.more[name] if {\n\tsome name in ["x"]\n}\n'
        'test_tail[name].ok if some name in ["x"]\n',
        {"test_cases": "failed", "test_cases#01": "passed", "test_tail": "passed"},
    ),
    "cases in one line": ('test_cases[name] if some name in ["a", "b"]\n', {"test_cases": "passed"}),
    "cases of numbers": ("test_cases[x] if {\n\tsome x in [1, 2]\n\tx == 1\n}\n", {"test_cases": "failed"}),
    "no cases at all": ("test_cases[name] if {\n\tsome name in input.nothing\n}\n", {"test_cases": "passed"}),
    "text at the edges of a body": (
        'test_text if "a" == "a"\ntest_raw if { input.x == `a` } else if "b" in ["b"]\n'
        'test_cases[x] if {\n\t"a" == "a"; some x in ["y"] # done\n\tx == "y" # "}\n}\n',
        {"test_text": "passed", "test_raw": "passed", "test_cases": "passed"},
    ),
    "mocks of rules and data": (
        "test_rule if a.allow with data.a.allow as true\ntest_alias if a.allow with other.allow as true\n"
        'test_data if a.limit == 3 with data.conf as {"limit": 3}\ntest_package if a.allow with data.a as '
        '{"allow": true}\ntest_input if a.allow with input as {"x": 2} with input.x as 1\n',
        {
            "test_rule": "passed",
            "test_alias": "passed",
            "test_data": "passed",
            "test_package": "passed",
            "test_input": "passed",
        },
    ),
    "mocks of builtins": (
        "test_value if a.now == 5 with time.now_ns as 5\n"
        'test_function if a.shouted == "M" with upper as data.a.loud\n'
        "test_local if a.total == 99 with count as mine\n"
        'test_before if { a.shouted == "ABC"; a.shouted == "V" with upper as "V" }\n',
        {"test_value": "passed", "test_function": "passed", "test_local": "passed", "test_before": "passed"},
    ),
}

# By name: a test module whose only test OPA passes and the embedded engine refuses, and a part of what that says.
REFUSED = {
    "mock of a function": ("test_x if a.use == 5 with data.a.h as 5\n", "replaces the function data.a.h"),
    "mock of a function by an alias": (
        "test_x if a.use == 99 with other.h as mine\n",
        "replaces the function data.a.h",
    ),
    "mock of a function in a helper": (
        "helper if a.use == 5 with data.a.h as 5\ntest_x if helper\n",
        "replaces the function data.a.h",
    ),
    "builtin for builtin": ("test_x if a.total == 3 with count as sum\n", "another builtin function"),
    "dotted builtin for builtin": (
        'test_x if a.digest == "9dd4e461268c8034f5c8564e155c67a6" with crypto.sha256 as crypto.md5\n',
        "crypto.sha256",
    ),
    "function by way of an import": ('test_x if a.shouted == "M" with upper as a.loud\n', "by way of an import"),
    "mock of an extension": ('test_x if a.digest == "h" with crypto.sha256 as "h"\n', "crypto.sha256"),
    "not over something undefined": ("test_x if not a.missing\n", "`not` with input.gone inside"),
}


def folder(path: Path, tests: str, rule: str = RULE) -> Path:
    """A folder of policies with these tests."""
    return write(path / "acme", {"rule.rego": rule, "rule_test.rego": HEAD + tests})


def folder_of(path: Path, cases: Mapping[str, tuple[str, object]]) -> Path:
    """A folder with the tests of all cases, each in a file and package of its own."""
    files = {
        file_of(name): HEAD.replace("package a_test", f"package a_test_{number}") + tests
        for number, (name, (tests, _)) in enumerate(cases.items())
    }
    return write(path / "acme", {"rule.rego": RULE, **files})


def file_of(name: str) -> str:
    """The file of a case."""
    return f"{name.replace(' ', '_')}_test.rego"
