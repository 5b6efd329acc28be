"""A new rule from the template."""

from __future__ import annotations

from pathlib import Path

import pytest

from gatekeeper.errors import UsageError
from gatekeeper.policy.template import create_rule


def test_a_new_rule(tmp_path: Path) -> None:
    written = create_rule("kubernetes/team_label", tmp_path / "policies")
    target = tmp_path / "policies" / "kubernetes" / "team_label"
    assert [path.relative_to(target).as_posix() for path in written] == [
        "flag/unowned.yaml",
        "pass/owned.yaml",
        "rule.rego",
        "rule_test.rego",
    ]
    rule = (target / "rule.rego").read_text()
    assert "package rules.kubernetes.team_label\n" in rule
    assert "#   id: KUBERNETES-TEAM-LABEL\n" in rule
    assert "DOMAIN" not in rule + (target / "rule_test.rego").read_text()
    assert [path.name for path in target.parent.iterdir()] == ["team_label"]


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    target = tmp_path / "a" / "b"
    target.mkdir(parents=True)
    with pytest.raises(UsageError, match="is there already"):
        create_rule("a/b", tmp_path)
    assert list(target.iterdir()) == []


@pytest.mark.parametrize(
    "name", ["a", "a/b/c", "/b", "a/", "../b", "a/B", "a/b-c", "a/with", "flag/b", "a/b_test", "a/1b", "a/b\n", ""]
)
def test_names_that_cannot_be(name: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        create_rule(name, tmp_path)
    assert list(tmp_path.iterdir()) == []
