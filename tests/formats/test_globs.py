from __future__ import annotations

import time

import pytest

from gatekeeper.formats.globs import matches, may_match_below, segment_matches


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("a/*.tf", "a/b.tf", True),
        ("a/*.tf", "a/b/c.tf", False),
        ("a/**", "a/b/c.tf", True),
        ("**/c.tf", "c.tf", True),
        ("**/c.tf", "a/b/c.tf", True),
        ("a/**/c.tf", "a/c.tf", True),
        ("a/**/c.tf", "b/c.tf", False),
        ("?.tf", "a.tf", True),
        ("[ab].tf", "a.tf", False),
        ("a/*", "a", False),
        ("", "", True),
    ],
)
def test_globs(pattern: str, path: str, expected: bool) -> None:
    assert matches(pattern, path) is expected


def test_a_pattern_cannot_explode() -> None:
    start = time.process_time()
    assert not segment_matches("*a" * 500 + "b", "a" * 5000)
    assert not matches("**/" * 500 + "b", "a/" * 1000 + "a")
    assert time.process_time() - start < 30


@pytest.mark.parametrize(
    ("pattern", "folder", "expected"),
    [
        ("vendor/acme/**", "vendor", True),
        ("vendor/acme/**", "vendor/other", False),
        ("**/x", "a/b", True),
        ("x", "x", False),
    ],
)
def test_what_may_match_below(pattern: str, folder: str, expected: bool) -> None:
    assert may_match_below(pattern, folder) is expected
