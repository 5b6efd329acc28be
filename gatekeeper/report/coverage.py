"""What was read and what was not looked at, in a few lines however many files there are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from gatekeeper.model.coverage import Coverage, CoveredFile, Status
from gatekeeper.report.printable import listed, printable

SHOWN_GROUPS = 6
SHOWN_NAMES = 3


def overview(coverage: Coverage) -> Iterator[str]:
    """Lines of text, each indented; entries with the same reason share one."""
    kinds = Counter(file.kind for file in coverage.files if file.status is Status.READ)
    listing = ", ".join(f"{count} {printable(kind)}" for kind, count in kinds.most_common())
    total = sum(1 for file in coverage.files if file.status is not Status.EXCLUDED)
    yield f"  read: {listing or 'nothing'}; {total} files in all, the text among them searched for secrets"
    if failed := [file.path for file in coverage.files if file.status is Status.FAILED]:
        yield f"  could not be read: {listed(failed, SHOWN_NAMES)}"
    unsupported = Counter(file.kind for file in coverage.files if file.status is Status.UNSUPPORTED)
    for kind, count in sorted(unsupported.items()):
        yield f"  not parsed: {count} {printable(kind)} (searched for secrets all the same)"
    yield from _grouped("left out", _left_out(coverage))
    yield from _grouped("not looked at", _gaps(coverage))


def _left_out(coverage: Coverage) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for file in coverage.files:
        if file.status is Status.EXCLUDED and not _is_version_control(file):
            groups.setdefault(f"{printable(file.reason)}; {printable(file.by)}", []).append(file.path)
    return groups


def _is_version_control(file: CoveredFile) -> bool:
    # By default only: the same words in a repository's own settings must not hide what they leave out.
    return file.by == "default" and file.reason == "version control"


def _gaps(coverage: Coverage) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for gap in coverage.gaps:
        groups.setdefault(f"{printable(gap.analyzer)}: {printable(gap.reason)}", []).append(gap.path)
    return groups


def _grouped(what: str, groups: dict[str, list[str]]) -> Iterator[str]:
    order = sorted(groups, key=lambda reason: (-len(groups[reason]), reason))
    for reason in order[:SHOWN_GROUPS]:
        names = [name for name in groups[reason] if name]
        yield f"  {what} ({reason}): {listed(names, SHOWN_NAMES)}" if names else f"  {what} ({reason})"
    if hidden := order[SHOWN_GROUPS:]:
        count = sum(len(groups[reason]) for reason in hidden)
        yield f"  {what}: {count} more, for {len(hidden)} other reasons (--output json lists them)"
