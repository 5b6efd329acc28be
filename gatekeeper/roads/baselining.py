"""Baselines: what stands in a folder today, written down so that it does not count tomorrow."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from gatekeeper.decide.known import Occurrence, counted, match
from gatekeeper.errors import Undecidable
from gatekeeper.model.decision import Decision
from gatekeeper.model.finding import Effect, FindingStatus, JudgedFinding, KnownFinding
from gatekeeper.roads.gating import GateRequest, gate
from gatekeeper.roads.requests import Progress
from gatekeeper.settings.baseline import FILE_NAME, read_baseline, write_baseline
from gatekeeper.workspace.writing import write_whole


@dataclass(frozen=True, slots=True)
class Changed:
    """A baseline that was written: how many findings it holds, and what became of those before.

    ``left_out`` are findings that no baseline takes: what the gate could not see. ``unjudged`` are findings of rules
    that did not run, which were kept.
    """

    file: Path
    total: int
    added: int = 0
    removed: int = 0
    left_out: int = 0
    unjudged: int = 0


def file_of(path: Path) -> Path:
    """The baseline file of an inspected folder or file."""
    return (path if path.is_dir() else path.parent) / FILE_NAME


def create(request: GateRequest, file: Path | None, progress: Progress) -> Changed:
    """Run the gate and write all findings that count into ``file``, by default the folder's own.

    What is waived or switched off is left out: it has another reason not to count, which may end.

    Raises:
        Undecidable: something failed, so that findings may be missing.
        UsageError: the file cannot be written.
    """
    target = file or file_of(request.path)
    before = _existing(target)
    decision = gate(request, progress).decision
    refuse_half_a_view(decision)
    counting = [f for f in decision.findings if f.effect is not Effect.NONE or f.status is FindingStatus.BASELINE]
    occurrences = [_occurrence(finding) for finding in counting]
    entries = counted(occurrences)
    write_whole(target, write_baseline(entries))
    stayed = sum(since is not None for since in match(occurrences, (), before))
    total = _total(entries)
    left_out = sum(not one.may_be_known for one in occurrences)
    return Changed(target, total, total - stayed, _total(before) - stayed, left_out)


def prune(request: GateRequest, file: Path | None, progress: Progress) -> Changed:
    """Run the gate and take out of the baseline what is gone. Nothing is added; what moved gets its new path.

    Findings of rules that did not run stay: nobody knows whether they are gone.

    Raises:
        SettingsError: there is no baseline, or it is malformed.
        Undecidable: something failed, so that findings may be missing.
    """
    target = file or file_of(request.path)
    before = read_baseline(target)
    decision = gate(request, progress).decision
    refuse_half_a_view(decision)
    ran = set(decision.policies.rules)
    unjudged = [entry for entry in before if entry.rule not in ran]
    occurrences = [_occurrence(finding) for finding in decision.findings]
    since = match(occurrences, (), [entry for entry in before if entry.rule in ran])
    there = counted(one for one, known in zip(occurrences, since, strict=True) if known is not None)
    entries = [*there, *unjudged]
    write_whole(target, write_baseline(entries))
    total = _total(entries)
    return Changed(target, total, removed=_total(before) - total, unjudged=_total(unjudged))


def show(path: Path) -> tuple[KnownFinding, ...]:
    """The entries of a baseline file, or of that of a folder.

    Raises:
        SettingsError: there is none, or it is malformed.
    """
    return read_baseline(file_of(path) if path.is_dir() else path)


def _existing(file: Path) -> tuple[KnownFinding, ...]:
    return read_baseline(file) if os.path.lexists(file) else ()


def refuse_half_a_view(decision: Decision) -> None:
    """Refuse a decision during which something failed: nobody knows what else there is.

    Raises:
        Undecidable: it did.
    """
    if decision.failures:
        first = decision.failures[0]
        raise Undecidable(
            f"the gate could not look at everything: {first.component}: {first.message}",
            hint=first.hint or "mend it first",
        )


def _occurrence(finding: JudgedFinding) -> Occurrence:
    return Occurrence(finding.rule, finding.severity, finding.subject, finding.at.path, finding.fingerprint)


def _total(entries: Sequence[KnownFinding]) -> int:
    return sum(entry.count for entry in entries)
