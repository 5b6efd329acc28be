"""One vulnerability out of several advisories about the same flaw."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gatekeeper.analyze.vulnerabilities.base import Match
from gatekeeper.analyze.vulnerabilities.versions import parse

SEVERITIES = ("critical", "high", "medium", "low", "unknown")
PREFERRED = ("CVE-", "GHSA-")


def merge(matches: Sequence[Match]) -> Iterator[Match]:
    """Matches of one pin that share an id or an alias become one: the worst severity, all ids, all fixes."""
    groups: dict[tuple[str, str, str], list[list[Match]]] = {}
    for match in matches:
        known = groups.setdefault((match.pin.ecosystem, match.pin.name, match.pin.version), [])
        related = [group for group in known if any(_ids(match) & _ids(other) for other in group)]
        joined = [match, *(other for group in related for other in group)]
        known[:] = [*(group for group in known if group not in related), joined]
    for groups_of_pin in groups.values():
        for group in groups_of_pin:
            yield _merged(group)


def _ids(match: Match) -> set[str]:
    return {match.id, *match.aliases}


def _merged(group: Sequence[Match]) -> Match:
    pin = group[0].pin
    ids = sorted({identity for match in group for identity in _ids(match)}, key=_preference)
    fixed = {text for match in group for text in match.fixed}
    return Match(
        pin,
        ids[0],
        tuple(sorted(ids[1:])),
        next((match.summary for match in sorted(group, key=lambda match: match.id) if match.summary), ""),
        min((match.severity for match in group), key=SEVERITIES.index),
        tuple(sorted(fixed, key=lambda text: parse(pin.ecosystem, text))),
    )


def _preference(identity: str) -> tuple[int, str]:
    rank = next((n for n, prefix in enumerate(PREFERRED) if identity.startswith(prefix)), len(PREFERRED))
    return rank, identity
