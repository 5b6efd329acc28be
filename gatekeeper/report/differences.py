"""What two records of a decision differ in, for a person: a line each, in the manner of a diff."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from gatekeeper.formats import jsonable
from gatekeeper.model.decision import DecisionRecord, PolicySet, RecordedFinding, Ruling
from gatekeeper.model.finding import Failure
from gatekeeper.report.printable import printable

_NOTHING = "(none)"


def same_engines(before: PolicySet, after: PolicySet) -> bool:
    """Whether the same engines in the same versions judged. A server of the organisation is no engine of ours."""
    return _engines(before) == _engines(after)


def _engines(policies: PolicySet) -> tuple[object, ...]:
    return policies.engine, policies.engine_version, [engine.served for engine in policies.engines]


def differences(before: DecisionRecord, after: DecisionRecord) -> Iterator[str]:
    """Lines: ``-`` before what was recorded, ``+`` before what came out; none where nothing that counts differs.

    Names and versions of engines and program are no difference. Failures are told in an engine's own words, and are
    compared only where the engines are the same.
    """
    yield from _values("digest of the evidence", before.evidence, after.evidence)
    digests = before.digests, after.digests
    yield from _values("digest of the inputs, which the record itself holds:", *digests)
    yield from _value("digest of the policies", before.policies.digest, after.policies.digest)
    yield from _lines("rule that ran", before.policies.rules, after.policies.rules)
    yield from _value("decision", _ruling(before.decision), _ruling(after.decision))
    if same_engines(before.policies, after.policies):
        yield from _lines("failure", map(_failure, before.failures), map(_failure, after.failures))
    yield from _lines("finding", map(_finding, before.findings), map(_finding, after.findings))


def _values(what: str, before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[str]:
    for key in sorted(before.keys() | after.keys()):
        yield from _value(f"{what} {key}", before.get(key, _NOTHING), after.get(key, _NOTHING))


def _value(what: str, before: str, after: str) -> Iterator[str]:
    if before != after:
        yield f"- {what}: {before}"
        yield f"+ {what}: {after}"


def _lines(what: str, before: Sequence[str] | Iterator[str], after: Sequence[str] | Iterator[str]) -> Iterator[str]:
    """What only one of them has, as multisets, in their orders."""
    old, new = list(before), list(after)
    for sign, here, there in (("-", old, new), ("+", new, old)):
        others = Counter(there)
        for line in here:
            if others[line]:
                others[line] -= 1
            else:
                yield f"{sign} {what}: {line}"


def _ruling(ruling: Ruling) -> str:
    counts = ", ".join(f"{count} {effect}" for effect, count in sorted(ruling.summary.items()))
    return f"{ruling.verdict} at {ruling.time}, stage {ruling.stage}, from {ruling.fail_on}: {counts}"


def _failure(failure: Failure) -> str:
    return jsonable.dumps(failure).decode()


def _finding(finding: RecordedFinding) -> str:
    # The place in full: two findings that differ there alone must not look the same.
    place = jsonable.dumps(finding.at).decode()
    what = f"{finding.effect} ({finding.status}) {finding.severity} {finding.rule} {finding.subject}: {finding.message}"
    note = f" [{finding.note}]" if finding.note else ""
    return f"{what}{note} {finding.fingerprint} {place}"


def shown(lines: Sequence[str], limit: int = 100) -> list[str]:
    """The first lines, made printable, and how many more there are."""
    more = [f"... and {len(lines) - limit} more lines"] if len(lines) > limit else []
    return [printable(line) for line in lines[:limit]] + more
