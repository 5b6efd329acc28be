from __future__ import annotations

import pytest

from gatekeeper.report.printable import listed, printable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("k8s/api.yaml", "k8s/api.yaml"),
        ("naïve 名前.tf", "naïve 名前.tf"),
        ("a\tb", "a b"),
        ("a\nb\r\nc", r"a\nb\r\nc"),
        ("\x1b[2J\x1b]0;title\x07", r"\x1b[2J\x1b]0;title\x07"),
        ("\x9b2J\x85", r"\x9b2J\x85"),
        ("user\u202etxt.exe", r"user\u202etxt.exe"),
        ("zero\u200bwidth\ufeff", r"zero\u200bwidth\ufeff"),
        ("two\u2028lines", r"two\u2028lines"),
        ("half \ud83d", r"half \ud83d"),
    ],
)
def test_what_cannot_be_seen_becomes_an_escape(text: str, shown: str) -> None:
    assert printable(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("::error file=x::boo", r"\::error file=x::boo"),
        ("   ::set-output name=x::y", r"   \::set-output name=x::y"),
        ("\t::warning::", r" \::warning::"),
        ("text ##[error]boo", r"text #\#[error]boo"),
        ("##vso[task.setvariable]", r"#\#vso[task.setvariable]"),
        ("###[x]", r"##\#[x]"),
        ("std::vector", "std::vector"),
        ("## A heading [x]", "## A heading [x]"),
    ],
)
def test_commands_to_a_runner_are_broken(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_what_is_too_long_is_cut() -> None:
    assert printable("x" * 11, 10) == "x" * 10 + "..."
    assert printable("x" * 10, 10) == "x" * 10


def test_a_listing_says_how_many_more_there_are() -> None:
    assert listed(["a", "b\n"], 2) == r"a, b\n"
    assert listed(["a", "b", "c"], 2) == "a, b and 1 more"
