"""Rules that read the same go to one worker."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.model.finding import Rule, Severity
from gatekeeper.policy.engines.sharing import Share, share_out

SIZES = {"kubernetes": 6_000_000, "terraform": 1_000_000, "openapi": 10}
RULE = Rule("R", "p", "p.rego", "t", "d", Severity.LOW, "r", ())


def rules(*needs: tuple[str, ...]) -> list[Rule]:
    return [dataclasses.replace(RULE, id=f"R{number}", needs=kinds) for number, kinds in enumerate(needs)]


def shown(shares: Sequence[Share]) -> list[tuple[tuple[str, ...], list[str]]]:
    return [(share.needs, [rule.id for rule in share.rules]) for share in shares]


def test_one_worker_loads_each_set_of_kinds_once() -> None:
    shares = share_out(rules(("terraform",), ("kubernetes",), ("terraform",), ("kubernetes",)), SIZES, 1)
    assert shown(shares) == [(("kubernetes",), ["R1", "R3"]), (("terraform",), ["R0", "R2"])]


def test_rules_join_those_that_need_more() -> None:
    both = ("kubernetes", "terraform")
    shares = share_out(rules(("terraform",), both, ("openapi",), ("kubernetes",)), SIZES, 1)
    assert shown(shares) == [(both, ["R0", "R1", "R3"]), (("openapi",), ["R2"])]


def test_what_costs_most_is_split_and_comes_first() -> None:
    shares = share_out(rules(*[("kubernetes",)] * 20, *[("terraform",)] * 20, ("openapi",)), SIZES, 2)
    assert [share.needs for share in shares[:2]] == [("kubernetes",), ("kubernetes",)]
    assert [share.needs[0] for share in shares[-2:]] == ["terraform", "openapi"]


def test_rules_that_read_nothing() -> None:
    assert [len(share.rules) for share in share_out(rules((), ()), {}, 2)] in ([2], [1, 1])
    assert share_out([], {}, 2) == []


@given(
    st.lists(st.lists(st.sampled_from(sorted(SIZES)), unique=True).map(lambda kinds: tuple(sorted(kinds)))),
    st.integers(1, 9),
)
def test_every_rule_is_in_one_share_with_its_needs(needs: list[tuple[str, ...]], workers: int) -> None:
    given_rules = rules(*needs)
    shares = share_out(given_rules, SIZES, workers)
    assert sorted(rule.id for share in shares for rule in share.rules) == sorted(rule.id for rule in given_rules)
    for share in shares:
        assert share.needs in [rule.needs for rule in given_rules]
        assert all(set(rule.needs) <= set(share.needs) for rule in share.rules)
