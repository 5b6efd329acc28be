"""Decisions to render: a rule each for what a shop gets wrong, and ways to put findings together."""

from __future__ import annotations

import dataclasses
import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from gatekeeper.model.coverage import Coverage, CoveredFile, Gap, Status
from gatekeeper.model.decision import Artifact, Decision, PolicySet, Ruling, Source, Verdict
from gatekeeper.model.finding import Effect, Failure, FindingStatus, JudgedFinding, Rule, Severity, Stage, Waiver
from gatekeeper.model.place import Location, Place, Span
from gatekeeper.report.base import Report

GOLDEN = Path(__file__).parent / "golden"
TIME = "2026-11-21T09:30:00Z"
STAGES = (Stage.CHANGE, Stage.BUILD)


def rule(identifier: str, name: str, severity: Severity, title: str, remediation: str, **more: object) -> Rule:
    package = f"gatekeeper.rules.samples.{name}"
    made = Rule(
        identifier, package, f"{name}/rule.rego", title, f"{title}: why it is bad.", severity, remediation, STAGES
    )
    return dataclasses.replace(made, **more)  # type: ignore[arg-type]  # keyword arguments of a test


RULES = {
    one.id: one
    for one in (
        rule(
            "GK-INF-001",
            "open_administration_port",
            Severity.CRITICAL,
            "Administration port open to the world",
            "Allow only the networks that need it.",
            related=("https://cwe.mitre.org/data/definitions/284.html",),
            controls={"soc2": ("CC6.6",), "cis-aws": ("5.2", "5.3")},
        ),
        rule(
            "GK-INF-007",
            "unpinned_image",
            Severity.HIGH,
            "Image without a digest",
            "Pin the image to a digest: name@sha256:...",
        ),
        rule(
            "GK-API-001",
            "unauthenticated_operation",
            Severity.HIGH,
            "Operation that anyone can call",
            "Add `security`.",
        ),
        rule("GK-PIP-002", "script_injection", Severity.HIGH, "Event text in a script", "Hand it over as a variable."),
        rule("GK-GATE-001", "unreadable_file", Severity.ERROR, "File that could not be read", "Mend the file."),
        rule("GK-GATE-002", "scanner_gap", Severity.LOW, "Something was not looked at", "Remove the cause."),
    )
}

WAIVER = Waiver("GK-INF-007", "platform team", "moves in January", "2027-01-31", path="old/**", origin="repository")

EXEMPT = (FindingStatus.WAIVED, FindingStatus.BASELINE)


def finding(
    identifier: str,
    path: str,
    line: int = 0,
    *,
    subject: str = "",
    message: str = "",
    snippet: str = "",
    column: int = 3,
    severity: Severity | None = None,
    status: FindingStatus = FindingStatus.NEW,
    waiver: Waiver | None = None,
    effect: Effect | None = None,
    note: str = "",
) -> JudgedFinding:
    """A finding of a sample rule; without a line it is about the whole file."""
    the_rule = RULES[identifier]
    severity = severity or the_rule.severity
    effects = {Severity.ERROR: Effect.ERROR, Severity.LOW: Effect.WARN}
    return JudgedFinding(
        rule=identifier,
        title=the_rule.title,
        severity=severity,
        effect=effect or (Effect.NONE if status in EXEMPT else effects.get(severity, Effect.FAIL)),
        status=status,
        message=message or f"{the_rule.title}.",
        subject=subject or path,
        remediation=the_rule.remediation,
        fingerprint=f"{len(path):032x}",
        at=Place(path),
        location=Location(path, Span(line, column, line, column + 4) if line else None, snippet),
        waiver=waiver,
        note=note,
    )


def decision(
    *findings: JudgedFinding,
    failures: Sequence[Failure] = (),
    coverage: Coverage | None = None,
    notes: Sequence[str] = (),
    artifacts: Sequence[Artifact] = (),
) -> Decision:
    """A decision whose verdict follows from its findings and failures."""
    effects = Counter(one.effect for one in findings)
    if failures or effects[Effect.ERROR]:
        verdict = Verdict.ERROR
    elif effects[Effect.FAIL]:
        verdict = Verdict.FAIL
    else:
        verdict = Verdict.WARN if effects[Effect.WARN] else Verdict.PASS
    return Decision(
        decision=Ruling(verdict, Stage.BUILD, TIME, "medium", {effect.value: effects[effect] for effect in Effect}),
        findings=tuple(sorted(findings, key=lambda one: (list(Effect).index(one.effect), one.severity.rank, one.rule))),
        failures=tuple(failures),
        coverage=SHOP if coverage is None else coverage,
        policies=PolicySet("sha256:" + "ab" * 32, "library 0.1.0", "regorus", "0.13.0", tuple(sorted(RULES))),
        evidence={"terraform": "sha256:" + "cd" * 32},
        source=Source("sha256:" + "ef" * 32, "0123456789abcdef" * 2 + "01234567", True, "https://git.example/shop.git"),
        settings=(),
        notes=tuple(notes),
        artifacts=tuple(artifacts),
        waivers=tuple({one.waiver for one in findings if one.waiver}),
        tool={"name": "gatekeeper", "version": "0.1.0"},
    )


SHOP = Coverage(
    (
        CoveredFile(".git/", Status.EXCLUDED, by="default", reason="version control"),
        CoveredFile("README.md", Status.UNCLAIMED),
        CoveredFile("chart/templates/web.yaml", Status.UNSUPPORTED, "helm"),
        CoveredFile("dist/", Status.EXCLUDED, by="default", reason="build output"),
        CoveredFile("frontend/node_modules/", Status.EXCLUDED, by="default", reason="vendored"),
        CoveredFile("infra/main.tf", Status.READ, "terraform"),
        CoveredFile("infra/network.tf", Status.READ, "terraform"),
        CoveredFile("k8s/api.yaml", Status.READ, "kubernetes"),
        CoveredFile("legacy/", Status.EXCLUDED, by="settings", reason="retired in March"),
    ),
    (Gap("vulnerabilities", "no advisory data for Go: name an OSV export with --advisories"),),
)


def images(count: int, **more: object) -> list[JudgedFinding]:
    return [
        finding(
            "GK-INF-007",
            f"k8s/{number:03}.yaml",
            14,
            subject=f"Deployment/web-{number}",
            message=f"The image nginx:{number} has no digest.",
            snippet=f"        image: nginx:{number}",
            column=9,
            **more,  # type: ignore[arg-type]  # keyword arguments of a test
        )
        for number in range(count)
    ]


def report(of: Decision, *, colour: bool = False) -> Report:
    return Report(of, RULES, colour)


def assert_golden(name: str, text: str) -> None:
    """Compare with ``golden/NAME``; where GATEKEEPER_UPDATE_GOLDEN is set, write it instead, to be read in the diff."""
    file = GOLDEN / name
    if os.environ.get("GATEKEEPER_UPDATE_GOLDEN"):
        file.write_text(text, encoding="utf-8", newline="")
    assert text == file.read_bytes().decode()
