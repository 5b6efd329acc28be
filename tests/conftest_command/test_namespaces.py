from __future__ import annotations

import time

import pytest

from gatekeeper.conftest.namespaces import matching
from gatekeeper.errors import UsageError


@pytest.mark.parametrize(
    ("pattern", "name", "expected"),
    [
        ("main", "main", True),
        ("ma", "main", False),
        ("*", "", True),
        ("main.*", "main.gke.sub", True),
        ("main.*", "main", False),
        ("m?in", "main", True),
        ("m?in", "min", False),
        ("[l-n]ain", "main", True),
        ("[^l-n]ain", "main", False),
        ("[]-a]", "a", None),
        ("[a]*[n-z]", "abn", True),
        ("\\*", "*", True),
        ("\\*", "a", False),
        ("[\\]]", "]", True),
        ("[", "a", None),
        ("[a", "a", None),
        ("[a-]", "a", None),
        ("a\\", "a", None),
    ],
)
def test_patterns_are_those_of_gos_path_match(pattern: str, name: str, expected: bool | None) -> None:
    if expected is None:
        with pytest.raises(UsageError, match="syntax error in pattern"):
            matching(pattern, name)
    else:
        assert matching(pattern, name) is expected


def test_many_stars_take_no_longer() -> None:
    started = time.monotonic()
    assert not matching("a*" * 50 + "b", "a" * 2000)
    assert time.monotonic() - started < 2
