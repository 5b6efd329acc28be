"""What policies say about the evidence."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated

from gatekeeper.model.place import Location, Place


class Severity(StrEnum):
    """How bad a finding is; ``ERROR`` means that the gate itself could not see enough to decide."""

    ERROR = "error"
    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"

    @property
    def rank(self) -> int:
        """0 for the worst: sorts findings, and compares with a threshold."""
        return list(Severity).index(self)


class Stage(StrEnum):
    """When the gate runs."""

    CHANGE = "change"
    BUILD = "build"
    RELEASE = "release"
    PROMOTE = "promote"


@dataclass(frozen=True, slots=True)
class Rule:
    """A policy rule and its METADATA."""

    id: Annotated[str, "e.g. GK-API-001"]
    package: Annotated[str, "Rego package without 'data.', e.g. gatekeeper.rules.api.unauthenticated_operation"]
    path: Annotated[str, "File of the rule within its bundle"]
    title: Annotated[str, "Title"]
    description: Annotated[str, "What it looks for and why it is bad"]
    severity: Annotated[Severity, "Severity of its findings unless a finding says otherwise"]
    remediation: Annotated[str, "How to mend it"]
    stages: Annotated[tuple[Stage, ...], "Stages in which it runs"]
    related: Annotated[tuple[str, ...], "Addresses of further reading"] = ()
    controls: Annotated[dict[str, tuple[str, ...]], "Controls by framework"] = field(default_factory=dict)
    needs: Annotated[tuple[str, ...], "Kinds of evidence that it reads, derived from its references"] = ()
    name: Annotated[str, "Name within its package: deny, or in policies of others violation, warn"] = "deny"
    foreign: Annotated[bool, "Whether it does not ship with the program"] = False
    effective_on: Annotated[str, "Day YYYY-MM-DD from which its findings may fail; until then they warn"] = ""
    until: Annotated[str, "Last day YYYY-MM-DD on which it applies"] = ""

    @property
    def domain(self) -> str:
        """``api`` of gatekeeper.rules.api.unauthenticated_operation; of other packages the first part."""
        parts = self.package.split(".")
        return parts[2] if parts[:2] == ["gatekeeper", "rules"] and len(parts) > 2 else parts[0]


@dataclass(frozen=True, slots=True)
class Finding:
    """One result of a rule, before anything is decided about it."""

    rule: Annotated[str, "Id of the rule"]
    severity: Annotated[Severity, "Severity"]
    message: Annotated[str, "What is wrong"]
    subject: Annotated[str, "What it is about, e.g. aws_db_instance.main or GET /orders"]
    at: Annotated[Place, "Where, as deep as the rule knows"]
    remediation: Annotated[str, "How to mend this one, where that is more than the rule's own advice"] = ""


@dataclass(frozen=True, slots=True)
class Failure:
    """Something without which the gate cannot decide. It belongs to no policy and cannot be waived."""

    component: Annotated[str, "engine, scanner, worker, collector or settings"]
    message: Annotated[str, "What failed"]
    hint: Annotated[str, "What to do about it"] = ""
    path: Annotated[str, "File concerned, else empty"] = ""
    line: Annotated[int, "Line, 0 where unknown"] = 0


class FindingStatus(StrEnum):
    """What was decided about a finding."""

    NEW = "new"
    BASELINE = "baseline"  # there already when the baseline was made, or in the base of the change: does not count
    PENDING = "pending"  # of a rule that is not yet effective: warns
    ADJUSTED = "adjusted"  # the settings make it warn, fail or not count
    WAIVED = "waived"
    EXPIRED = "expired"  # a waiver matched, but its time is over: counts like a new one


class Effect(StrEnum):
    """What a finding does to the verdict."""

    ERROR = "error"
    FAIL = "fail"
    WARN = "warn"
    NONE = "none"  # waived, known before, or switched off


@dataclass(frozen=True, slots=True)
class Waiver:
    """One exemption, from a waivers file."""

    rule: Annotated[str, "Id of the rule, or a glob such as GK-API-*"]
    owner: Annotated[str, "Who answers for it"]
    reason: Annotated[str, "Why"]
    expires: Annotated[str, "Last day, YYYY-MM-DD; anything else counts as expired"]
    path: Annotated[str, "Glob over the path; * stays inside a segment, ** crosses; empty matches all"] = ""
    subject: Annotated[str, "Glob over the subject; empty matches all"] = ""
    fingerprint: Annotated[str, "One finding of this fingerprint below the path; empty matches all"] = ""
    ticket: Annotated[str, "Reference, may be empty"] = ""
    origin: Annotated[str, "organisation, flag or repository, and the file"] = ""


@dataclass(frozen=True, slots=True)
class KnownFinding:
    """Findings that were there before, in a baseline or in the base of a change, as a multiset with counts."""

    rule: Annotated[str, "Id of the rule"]
    path: Annotated[str, "File that they stood in; they are the same in a renamed one"]
    subject: Annotated[str, "What they are about"]
    fingerprint: Annotated[str, "Fingerprint that they are matched by"]
    count: Annotated[int, "How many, at least 1"] = 1


@dataclass(frozen=True, slots=True)
class JudgedFinding:
    """A finding and what was decided about it."""

    rule: Annotated[str, "Id of the rule"]
    title: Annotated[str, "Title of the rule"]
    severity: Annotated[Severity, "Severity"]
    effect: Annotated[Effect, "What it does to the verdict"]
    status: Annotated[FindingStatus, "new, baseline, pending, adjusted, waived or expired"]
    message: Annotated[str, "What is wrong"]
    subject: Annotated[str, "What it is about"]
    remediation: Annotated[str, "How to mend it"]
    fingerprint: Annotated[str, "Rule, subject and names of keys: survives moved lines; others may have the same"]
    at: Annotated[Place, "Place in the source as a path of keys"]
    location: Annotated[Location, "The same as people see it"]
    waiver: Annotated[Waiver | None, "The waiver that matched, expired or not"] = None
    note: Annotated[str, "Why its effect is not what its severity says: until when, or who says so and why"] = ""
