"""What the gate decided, on what grounds."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated

from gatekeeper.model.coverage import Coverage
from gatekeeper.model.finding import (
    Effect,
    Failure,
    FindingStatus,
    JudgedFinding,
    KnownFinding,
    Severity,
    Stage,
    Waiver,
)
from gatekeeper.model.json import Json
from gatekeeper.model.place import Place
from gatekeeper.model.settings import Settings

SCHEMA_VERSION = 1


class Verdict(StrEnum):
    """ERROR outweighs FAIL, FAIL outweighs WARN, WARN outweighs PASS."""

    PASS = "PASS"  # noqa: S105 - a verdict, not a password
    WARN = "WARN"
    FAIL = "FAIL"
    ERROR = "ERROR"

    @property
    def exit_code(self) -> int:
        """0 passed, 1 rejected, 4 could not decide."""
        return {Verdict.PASS: 0, Verdict.WARN: 0, Verdict.FAIL: 1, Verdict.ERROR: 4}[self]


@dataclass(frozen=True, slots=True)
class Ruling:
    """The verdict and its clock."""

    verdict: Annotated[Verdict, "PASS, WARN, FAIL or ERROR"]
    stage: Annotated[Stage, "Stage of the gate"]
    time: Annotated[str, "Clock of the decision, RFC 3339 in UTC"]
    fail_on: Annotated[str, "Severity from which a finding rejects"]
    summary: Annotated[dict[str, int], "Number of findings by effect: error, fail, warn, none"]


@dataclass(frozen=True, slots=True)
class UsedEngine:
    """An engine, and what it evaluated."""

    name: Annotated[str, "Name of the engine"]
    version: Annotated[str, "Version of the engine"]
    rules: Annotated[tuple[str, ...], "Ids of the rules that it evaluated, sorted"] = ()
    served: Annotated[bool, "Whether it is a server of the organisation, which has its own policies"] = False
    revision: Annotated[str, "Revision of the policies that the server says it has"] = ""
    digest: Annotated[str, "sha256:hex over the texts of the server's policies; empty: unknown"] = ""


@dataclass(frozen=True, slots=True)
class PolicySet:
    """Which policies judged."""

    digest: Annotated[str, "sha256:hex over all policy files and data"]
    revision: Annotated[str, "Version of the shipped library and of each folder that was added"]
    engine: Annotated[str, "Name of the engine; of several, joined by ' and '"]
    engine_version: Annotated[str, "Version of the engine; of several, joined by ' and '"]
    rules: Annotated[tuple[str, ...], "Ids of the rules that ran, sorted"]
    engines: Annotated[tuple[UsedEngine, ...], "The engines that ran, that of the shipped library first"] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """What was inspected."""

    tree_digest: Annotated[str, "sha256:hex over paths, modes and contents of all files that were not excluded"]
    commit: Annotated[str, "Commit of HEAD, empty outside git"] = ""
    clean: Annotated[bool | None, "Whether the inspected files are those of the commit; null outside git"] = None
    repository: Annotated[str, "URL of the remote 'origin' without credentials: a claim, never verified"] = ""
    base: Annotated[str, "Commit that a change was compared with, empty where it was judged as a whole"] = ""


@dataclass(frozen=True, slots=True)
class Artifact:
    """A file that is signed where the gate passes."""

    name: Annotated[str, "File name"]
    sha256: Annotated[str, "Digest in hex"]
    size: Annotated[int, "Bytes"]


@dataclass(frozen=True, slots=True)
class SettingOrigin:
    """A setting that differs from its default, and who set it."""

    key: Annotated[str, "Dotted key, e.g. gate.fail_on"]
    value: Annotated[Json, "Effective value"]
    origin: Annotated[str, "organisation, flag or repository"]


@dataclass(frozen=True, slots=True)
class Decision:
    """The whole decision: the JSON output of ``gatekeeper gate``."""

    decision: Annotated[Ruling, "The verdict"]
    findings: Annotated[tuple[JudgedFinding, ...], "All findings, the worst first"]
    failures: Annotated[tuple[Failure, ...], "What kept the gate from deciding"]
    coverage: Annotated[Coverage, "What was looked at and what was not"]
    policies: Annotated[PolicySet, "Which policies judged"]
    evidence: Annotated[dict[str, str], "sha256:hex of the canonical JSON of each kind of evidence"]
    source: Annotated[Source, "What was inspected"]
    settings: Annotated[tuple[SettingOrigin, ...], "Settings that differ from their defaults"]
    notes: Annotated[tuple[str, ...], "What a reader must know, e.g. settings of the repository that were overruled"]
    artifacts: Annotated[tuple[Artifact, ...], "The artifacts"] = ()
    waivers: Annotated[tuple[Waiver, ...], "Waivers that were used or have expired"] = ()
    tool: Annotated[dict[str, str], "name and version of this program"] = field(default_factory=dict)
    version: Annotated[int, "Version of this document's shape"] = SCHEMA_VERSION


RECORD_VERSION = 1


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a decision rests on besides evidence, policies, stage and clock."""

    settings: Annotated[Settings, "Effective settings"]
    waivers: Annotated[tuple[Waiver, ...], "All waivers that counted, used or not"] = ()
    baseline: Annotated[tuple[KnownFinding, ...], "The baseline that counted"] = ()
    base: Annotated[tuple[KnownFinding, ...], "What stands in the base of the change"] = ()
    failures: Annotated[tuple[Failure, ...], "What failed before any policy judged"] = ()


@dataclass(frozen=True, slots=True)
class RecordedFinding:
    """A judged finding without text of the source."""

    rule: Annotated[str, "Id of the rule"]
    severity: Annotated[Severity, "Severity"]
    effect: Annotated[Effect, "What it does to the verdict"]
    status: Annotated[FindingStatus, "What was decided about it"]
    message: Annotated[str, "What is wrong"]
    subject: Annotated[str, "What it is about"]
    fingerprint: Annotated[str, "Its fingerprint"]
    at: Annotated[Place, "Place in the source"]
    note: Annotated[str, "Why its effect is not what its severity says"] = ""


@dataclass(frozen=True, slots=True)
class DecisionRecord:
    """A decision as it is kept, to be replayed from evidence and policies alone."""

    decision: Annotated[Ruling, "Verdict, stage and clock"]
    findings: Annotated[tuple[RecordedFinding, ...], "All findings, the worst first"]
    failures: Annotated[tuple[Failure, ...], "What kept the gate from deciding"]
    policies: Annotated[PolicySet, "Which policies judged, in which engine"]
    evidence: Annotated[dict[str, str], "sha256:hex of the canonical JSON of each kind of evidence"]
    inputs: Annotated[Inputs, "Settings, waivers, baseline and base that counted"]
    digests: Annotated[dict[str, str], "sha256:hex of the canonical JSON of settings, waivers, baseline and base"]
    source: Annotated[Source, "What was inspected"]
    origins: Annotated[tuple[SettingOrigin, ...], "Settings that differ from their defaults"]
    artifacts: Annotated[tuple[Artifact, ...], "The artifacts"]
    tool: Annotated[dict[str, str], "name and version of the program"]
    version: Annotated[int, "Version of this document's shape"] = RECORD_VERSION
