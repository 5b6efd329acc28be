from __future__ import annotations

from gatekeeper.model.finding import JudgedFinding
from gatekeeper.report.worst import Selection, select
from tests.report.samples import finding


def findings(*rules: tuple[str, int]) -> list[JudgedFinding]:
    """Findings of these rules, so many of each, in this order."""
    return [finding(rule, f"{n}.tf", n + 1) for rule, count in rules for n in range(count)]


def shown(selection: Selection) -> dict[str, tuple[int, int]]:
    return {group.findings[0].rule: (len(group.findings), group.hidden) for group in selection.groups}


def test_few_are_all_shown() -> None:
    selection = select(findings(("GK-INF-001", 4), ("GK-API-001", 6)))
    assert shown(selection) == {"GK-INF-001": (4, 0), "GK-API-001": (6, 0)}
    assert not selection.hidden


def test_one_rule_does_not_crowd_out_the_others() -> None:
    selection = select(findings(("GK-INF-001", 40), ("GK-API-001", 2), ("GK-GATE-002", 1)))
    assert shown(selection) == {"GK-INF-001": (7, 33), "GK-API-001": (2, 0), "GK-GATE-002": (1, 0)}


def test_the_worst_come_first_among_many_rules() -> None:
    selection = select(
        findings(("GK-INF-001", 5), ("GK-INF-007", 3), ("GK-API-001", 3), ("GK-PIP-002", 3), ("GK-GATE-002", 2))
    )
    assert shown(selection) == {"GK-INF-001": (3, 2), "GK-INF-007": (3, 0), "GK-API-001": (3, 0), "GK-PIP-002": (1, 2)}
    assert selection.hidden == {"GK-GATE-002": 2}


def test_within_a_rule_the_order_is_kept() -> None:
    [group] = select(findings(("GK-INF-001", 12))).groups
    assert [one.location.path for one in group.findings] == [f"{n}.tf" for n in range(10)]
