from __future__ import annotations

import pytest

from gatekeeper.errors import UsageError
from gatekeeper.model.finding import Stage
from gatekeeper.policy import catalog
from gatekeeper.policy.bundle import Bundle


def test_rules_are_sorted_and_say_what_people_need(shipped: Bundle) -> None:
    rules = shipped.rules
    assert [rule.id for rule in rules] == sorted(rule.id for rule in rules)
    assert all(rule.title and rule.description and rule.remediation and rule.needs for rule in rules)


def test_a_rule_is_found_in_any_case(shipped: Bundle) -> None:
    rule = catalog.find(shipped, "gk-inf-001")
    assert rule.id == "GK-INF-001"


def test_the_nearest_is_named(shipped: Bundle) -> None:
    with pytest.raises(UsageError) as caught:
        catalog.find(shipped, "GK-INF-00l")
    assert caught.value.hint.startswith("did you mean GK-INF-00")
    with pytest.raises(UsageError) as caught:
        catalog.find(shipped, "?")
    assert "lists all" in caught.value.hint


def test_every_stage_has_rules(shipped: Bundle) -> None:
    for stage in Stage:
        assert len([rule for rule in shipped.rules if stage in rule.stages]) >= 20
