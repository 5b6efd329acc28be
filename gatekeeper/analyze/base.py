"""What an analyzer is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, runtime_checkable

from gatekeeper.model.coverage import Gap
from gatekeeper.model.finding import Failure
from gatekeeper.model.json import Json
from gatekeeper.workers import Pool
from gatekeeper.workspace.tree import Tree


@dataclass(frozen=True, slots=True)
class Context:
    """What an analyzer may use.

    ``facts`` holds plain JSON for each kind that it needs: of a reader the list of its items in the order of their
    paths, of an analyzer its value.
    """

    tree: Tree
    facts: Mapping[str, Json]
    pool: Pool
    semgrep_rules: Path
    advisories: Path | None = None
    online: bool = False
    osv_url: str = ""
    entropy: bool = False


@dataclass(frozen=True, slots=True)
class Analysis:
    """What an analyzer found: a value of its kind (dataclass or plain JSON), and what it could not look at."""

    value: object
    gaps: tuple[Gap, ...] = ()
    failures: tuple[Failure, ...] = field(default=())


class Analyzer(Protocol):
    """Makes one kind of evidence from facts, from other kinds or from files.

    It never raises for what is wrong with the inspected tree: that is a gap (something was not looked at) or a
    failure (it could not do its work at all; the gate then cannot decide).
    """

    @property
    def kind(self) -> str:
        """Field of ``model.evidence.Evidence`` that it fills."""
        ...

    @property
    def needs(self) -> tuple[str, ...]:
        """Kinds that must be there before: those of readers or of analyzers in front of it in the list."""
        ...

    def analyze(self, context: Context) -> Analysis:
        """Do the work."""
        ...


@runtime_checkable
class PerFile(Protocol):
    """An analyzer that looks at one file at a time, so that what it said about an unchanged file still holds."""

    def merge(self, earlier: Analysis, unchanged: frozenset[str], fresh: Analysis) -> Analysis:
        """What ``earlier`` said about the files ``unchanged``, and what ``fresh`` says about all others."""
        ...
