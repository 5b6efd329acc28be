"""What a change brings, compared with the commit that it starts from."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from gatekeeper.model.place import Place


class ChangeKind(StrEnum):
    """What became of a file."""

    ADDED = "added"
    MODIFIED = "modified"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class ChangedFile:
    """A file that differs from the base."""

    path: Annotated[str, "Path relative to the inspected tree"]
    kind: Annotated[ChangeKind, "added, modified or removed"]


@dataclass(frozen=True, slots=True)
class ChangedControl:
    """What the repository says to the gate itself, and changes. But for policies it counts from the next change on."""

    at: Annotated[Place, "The file"]
    control: Annotated[str, "settings, waivers, baseline or policies"]
    difference: Annotated[str, "What differs, e.g. 'sets gate.fail_on' or '2 waivers more'"]


@dataclass(frozen=True, slots=True)
class Change:
    """A change; empty where nothing was compared."""

    base: Annotated[str, "Commit that the change starts from, empty where nothing was compared"] = ""
    files: Annotated[tuple[ChangedFile, ...], "Files that differ, by path"] = ()
    controls: Annotated[tuple[ChangedControl, ...], "Differences in what the repository says to the gate"] = ()
