"""Patterns, wildcards, messages, texts and quantities: what the embedded engine answers differently by itself."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import pytest

from gatekeeper.errors import EngineFailure
from gatekeeper.model.json import Json
from gatekeeper.policy.engines.regorus_engine import guarded, new_engine
from tests.policy.engines.builtins.asking import REFUSED, Call, call, embedded, in_opa, reason

pytestmark = pytest.mark.services

TEXTS = [
    "", "a", "K", "\u212a", "\u017f", "é", "ß", "\u0130", "Σς", "\u0663", "_", " ", "\u00a0", "\v", "\n", "a\nb", "𝄞b",
    "a-b&c", "]{", "ab",
]  # fmt: skip
REGEXES = [
    r"\d", r"\w+", r"\s", r"\b", r"\Bb", r"^\w+$", r"[^\w]", r"[\d-]", r"[\w.-]+", r"(?i)k", r"(?i:S)b?", r"[a-c&&[b]]",
    r"[[a]]", r"[~~]", r"\<", r"\_", r"\-", r"a{2}", r"a{,2}", r"{", r"a{", "]", r"\Qa-b\E&", r"\x{61}", r"\pL",
    r"\0141",
    r"\p{Greek}", r"\PL", r"[[:alpha:]]", r"[[:^space:]]", r"(?P<n>a)|b", r"(?<n>a)", r"(a|b)*?", r"(?s).", r"(?m)^b$",
    r"\z", r"a$", "", "()", "x*", r"[]a]", r"[^]a]", r"[a-]", r"\n", "é", "#", "(?U)a+",
]  # fmt: skip
REFUSED_REGEXES = [
    "[", "(", "a++", "a**", r"\u0041", "(?x) a", "(?R)", "a{1001}", "[z-a]", "(?=a)", r"\1", "[a--b]",
    r"\p{Alphabetic}",    r"\b{start}x{2}{3}", "(?u)a", "[[:nope:]]", "*a", r"\8", r"\e",
]  # fmt: skip


def assert_same(opa: Path, calls: Sequence[Call]) -> None:
    differing = [
        (asked, right, ours)
        for asked, right, ours in zip(calls, in_opa(opa, calls), embedded(calls), strict=True)
        if ours != right
    ]
    assert differing == []


def test_regular_expressions_are_those_of_go(opa: Path) -> None:
    calls = []
    for pattern in REGEXES:
        calls.append(call("regex.is_valid", pattern))
        for text in TEXTS:
            calls += [call("regex.match", pattern, text), call("regex.split", pattern, text)]
            calls += [call("regex.find_n", pattern, text, -1), call("regex.find_n", pattern, text, 1)]
            calls += [call("regex.replace", text, pattern, "<$0>"), call("re_match", pattern, text)]
            calls.append(call("regex.find_all_string_submatch_n", pattern, text, -1))
    assert_same(opa, calls)


def test_what_is_no_expression_there_is_none_here(opa: Path) -> None:
    names = ("regex.match", "regex.split", "re_match")
    calls = [call(name, pattern, "a") for pattern in REFUSED_REGEXES for name in names]
    calls += [call("regex.replace", "a", pattern, "") for pattern in REFUSED_REGEXES]
    assert set(map(str, embedded(calls))) == {REFUSED}
    calls += [call("regex.is_valid", pattern) for pattern in [*REFUSED_REGEXES, 5]]
    calls.append(call("regex.match", 5, "a"))
    assert_same(opa, [asked for asked in calls if asked.operands[0] != r"\p{Alphabetic}"])
    assert reason(call("regex.match", "a++", "a")) == (
        "regex.match: error parsing regexp: invalid nested repetition operator: `a++`"
    )


def test_any_regular_expressions(opa: Path) -> None:
    dice = random.Random(7)
    pieces = [*REGEXES, "a", "b", ".", "|", "+", "*", "?", "(a|b)", "(b)", "$", "^"]
    calls = []
    for _ in range(700):
        pattern = "".join(dice.choices(pieces, k=dice.randint(1, 4)))
        text = "".join(dice.choices(TEXTS, k=dice.randint(0, 4)))
        calls += [call("regex.find_n", pattern, text, -1), call("regex.split", pattern, text)]
    found = zip(calls, in_opa(opa, calls), embedded(calls), strict=True)
    assert [one for one in found if one[1] != one[2] and one[2] != REFUSED] == []


def test_wildcards(opa: Path) -> None:
    dice = random.Random(7)
    pieces = [
        "a",
        "b",
        ".",
        "/",
        "*",
        "**",
        "?",
        "[ab]",
        "[!a]",
        "[a-c]",
        "é",
        "\\*",
        "{a,b}",
        "{a*,b}",
        "{a,}",
        ",",
        "}",
    ]
    pieces += ["[a", "{", "\\", "[]", "[^a]"]
    delimiters: list[Json] = [[], None, ["/"], [".", "/"], ["é"]]
    calls = []
    for _ in range(1500):
        pattern = "".join(dice.choices(pieces, k=dice.randint(0, 5)))
        text = "".join(dice.choices(["a", "b", "c", ".", "/", "é", "*", "𝄞"], k=dice.randint(0, 5)))
        calls.append(call("glob.match", pattern, dice.choice(delimiters), text))
    calls += [call("glob.match", "*", ["ab"], "a"), call("glob.match", "*", "a", "a"), call("glob.match", 1, [], "a")]
    assert_same(opa, calls)


FORMS = [
    "%s", "%d", "%v", "%q", "%x", "%X", "%o", "%O", "%b", "%e", "%E", "%f", "%g", "%G", "%t", "%T", "%c", "%U", "%z",
    "%p",
    "%5d", "%-5d|", "%05d", "%+d", "% d", "%.3d", "%08b", "%#x", "%#o", "%.2f", "%6.1f|", "%-8.1f|", "%+.1f", "%08.2f",
    "%.3g", "%10s|", "%-10s|", "%.2s", "%+v", "%5v|", "%%", "%", "100%!", "none", "%s %s", "%v%%%v", "é%v𝄞",
]  # fmt: skip
VALUES: list[Json] = [
    "a", "é𝄞", '"\n\x00<&>\u00a0', "", 5, -5, 0, 7000000000, 65, 1.5, -0.25, 1e-7, 123456789.125, 0.1, 1234567.5, True,
    None, [], {}, ["a", 1, None, [True]], {"b": 1, "a": {"c": "d"}},
]  # fmt: skip


def test_messages(opa: Path) -> None:
    calls = [call("sprintf", form, [value]) for form in FORMS for value in VALUES]
    calls += [call("sprintf", form, ["a", 1, 2.5]) for form in FORMS] + [call("sprintf", form, []) for form in FORMS]
    calls += [call("sprintf", "%v", ["a"] * count) for count in range(3)] + [
        call("sprintf", "a", 1),
        call("sprintf", 1, []),
    ]
    refused = [asked for asked, ours in zip(calls, embedded(calls), strict=True) if ours == REFUSED]
    assert len(refused) < len(calls) / 20  # fractions in bases two and 16, odd flags
    assert_same(opa, [asked for asked in calls if asked not in refused])


def test_sets_in_messages() -> None:
    """As OPA has them: sorted by type and value; a set of composite values is refused, not written in another order."""
    engine = new_engine([("a.rego", 'package a\nx := sprintf("%v %v", [{2, "b", null, "a", true, 1.5}, [set()]])\n')])
    assert engine.eval_rule("data.a.x") == '{null, true, 1.5, 2, "a", "b"} [set()]'
    engine = new_engine([("a.rego", 'package a\nx := sprintf("%v", [{[1], [0]}])\n')])
    with pytest.raises(EngineFailure, match="takes no sets of arrays"):
        guarded(lambda: engine.eval_rule("data.a.x"))


def test_texts(opa: Path) -> None:
    parts = ["", "a", "b", "é", "𝄞"]
    calls = [call(name, text, part) for name in ("indexof", "indexof_n") for text in ["aaa", *TEXTS] for part in parts]
    swaps: list[Json] = [{"a": "b", "b": "a"}, {"ab": "x", "a": "y"}, {"é": ""}, {}]
    calls += [call("strings.replace_n", swap, text) for swap in swaps for text in [*TEXTS, "abba"]]
    queries = [
        "a=b&c=d",
        "a=1&a=2",
        "a",
        "=b",
        "a;b",
        "a+b%20c",
        "%zz",
        "%",
        "%C3%A9",
        "a&&b",
        "",
        "~-_.!*'()/?",
        " \t",
    ]
    names = ("urlquery.decode", "urlquery.decode_object", "urlquery.encode")
    calls += [call(name, text) for name in names for text in [*queries, *TEXTS]]
    assert_same(opa, calls)


def test_quantities(opa: Path) -> None:
    amounts = [
        "10K",
        "10Ki",
        "1.5Mi",
        "100m",
        "1e3",
        "1KB",
        "1kb",
        "1MiB",
        "2B",
        "1 K",
        "",
        "K",
        "-1",
        "0.1m",
        "1Ti",
        '"1K"',
    ]
    calls = [
        call(name, text) for name in ("units.parse", "units.parse_bytes") for text in [*amounts, "1_0", "1.7Gi", ".5"]
    ]
    numbers: list[Json] = ["1", "-2.5", "1e2", " 1", "1\n", "a", "", "0x1", 5, -1, True, False, None, [], {}]
    calls += [call("to_number", value) for value in numbers]
    instants = ["2024-01-02T03:04:05Z", "2024-01-02T03:04:05.5+02:00", "2024-01-02 03:04:05Z", "2024-02-30T00:00:00Z"]
    instants += ["2024-01-02t03:04:05z", "2024-01-02T03:04:60Z", "2024-01-02T24:00:00Z", "2024-01-02", ""]
    calls += [call("time.parse_rfc3339_ns", text) for text in instants]
    assert_same(opa, calls)


def test_exponents_are_bounded_as_in_opa(opa: Path) -> None:
    amounts = [
        "1e999999999K",
        "1e-999999999K",
        "1.5e999999999K",
        "1e0000001",
        "1e+0000001",
        "2e000001K",
        "1.5e+000002K",
    ]
    assert_same(opa, [call(name, text) for name in ("units.parse", "units.parse_bytes") for text in amounts])
    assert "has an exponent that is too large" in reason(call("units.parse", "1e999999999K"))
