from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.verification.trust.identities import check, check_path, matches, path_matches, split

WORKFLOW = "https://github.com/acme/app/.github/workflows/release.yml"
TAGS = f"{WORKFLOW}@refs/tags/*"


@pytest.mark.parametrize(
    ("pattern", "identity"),
    [
        (f"{WORKFLOW}@refs/tags/v1", f"{WORKFLOW}@refs/tags/v1"),
        (TAGS, f"{WORKFLOW}@refs/tags/v1.2.3-rc.1+build"),
        ("https://github.com/acme/*/.github/workflows/*.yml@refs/tags/v*", f"{WORKFLOW}@refs/tags/v1"),
        ("https://gitlab.com/acme/app//.gitlab-ci.yml@refs/heads/main",) * 2,
        ("spiffe://acme.example/ns/*/sa/builder", "spiffe://acme.example/ns/prod/sa/builder"),
        ("ann@acme.example", "ann@acme.example"),
        ("*@acme.example", "ann@acme.example"),
    ],
)
def test_whom_a_pattern_names(pattern: str, identity: str) -> None:
    check(pattern)
    assert matches(pattern, identity)


@pytest.mark.parametrize(
    ("pattern", "identity"),
    [
        # The branch "x@refs/tags/v1" is legal, and so is the tag-like branch below heads.
        (TAGS, f"{WORKFLOW}@refs/heads/x@refs/tags/v1"),
        (f"{WORKFLOW}@refs/*/v1", f"{WORKFLOW}@refs/heads/x@refs/tags/v1"),
        ("https://github.com/acme/app/.github/workflows/*@refs/tags/v1", f"{WORKFLOW}@refs/heads/x@refs/tags/v1"),
        (f"{WORKFLOW}@refs/tags/v1", f"{WORKFLOW}@refs/tags/v1@refs/heads/x"),
        (TAGS, f"{WORKFLOW}@refs/tags/v1@refs"),
        (TAGS, f"{WORKFLOW}@refs/tags/v1/x"),
        (TAGS, f"{WORKFLOW}@refs/tags/"),
        (TAGS, WORKFLOW),
        (WORKFLOW, f"{WORKFLOW}@refs/tags/v1"),
        # Other owners, other paths.
        ("https://github.com/acme/*", "https://github.com/acme/../evil"),
        ("https://github.com/*/app", "https://github.com/../app"),
        ("https://github.com/acme/*", "https://github.com/acme/x/y"),
        ("https://github.com/acme/*", "https://github.com/acme/"),
        ("https://github.com/acme/*/x", "https://github.com/acme//x"),
        ("https://github.com/acme/*", "https://github.com/acme/..%2fevil"),
        ("https://github.com/acme/*", "https://github.com/acme/x%2f..%2f..%2fevil"),
        ("https://github.com/acme/*", "https://github.com/acme/x?y"),
        ("https://github.com/acme/*", "https://github.com/acme/x\\evil"),
        ("https://github.com/acme/app", "https://github.com/Acme/app"),
        ("https://github.com/acme/app", "https://GitHub.com/acme/app"),
        ("https://github.com/acme/app", "https://github.com.evil.example/acme/app"),
        ("https://github.com/acme/app", "https://github.com@evil.example/acme/app"),
        ("https://github.com/acme/app", "http://github.com/acme/app"),
        ("https://github.com/acme/app", "https://github.com/acme/app/"),
        # White space and other alphabets.
        (TAGS, f"{WORKFLOW}@refs/tags/v1\n"),
        (f"{WORKFLOW}@refs/tags/v1", f"{WORKFLOW}@refs/tags/v1\n"),
        (TAGS, f"{WORKFLOW}@refs/tags/v1 "),
        (TAGS, f"{WORKFLOW}@refs/tags/v\u0661"),
        ("https://github.com/acme/*", "https://github.com/\u0430cme/app"),
        ("https://github.com/acme/*", "https://github.com/acme/app\x00"),
        # E-mail addresses.
        ("*@acme.example", "ann@evil.example@acme.example"),
        ("*@acme.example", "ann@acme.example.evil.example"),
        ("*@acme.example", "ann@ACME.example"),
        ("ann@acme.example", "ann@acme.example@evil.example"),
        ("*@acme.example", "https://evil.example/x@acme.example"),
    ],
)
def test_whom_a_pattern_does_not_name(pattern: str, identity: str) -> None:
    check(pattern)
    assert not matches(pattern, identity)


@pytest.mark.parametrize(
    "pattern",
    [
        "",
        "https://*/acme/app",
        "https://*.example/acme",
        "*://github.com/acme",
        "https://GitHub.com/acme",
        "https://user@github.com/acme",
        "https://github.com/acme/../evil",
        "https://github.com/./acme",
        "https://github.com/**",
        "https://github.com/acme/app@",
        "https://github.com/acme/app@refs//v1",
        "https://github.com/acme/app\n",
        "https://github.com/acme/ app",
        "https://github.com/\u0430cme/app",
        "ann@*.example",
        "*@*",
        "https:///acme",
    ],
)
def test_patterns_that_cannot_be_meant(pattern: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        check(pattern)


def test_a_ref_is_behind_the_first_at_of_the_path() -> None:
    assert split("https://github.com/a/b@refs/heads/x@refs/tags/v1") == (
        "https://github.com/a/b",
        "refs/heads/x@refs/tags/v1",
    )
    assert split("ann@acme.example") == ("ann@acme.example", None)
    assert split("https://user@host/a") == ("https://user@host/a", None)


def test_there_are_no_regular_expressions_and_only_one_wildcard() -> None:
    assert not path_matches("a.c", "abc")
    assert not path_matches("a?c", "abc")
    assert not path_matches("[ab]", "a")
    assert path_matches("a*b*c", "a1b2c")
    assert not path_matches("a*b*c", "a1c2b")
    assert not path_matches("ab*ba", "aba")


def test_matching_takes_linear_time() -> None:
    start = time.perf_counter()
    assert not path_matches("*a" * 2000 + "b", "a" * 200_000)
    assert time.perf_counter() - start < 2


SEGMENT = st.text(st.characters(min_codepoint=33, max_codepoint=126, exclude_characters="/*@"), min_size=1)


@given(st.lists(SEGMENT, min_size=1, max_size=5))
def test_what_has_no_star_names_itself_only(segments: list[str]) -> None:
    text = "/".join(segments)
    dots = any(segment in (".", "..") for segment in segments)
    assert path_matches(text, text) != dots
    assert not path_matches(text, text + "x")
    if not dots:
        check_path(text)


@given(st.text(), st.text())
def test_a_star_never_crosses_a_segment_or_a_ref(before: str, after: str) -> None:
    for character in "/@%\n\\ ":
        assert not path_matches("x*y", f"x{before}{character}{after}y")
