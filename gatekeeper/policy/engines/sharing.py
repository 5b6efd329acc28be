"""Which rules a worker process is given together, so that it loads the evidence that they read once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gatekeeper.model.finding import Rule

_PARTS = 2  # a worker: with more, fewer are idle at the end, but more load the same evidence


@dataclass(frozen=True, slots=True)
class Share:
    """Rules, and the kinds of evidence that one of them needs; the others need some of these."""

    needs: tuple[str, ...]
    rules: tuple[Rule, ...]


def share_out(rules: Sequence[Rule], sizes: Mapping[str, int], workers: int) -> list[Share]:
    """Shares of all rules, the most laborious first.

    The labour of a rule is taken to be the bytes (``sizes``) of the kinds that it needs. A rule joins those that need
    more kinds: it does not see them, for it refers to none of them.
    """
    groups = _groups(rules)
    labour = {needs: sum(_labour(rule.needs, sizes) for rule in group) for needs, group in groups.items()}
    part = sum(labour.values()) / (workers * _PARTS)
    shares: list[tuple[float, Share]] = []
    for needs, group in groups.items():
        count = 1 if workers == 1 else min(len(group), max(1, round(labour[needs] / part)))
        # Every count-th, since neighbours are often alike.
        shares += [(labour[needs] / count, Share(needs, tuple(group[offset::count]))) for offset in range(count)]
    shares.sort(key=lambda pair: pair[0], reverse=True)
    return [share for _, share in shares]


def _groups(rules: Sequence[Rule]) -> Mapping[tuple[str, ...], Sequence[Rule]]:
    """Rules by the smallest set of kinds that is no part of another rule's and holds all that they need."""
    largest: list[tuple[str, ...]] = []
    for needs in sorted({rule.needs for rule in rules}, key=lambda kinds: (-len(kinds), kinds)):
        if not any(set(needs) <= set(other) for other in largest):
            largest.append(needs)
    groups: dict[tuple[str, ...], list[Rule]] = defaultdict(list)
    for rule in rules:
        groups[next(needs for needs in reversed(largest) if set(rule.needs) <= set(needs))].append(rule)
    return groups


def _labour(needs: tuple[str, ...], sizes: Mapping[str, int]) -> int:
    return 1 + sum(sizes[kind] for kind in needs)
