"""Which findings a screen has room for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from gatekeeper.model.finding import JudgedFinding

SHOWN = 10
OF_ONE_RULE = 3


@dataclass(frozen=True, slots=True)
class Group:
    """Shown findings of one rule, severity and effect, and how many of them are not shown."""

    findings: tuple[JudgedFinding, ...]
    hidden: int


@dataclass(frozen=True, slots=True)
class Selection:
    """The groups, the worst first; and how many findings of which rules have no group at all."""

    groups: tuple[Group, ...]
    hidden: Counter[str]


def select(findings: Sequence[JudgedFinding]) -> Selection:
    """Choose at most ten of ``findings``, which come the worst first.

    The worst ten, but at most three of the same rule before others had their turn: forty images without a digest are
    one problem to mend, and must not hide nine others. What room is left goes to the rest, the worst first. Findings
    of the same rule, severity and effect stand together, since they share their mend.
    """
    seen: Counter[str] = Counter()
    first: list[int] = []
    later: list[int] = []
    for number, finding in enumerate(findings):
        seen[finding.rule] += 1
        (first if seen[finding.rule] <= OF_ONE_RULE else later).append(number)
    chosen = sorted((first + later)[:SHOWN])
    groups: dict[tuple[str, str, str], list[JudgedFinding]] = {}
    for number in chosen:
        groups.setdefault(_key(findings[number]), []).append(findings[number])
    hidden = Counter(_key(finding) for finding in findings)
    shown = tuple(Group(tuple(group), hidden.pop(key) - len(group)) for key, group in groups.items())
    rest: Counter[str] = Counter()
    for (rule, *_), count in hidden.items():
        rest[rule] += count
    return Selection(shown, rest)


def _key(finding: JudgedFinding) -> tuple[str, str, str]:
    return finding.rule, finding.severity, finding.effect
