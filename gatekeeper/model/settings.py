"""All settings of a run, with their defaults."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated

from gatekeeper.model.finding import Severity


@dataclass(frozen=True, slots=True)
class PathExclusion:
    """A glob that leaves paths out, and why."""

    glob: Annotated[str, "Name, or path from the root; * stays inside a segment, ** crosses"]
    reason: Annotated[str, "Why it is left out"]
    by: Annotated[str, "Who leaves it out: organisation, flag or repository; filled in when read"] = ""


@dataclass(frozen=True, slots=True)
class GateSettings:
    """What rejects."""

    fail_on: Annotated[Severity, "Severity from which a finding rejects; milder ones warn"] = Severity.MEDIUM


@dataclass(frozen=True, slots=True)
class PathSettings:
    """What is inspected."""

    exclude: Annotated[tuple[PathExclusion, ...], "Paths to leave out besides the default ones"] = ()
    include: Annotated[tuple[str, ...], "Globs that take excluded paths back"] = ()


@dataclass(frozen=True, slots=True)
class ApiSettings:
    """APIs."""

    public_paths: Annotated[tuple[str, ...], "Globs over paths of operations that anyone may call, e.g. /health"] = ()


@dataclass(frozen=True, slots=True)
class ResidencySettings:
    """Where data may live."""

    allowed_regions: Annotated[tuple[str, ...], "Globs over regions, e.g. eu-*; none: residency is not judged"] = ()


@dataclass(frozen=True, slots=True)
class PersonalDataSettings:
    """Which names are personal data, besides the library's own."""

    names: Annotated[tuple[str, ...], "More names, e.g. patient_number"] = ()
    ignore: Annotated[tuple[str, ...], "Names of the library that are none here"] = ()


@dataclass(frozen=True, slots=True)
class SecretSettings:
    """The scanner for secrets."""

    entropy: Annotated[bool, "Whether strings of high entropy count as secrets"] = False


@dataclass(frozen=True, slots=True)
class AttestSettings:
    """What the verification summary says."""

    verifier_id: Annotated[str, "verifier.id"] = "urn:gatekeeper:verifier"
    resource_uri: Annotated[str, "resourceUri; empty: pkg:generic/ and the artifact's name"] = ""
    policy_uri: Annotated[str, "policy.uri; the stage is appended as #stage"] = "urn:gatekeeper:policy"


@dataclass(frozen=True, slots=True)
class WaiverSettings:
    """Waivers."""

    announce_days: Annotated[int, "Days before its expiry from which a waiver is announced"] = 14


@dataclass(frozen=True, slots=True)
class RuleSetting:
    """What differs for one rule."""

    severity: Annotated[Severity | None, "Severity instead of the rule's own"] = None
    off: Annotated[bool, "Whether the rule is switched off"] = False
    reason: Annotated[str, "Why; needed where the rule is switched off"] = ""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set in gatekeeper.toml. Policies see it as ``data.gatekeeper.settings``."""

    gate: Annotated[GateSettings, "What rejects"] = field(default_factory=GateSettings)
    paths: Annotated[PathSettings, "What is inspected"] = field(default_factory=PathSettings)
    api: Annotated[ApiSettings, "APIs"] = field(default_factory=ApiSettings)
    residency: Annotated[ResidencySettings, "Where data may live"] = field(default_factory=ResidencySettings)
    personal_data: Annotated[PersonalDataSettings, "Personal data"] = field(default_factory=PersonalDataSettings)
    secrets: Annotated[SecretSettings, "Secrets"] = field(default_factory=SecretSettings)
    attest: Annotated[AttestSettings, "Verification summary"] = field(default_factory=AttestSettings)
    waivers: Annotated[WaiverSettings, "Waivers"] = field(default_factory=WaiverSettings)
    rules: Annotated[dict[str, RuleSetting], "By id of the rule"] = field(default_factory=dict)
