"""SARIF 2.1.0 for code scanning (OASIS standard; limits and properties as GitHub documents them)."""

from __future__ import annotations

from urllib.parse import quote

import orjson

from gatekeeper.model.decision import Decision
from gatekeeper.model.finding import Effect, Failure, FindingStatus, JudgedFinding, Rule, Severity
from gatekeeper.model.json import Json, JsonObject
from gatekeeper.model.place import Location, Span
from gatekeeper.report.base import Report

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
MAX_RESULTS = 25_000
LEVELS = {Effect.ERROR: "error", Effect.FAIL: "error", Effect.WARN: "warning", Effect.NONE: "note"}
SECURITY_SEVERITY = {
    Severity.ERROR: "9.5",
    Severity.CRITICAL: "9.5",
    Severity.HIGH: "8.0",
    Severity.MEDIUM: "5.5",
    Severity.LOW: "2.5",
}


class SarifOutput:
    """One run; waived findings are results with a suppression, failures are notifications."""

    name = "sarif"

    def render(self, report: Report) -> str:
        """One SARIF log. Of more than 25,000 findings the worst are kept, and a notification says so."""
        decision = report.decision
        used = sorted({finding.rule for finding in decision.findings})
        index = {rule: number for number, rule in enumerate(used)}
        counts: dict[str, int] = {}
        results = [_result(finding, index, counts) for finding in decision.findings[:MAX_RESULTS]]
        run = {
            "tool": {
                "driver": {
                    "name": "gatekeeper",
                    "semanticVersion": decision.tool["version"],
                    "rules": [_rule(report.rules[rule]) for rule in used],
                }
            },
            "columnKind": "unicodeCodePoints",
            "results": results,
            "invocations": [_invocation(decision)],
            "properties": {"verdict": decision.decision.verdict, "stage": decision.decision.stage},
        }
        if decision.source.commit:
            details = {"revisionId": decision.source.commit}
            if "://" in decision.source.repository:
                run["versionControlProvenance"] = [{"repositoryUri": decision.source.repository, **details}]
        log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
        return orjson.dumps(log, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()


def _rule(rule: Rule) -> JsonObject:
    see_also = "".join(f"\n- {address}" for address in rule.related)
    markdown = f"{rule.description}\n\n**Mend it:** {rule.remediation}\n{see_also}"
    descriptor: JsonObject = {
        "id": rule.id,
        "name": "".join(word.capitalize() for word in rule.package.rpartition(".")[2].split("_")),
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.description},
        "help": {"text": f"{rule.description}\n\nMend it: {rule.remediation}{see_also}", "markdown": markdown},
        "properties": {
            "precision": "high",
            "security-severity": SECURITY_SEVERITY[rule.severity],
            "tags": ["security", *sorted(f"{name}/{c}" for name, controls in rule.controls.items() for c in controls)],
        },
    }
    if rule.related:
        descriptor["helpUri"] = rule.related[0]
    return descriptor


def _result(finding: JudgedFinding, index: dict[str, int], counts: dict[str, int]) -> JsonObject:
    # Equal findings differ by their ordinal: code scanning wants one fingerprint a result.
    ordinal = counts[finding.fingerprint] = counts.get(finding.fingerprint, 0) + 1
    result: JsonObject = {
        "ruleId": finding.rule,
        "ruleIndex": index[finding.rule],
        "level": LEVELS[finding.effect],
        "message": {"text": f"{finding.subject}: {finding.message}"},
        "locations": [_location(finding.location)],
        "partialFingerprints": {"primaryLocationLineHash": f"{finding.fingerprint}:{ordinal}"},
        "properties": {"severity": finding.severity, "status": finding.status, "subject": finding.subject},
    }
    if finding.status is FindingStatus.WAIVED and finding.waiver is not None:
        waiver = finding.waiver
        justification = f"{waiver.reason} ({waiver.owner}, until {waiver.expires})"
        result["suppressions"] = [{"kind": "external", "status": "accepted", "justification": justification}]
    return result


def _location(location: Location) -> JsonObject:
    # A finding about a whole file still needs a region: its first line.
    span = location.span or Span(1, 1, 1, 1)
    region: JsonObject = {
        "startLine": span.line,
        "startColumn": span.column,
        "endLine": span.end_line,
        "endColumn": span.end_column,
    }
    if location.snippet:
        region["snippet"] = {"text": location.snippet}
    return {"physicalLocation": {"artifactLocation": {"uri": quote(location.path or ".")}, "region": region}}


def _invocation(decision: Decision) -> JsonObject:
    notifications: list[Json] = [_notification(failure) for failure in decision.failures]
    dropped = len(decision.findings) - MAX_RESULTS
    if dropped > 0:
        text = f"{dropped} milder findings are left out: code scanning takes {MAX_RESULTS} results"
        notifications.append({"level": "warning", "message": {"text": text}})
    return {
        "executionSuccessful": not decision.failures,
        "exitCode": decision.decision.verdict.exit_code,
        "endTimeUtc": decision.decision.time,
        "toolExecutionNotifications": notifications,
    }


def _notification(failure: Failure) -> JsonObject:
    notification: JsonObject = {
        "level": "error",
        "message": {"text": f"{failure.component}: {failure.message}" + (f" ({failure.hint})" if failure.hint else "")},
    }
    if failure.path:
        line = max(failure.line, 1)
        notification["locations"] = [_location(Location(failure.path, Span(line, 1, line, 1)))]
    return notification
