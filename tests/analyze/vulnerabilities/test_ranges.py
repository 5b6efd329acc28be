from __future__ import annotations

import pytest

from gatekeeper.analyze.vulnerabilities.ranges import fixes, is_affected
from gatekeeper.analyze.vulnerabilities.versions import parse
from gatekeeper.model.json import JsonObject


def ranges(*events: dict[str, str], kind: str = "ECOSYSTEM") -> JsonObject:
    return {"ranges": [{"type": kind, "events": list(events)}]}


@pytest.mark.parametrize(
    ("affected", "version", "expected"),
    [
        (ranges({"introduced": "0"}, {"fixed": "2.0"}), "1.9", True),
        (ranges({"introduced": "0"}, {"fixed": "2.0"}), "2.0", False),
        (ranges({"introduced": "0"}, {"fixed": "2.0"}), "2.0rc1", True),
        (ranges({"introduced": "1.5"}), "1.4", False),
        (ranges({"introduced": "1.5"}), "9", True),
        (ranges({"introduced": "1"}, {"last_affected": "1.2"}), "1.2", True),
        (ranges({"introduced": "1"}, {"last_affected": "1.2"}), "1.2.1", False),
        # Events may stand in any order, and a range may open again.
        (ranges({"fixed": "4"}, {"introduced": "3"}, {"fixed": "2"}, {"introduced": "1"}), "3.1", True),
        (ranges({"fixed": "4"}, {"introduced": "3"}, {"fixed": "2"}, {"introduced": "1"}), "2.5", False),
        ({"versions": ["1.0", "no version"]}, "1.0.0", True),
        ({"versions": ["1.0"]}, "1.1", False),
        (ranges({"introduced": "0"}, kind="GIT"), "1.0", False),
        ({}, "1.0", False),
    ],
)
def test_evaluation(affected: JsonObject, version: str, expected: bool) -> None:
    assert is_affected("PyPI", affected, parse("PyPI", version)) is expected


def test_fixes_are_those_above_the_version() -> None:
    affected = ranges({"introduced": "0"}, {"fixed": "1.10"}, {"introduced": "2"}, {"fixed": "2.9"})
    assert fixes("PyPI", affected, parse("PyPI", "2.1")) == ["2.9"]
    assert fixes("PyPI", affected, parse("PyPI", "1.2")) == ["1.10", "2.9"]


def test_an_event_that_says_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="an event without"):
        is_affected("PyPI", ranges({"unfixed": "1"}), parse("PyPI", "1"))
