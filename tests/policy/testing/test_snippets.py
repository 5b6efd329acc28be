"""What snippets expect of a rule."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from gatekeeper.errors import EngineFailure
from gatekeeper.formats import jsonable
from gatekeeper.model.coverage import Coverage, CoveredFile, Status
from gatekeeper.model.evidence import Evidence
from gatekeeper.model.finding import Rule, Severity, Stage
from gatekeeper.policy.testing.snippets import Snippet, compare, expected_lines, find_orphans, find_snippets, unread
from tests.policy.writing import write

RULE = Rule("ACME-1", "acme", "a/rule.rego", "t", "d", Severity.LOW, "r", (Stage.CHANGE,), needs=("dockerfile",))
EMPTY = jsonable.plain(Evidence())


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("a: 1 # gatekeeper: expect\nb: 2\n", {1}),
        ("# gatekeeper: expect\nUSER root\n", {2}),
        ("  // gatekeeper: expect\n  x\n", {2}),
        ("# gatekeeper: expect\n# gatekeeper: expect\nx\n", {3}),
        ('{\n  "$comment": "gatekeeper: expect",\n  "a": 1\n}', {3}),
        ("<!-- gatekeeper: expect -->\n<a/>\n", {2}),
        ("x # gatekeeper: expect\r\ny\r\n", {1}),
        ("# gatekeeper: expected\nx\n", set()),
        ("# gatekeeper: expect", set()),
        ("\x00\xff\n", set()),
    ],
)
def test_expected_lines(text: str, lines: set[int]) -> None:
    assert expected_lines({"f": text.encode("latin-1")}) == {("f", line) for line in lines}


def judged(flagged: bool, found: list[int], expected: list[int]) -> str:
    snippet = Snippet(RULE, Path("f"), "a/flag/f", "flag/f", flagged)
    lines = [("f", line) for line in found]
    return compare(snippet, lines, ["bad"] * len(lines), frozenset(("f", line) for line in expected))


def test_what_a_rule_must_flag() -> None:
    assert judged(True, [3], []) == ""
    assert judged(True, [3, 3], [3]) == ""
    assert judged(True, [], [3]) == "not flagged"
    assert judged(True, [4], [3]) == "not flagged: f:3; flagged besides: f:4 (bad)"
    assert judged(True, [3, 0], [3]) == "flagged besides: f (bad)"


def test_what_a_rule_must_not_flag() -> None:
    assert judged(False, [], []) == ""
    assert judged(False, [4], []) == "flagged: f:4 (bad)"
    assert judged(False, [], [4]) == "f:4: nothing can be expected in pass/"


def covered(status: Status, reason: str = "") -> Coverage:
    return Coverage((CoveredFile("Dockerfile", status, "dockerfile", reason=reason),))


def test_a_tree_that_proves_nothing() -> None:
    evidence = {**EMPTY, "dockerfile": [{}]}
    assert unread(RULE, covered(Status.READ), evidence, EMPTY) == ""
    assert "is its name right?" in unread(RULE, covered(Status.UNCLAIMED), EMPTY, EMPTY)
    assert unread(RULE, covered(Status.FAILED, "broken"), evidence, EMPTY) == "Dockerfile is failed: broken"
    assert unread(RULE, covered(Status.EXCLUDED, "vendored"), evidence, EMPTY) == "Dockerfile is left out (vendored)"
    assert unread(RULE, covered(Status.READ), EMPTY, EMPTY) == "holds nothing that the rule reads (dockerfile)"


def test_rules_about_text_and_about_coverage() -> None:
    secrets, gaps = replace(RULE, needs=("secrets",)), replace(RULE, needs=("coverage",))
    assert unread(secrets, covered(Status.UNCLAIMED), EMPTY, EMPTY) == ""
    assert unread(gaps, covered(Status.FAILED), EMPTY, EMPTY) == ""


def test_snippets_lie_beside_their_rule(tmp_path: Path) -> None:
    write(tmp_path, {"a/flag/Dockerfile": "", "a/pass/two/main.tf": "", "a/other/x": "", "flag/x": ""})
    found = find_snippets([(RULE, tmp_path / "a" / "rule.rego")], tmp_path)
    assert [(snippet.name, snippet.flagged) for snippet in found] == [("flag/Dockerfile", True), ("pass/two", False)]
    assert found[0].shown == f"{tmp_path}/a/flag/Dockerfile"


def test_two_rules_cannot_share_snippets(tmp_path: Path) -> None:
    write(tmp_path, {"a/flag/Dockerfile": ""})
    other = replace(RULE, id="ACME-2")
    with pytest.raises(EngineFailure, match="may belong to ACME-1 or to ACME-2"):
        find_snippets([(RULE, tmp_path / "a" / "rule.rego"), (other, tmp_path / "a" / "other.rego")], tmp_path)


def test_a_link_is_no_snippet(tmp_path: Path) -> None:
    (tmp_path / "a" / "flag").mkdir(parents=True)
    (tmp_path / "a" / "flag" / "x").symlink_to("/etc/passwd")
    with pytest.raises(EngineFailure, match="no link"):
        find_snippets([(RULE, tmp_path / "a" / "rule.rego")], tmp_path)


def test_snippets_that_lost_their_rule_are_found(tmp_path: Path) -> None:
    files = (
        "a/rule.rego",
        "a/flag/x",
        "a/flag/pass/x",
        "b/rule_test.rego",
        "b/pass/x",
        "c/flag/x",
        "c/pass/x",
        "d/pass/x",
    )
    write(tmp_path, dict.fromkeys(files, "x"))
    orphans = find_orphans([tmp_path / "a" / "rule.rego"], tmp_path)
    assert [path.relative_to(tmp_path).as_posix() for path in orphans] == ["b/pass", "c/flag", "c/pass"]
