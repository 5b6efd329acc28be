"""Findings that were there before: in the baseline, or in the base of a change."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from gatekeeper.decide.fingerprints import fingerprint
from gatekeeper.model.finding import Finding, KnownFinding, Rule, Severity
from gatekeeper.settings.layers import GATES_OWN


class Since(StrEnum):
    """What knows a finding."""

    BASE = "base"
    BASELINE = "baseline"


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One finding as a baseline sees it."""

    rule: str
    severity: Severity
    subject: str
    path: str
    fingerprint: str

    @property
    def may_be_known(self) -> bool:
        """What the gate could not see is never excused by having been so before."""
        return self.severity is not Severity.ERROR and not self.rule.startswith(GATES_OWN)


def occurrence(finding: Finding, rule: Rule) -> Occurrence:
    """The finding of ``rule`` as a baseline sees it."""
    name = fingerprint(finding, foreign=rule.foreign)
    return Occurrence(finding.rule, finding.severity, finding.subject, finding.at.path, name)


def known_findings(findings: Iterable[Finding], rules: Mapping[str, Rule]) -> tuple[KnownFinding, ...]:
    """Findings of ``rules`` (by id), e.g. those of the base of a change, as ``decide`` takes them."""
    return counted(occurrence(finding, rules[finding.rule]) for finding in findings)


def counted(occurrences: Iterable[Occurrence]) -> tuple[KnownFinding, ...]:
    """Occurrences as entries with counts, in the order of a baseline file; those that may not be known are left out."""
    counts: Counter[tuple[str, str, str, str]] = Counter(
        (one.rule, one.path, one.subject, one.fingerprint) for one in occurrences if one.may_be_known
    )
    return tuple(KnownFinding(*key, count) for key, count in sorted(counts.items()))


def match(
    occurrences: Sequence[Occurrence], base: Sequence[KnownFinding], baseline: Sequence[KnownFinding]
) -> list[Since | None]:
    """For each finding whether it is known; the same for any order of the entries.

    Of one fingerprint as many are known as the base or the baseline counts, whichever is more: together they excuse
    no more than each. Those in the files that the entries name go first; what is left over excuses findings elsewhere,
    for a file may have been renamed.
    """
    places: defaultdict[str, list[int]] = defaultdict(list)
    for number, one in enumerate(occurrences):
        if one.may_be_known:
            places[one.fingerprint].append(number)
    counts = {Since.BASE: _by_fingerprint(base), Since.BASELINE: _by_fingerprint(baseline)}
    result: list[Since | None] = [None] * len(occurrences)
    for name, numbers in places.items():
        paths = [occurrences[number].path for number in numbers]
        for index, since in _choose(paths, counts[Since.BASE].get(name), counts[Since.BASELINE].get(name)):
            result[numbers[index]] = since
    return result


def _by_fingerprint(entries: Sequence[KnownFinding]) -> dict[str, Counter[str]]:
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for entry in entries:
        counts[entry.fingerprint][entry.path] += entry.count
    return counts


def _choose(
    paths: Sequence[str], base: Counter[str] | None, baseline: Counter[str] | None
) -> Iterator[tuple[int, Since]]:
    """Indexes of ``paths``, where findings of one fingerprint stand, and what knows them."""
    left = list(range(len(paths)))
    taken: set[int] = set()
    for since, counts in ((Since.BASE, base or Counter()), (Since.BASELINE, baseline or Counter())):
        room = counts.total() - len(taken)
        if room <= 0:
            continue
        free = counts.copy()
        free.subtract(paths[index] for index in taken)
        here = []
        for index in left:
            if free[paths[index]] > 0:
                free[paths[index]] -= 1
                here.append(index)
        in_place = set(here)
        chosen = [*here, *(index for index in left if index not in in_place)][:room]
        yield from ((index, since) for index in chosen)
        taken.update(chosen)
        left = [index for index in left if index not in taken]
