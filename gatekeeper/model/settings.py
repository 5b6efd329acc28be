"""All settings of a run, with their defaults."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated

from gatekeeper.model.finding import Severity, Stage
from gatekeeper.model.verifier import VERIFIER


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

    verifier_id: Annotated[str, "verifier.id"] = VERIFIER
    resource_uri: Annotated[str, "resourceUri; empty: pkg:generic/ and the artifact's name"] = ""
    policy_uri: Annotated[str, "policy.uri; the stage is appended as #stage"] = "urn:gatekeeper:policy"


@dataclass(frozen=True, slots=True)
class Lane:
    """A way that some releases take, and who must approve of them."""

    name: Annotated[str, "What messages call it, e.g. slow"]
    subjects: Annotated[tuple[str, ...], "Globs over names and URIs of subjects, e.g. models/**"]
    role: Annotated[str, "Role, of the trust file, in which persons approve"] = ""
    approvals: Annotated[int, "How many distinct persons must have approved; 0: none"] = 1


@dataclass(frozen=True, slots=True)
class ReleaseSettings:
    """What policies ask of a release when it is verified, besides the trust file. Nothing by default."""

    sources: Annotated[tuple[str, ...], "Globs over repositories that provenance must name; none: any"] = ()
    refs: Annotated[tuple[str, ...], "Globs over branches and tags that provenance must name; none: any"] = ()
    verifier: Annotated[str, "verifier.id of the gate whose summary must be there; empty: any"] = ""
    stage: Annotated[str, "Stage that the gate's summary must name; empty: any"] = ""
    policies: Annotated[tuple[str, ...], "sha256:hex of the policies that must have judged; none: any"] = ()
    sbom: Annotated[bool, "Whether there must be the bill of materials that the gate's summary rests on"] = False
    lanes: Annotated[tuple[Lane, ...], "Approvals: all lanes that fit a subject; one that fits none is rejected"] = ()


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


class EngineChoice(StrEnum):
    """Which engine evaluates policies."""

    AUTO = "auto"  # the shipped library embedded, policies of others in OPA where there is one
    EMBEDDED = "embedded"
    OPA = "opa"


@dataclass(frozen=True, slots=True)
class OpaServerSettings:
    """An OPA server of the organisation that already serves the policies."""

    url: Annotated[str, "https://host:port; empty: none"] = ""
    token_file: Annotated[str, "File with the bearer token"] = ""
    token_variable: Annotated[str, "Environment variable with the bearer token"] = ""
    ca: Annotated[str, "PEM file of the authorities that are trusted; empty: the system's"] = ""
    client_certificate: Annotated[str, "PEM file of the client's certificate"] = ""
    client_key: Annotated[str, "PEM file of the client's private key"] = ""
    revision: Annotated[str, "The revision of the bundle that is expected; empty: any"] = ""
    accept_unknown_digest: Annotated[bool, "Whether policies whose texts cannot be read may judge"] = False


@dataclass(frozen=True, slots=True)
class VerificationKey:
    """A key that policy bundles are signed with."""

    id: Annotated[str, "keyid of the signature"]
    file: Annotated[str, "PEM file of the public key"]
    algorithm: Annotated[str, "ES256 or EdDSA: the only one that counts"]
    not_after: Annotated[str, "Last day on which its signatures count, YYYY-MM-DD; empty: no end"] = ""


@dataclass(frozen=True, slots=True)
class PolicySettings:
    """Who evaluates policies, and which are accepted. The inspected repository cannot set any of this."""

    engine: Annotated[EngineChoice, "embedded, opa or auto"] = EngineChoice.AUTO
    opa: Annotated[str, "Path of the OPA program; empty: the one on PATH"] = ""
    server: Annotated[OpaServerSettings, "An OPA server of the organisation"] = field(default_factory=OpaServerSettings)
    builtin_errors: Annotated[bool, "Whether an error of a builtin aborts policies of others; false: OPA's default"] = (
        True
    )
    deny_severity: Annotated[Severity, "Severity of `deny` and `violation` of policies without one"] = Severity.HIGH
    warn_severity: Annotated[Severity, "Severity of `warn` of policies without one"] = Severity.LOW
    keys: Annotated[tuple[VerificationKey, ...], "Keys that signed bundles of policies are verified with"] = ()
    minimum_revision: Annotated[int, "Least revision of a signed bundle: protects from old ones"] = 0


class AdjustedEffect(StrEnum):
    """What an adjustment makes of a finding."""

    FAIL = "fail"
    WARN = "warn"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Adjustment:
    """What findings of some rules, domains, severities, paths and stages do instead of what their severity says."""

    effect: Annotated[AdjustedEffect, "fail, warn or off"]
    reason: Annotated[str, "Why"]
    rules: Annotated[tuple[str, ...], "Globs over ids of rules; none: all"] = ()
    domains: Annotated[tuple[str, ...], "Domains, e.g. api; none: all"] = ()
    severities: Annotated[tuple[Severity, ...], "Severities; none: all"] = ()
    paths: Annotated[tuple[str, ...], "Globs over paths; none: all"] = ()
    stages: Annotated[tuple[Stage, ...], "Stages; none: all"] = ()
    by: Annotated[str, "Who says so: organisation, flag or repository; filled in when read"] = ""


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
    release: Annotated[ReleaseSettings, "What is asked of a release"] = field(default_factory=ReleaseSettings)
    waivers: Annotated[WaiverSettings, "Waivers"] = field(default_factory=WaiverSettings)
    policy: Annotated[PolicySettings, "Engines and accepted policies"] = field(default_factory=PolicySettings)
    adjust: Annotated[tuple[Adjustment, ...], "By stage, severity, domain, path, rule: the first that fits"] = ()
    rules: Annotated[dict[str, RuleSetting], "By id of the rule"] = field(default_factory=dict)
