"""What was looked at, what was not, and why."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated


class Status(StrEnum):
    """What became of a file."""

    READ = "read"
    UNCLAIMED = "unclaimed"  # no reader knows the format; scanners still saw the text
    UNSUPPORTED = "unsupported"  # recognised, but not parsed (Helm templates)
    EXCLUDED = "excluded"  # a default, a setting or a flag leaves it out
    FAILED = "failed"  # claimed, and could not be read


@dataclass(frozen=True, slots=True)
class CoveredFile:
    """One file, or one folder that was left out as a whole (its path ends in a slash)."""

    path: Annotated[str, "Path relative to the inspected tree; a folder left out as a whole ends in a slash"]
    status: Annotated[Status, "What became of it"]
    kind: Annotated[str, "Kind of evidence or format, empty where nobody claimed the file"] = ""
    by: Annotated[str, "Who left it out: default, settings, flag, limit or the scanner's name"] = ""
    reason: Annotated[str, "Why it was left out or could not be read"] = ""
    line: Annotated[int, "Line of the failure, 0 where unknown"] = 0
    column: Annotated[int, "Column of the failure, 0 where unknown"] = 0


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that an analyzer could not or was told not to look at."""

    analyzer: Annotated[str, "Kind of evidence that is incomplete"]
    reason: Annotated[str, "What was not looked at, and why"]
    path: Annotated[str, "The file concerned, empty where it is not about one file"] = ""
    rule: Annotated[str, "Id of the rule that judges it; empty: GK-GATE-002 judges all such gaps"] = ""


@dataclass(frozen=True, slots=True)
class Coverage:
    """All files of the tree and all gaps of the analyzers: evidence like any other."""

    files: Annotated[tuple[CoveredFile, ...], "Every file of the tree, by path"] = ()
    gaps: Annotated[tuple[Gap, ...], "What analyzers did not look at"] = ()
