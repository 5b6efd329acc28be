"""Digests, what is deprecated, and structures: the same answers as OPA gives."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatekeeper.model.json import Json
from tests.policy.engines.builtins.asking import call, embedded, in_opa

pytestmark = pytest.mark.services
VALUES: list[Json] = ["", "abc", "é𝄞", "a\x00b", "x" * 1000, 1, None, True, 1.5, [], {}, ["a"], {"$set": ["a"]}]
LISTS: list[Json] = [[True], [True, False], [False], [1], ["true"], {"$set": [True]}, {"$set": [True, False]}]
NESTED: list[Json] = [{"$set": []}, [[1], [2, [3]], 4], [[], [[]]], [None, True], [{"a": [1]}]]
PATTERNS: list[Json] = ["a+", "^a$", "(?i)A", "[0-9]", "[", "(?=a)", "\\pL", "", 1]


def test_digests(opa: Path) -> None:
    calls = [call(f"crypto.{name}", value) for name in ("md5", "sha1", "sha256") for value in VALUES]
    calls += [
        call(f"crypto.hmac.{name}", first, second)
        for name in ("md5", "sha1", "sha256", "sha512", "equal")
        for first in VALUES
        for second in VALUES[:8]
    ]
    assert embedded(calls) == in_opa(opa, calls)


def test_truth_of_collections_and_flat_arrays(opa: Path) -> None:
    names = ("any", "all", "array.flatten")
    calls = [call(name, value) for name in names for value in [*VALUES, *LISTS, *NESTED]]
    assert embedded(calls) == in_opa(opa, calls)


def test_patterns(opa: Path) -> None:
    calls = [call("re_match", pattern, value) for pattern in PATTERNS for value in ["a", "aa", "A", "\n", "é", 1, "3"]]
    assert embedded(calls) == in_opa(opa, calls)


@settings(max_examples=3)
@given(st.lists(st.tuples(st.text(), st.text()), min_size=50, max_size=200))
def test_digests_of_any_text(opa: Path, texts: list[tuple[str, str]]) -> None:
    calls = [call("crypto.hmac.sha256", *pair) for pair in texts] + [call("crypto.sha1", text) for text, _ in texts]
    assert embedded(calls) == in_opa(opa, calls)
