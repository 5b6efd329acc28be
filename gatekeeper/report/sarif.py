"""SARIF 2.1.0 for code scanning (OASIS standard; limits and properties as GitHub documents them)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from urllib.parse import quote

import orjson

from gatekeeper.model.decision import Decision
from gatekeeper.model.finding import Effect, Failure, FindingStatus, JudgedFinding, Rule, Severity
from gatekeeper.model.json import Json, JsonObject
from gatekeeper.model.place import Location, Span
from gatekeeper.report.base import Report

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
MAX_RESULTS = 25_000
MAX_TAGS = 20
LEVELS = {Effect.ERROR: "error", Effect.FAIL: "error", Effect.WARN: "warning", Effect.NONE: "note"}
SECURITY_SEVERITY = {
    Severity.ERROR: "9.5",
    Severity.CRITICAL: "9.5",
    Severity.HIGH: "8.0",
    Severity.MEDIUM: "5.5",
    Severity.LOW: "2.5",
}


class SarifOutput:
    """One run; findings that do not count are results with a suppression, failures are notifications."""

    name = "sarif"

    def render(self, report: Report) -> str:
        """One SARIF log. Of more than 25,000 findings the worst are kept, and a notification says so."""
        decision = report.decision
        findings = decision.findings[:MAX_RESULTS]
        worst = _severities(findings)
        used = sorted(worst)
        index = {rule: number for number, rule in enumerate(used)}
        run = {
            "tool": {
                "driver": {
                    "name": "gatekeeper",
                    "semanticVersion": decision.tool["version"],
                    "rules": [_rule(report.rules[rule], worst[rule]) for rule in used],
                }
            },
            "columnKind": "unicodeCodePoints",
            "results": _results(findings, index),
            "invocations": [_invocation(decision)],
            "properties": {"verdict": decision.decision.verdict, "stage": decision.decision.stage},
        }
        if decision.source.commit and "://" in decision.source.repository:
            origin = {"repositoryUri": _uri(decision.source.repository), "revisionId": decision.source.commit}
            run["versionControlProvenance"] = [origin]
        log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
        return orjson.dumps(log, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()


def _severities(findings: Sequence[JudgedFinding]) -> dict[str, Severity]:
    """The worst severity of each rule's findings: code scanning ranks by rule, and settings may have moved it."""
    worst: dict[str, Severity] = {}
    for finding in findings:
        known = worst.get(finding.rule, finding.severity)
        worst[finding.rule] = min(known, finding.severity, key=lambda severity: severity.rank)
    return worst


def _rule(rule: Rule, severity: Severity) -> JsonObject:
    see_also = "".join(f"\n- {address}" for address in rule.related)
    markdown = f"{rule.description}\n\n**Mend it:** {rule.remediation}\n{see_also}"
    controls = sorted(f"{name}/{control}" for name, ids in rule.controls.items() for control in ids)
    descriptor: JsonObject = {
        "id": rule.id,
        "name": "".join(word.capitalize() for word in rule.package.rpartition(".")[2].split("_")),
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.description},
        "help": {"text": f"{rule.description}\n\nMend it: {rule.remediation}{see_also}", "markdown": markdown},
        "properties": {
            "precision": "high",
            "security-severity": SECURITY_SEVERITY[severity],
            "tags": ["security", *controls][:MAX_TAGS],
        },
    }
    if rule.related:
        descriptor["helpUri"] = _uri(rule.related[0])
    return descriptor


def _results(findings: Sequence[JudgedFinding], index: dict[str, int]) -> list[JsonObject]:
    """A result each; of findings with one fingerprint in one file each has its ordinal behind it."""
    seen: Counter[tuple[str, str]] = Counter()
    results = []
    for finding in findings:
        name = finding.fingerprint, finding.at.path
        seen[name] += 1
        results.append(_result(finding, index, seen[name]))
    return results


def _result(finding: JudgedFinding, index: dict[str, int], ordinal: int) -> JsonObject:
    result: JsonObject = {
        "ruleId": finding.rule,
        "ruleIndex": index[finding.rule],
        "level": LEVELS[finding.effect],
        "message": {"text": f"{finding.subject}: {finding.message}"},
        "locations": [_location(finding.location)],
        "partialFingerprints": {"primaryLocationLineHash": f"{finding.fingerprint}:{ordinal}"},
        "properties": {"severity": finding.severity, "status": finding.status, "subject": finding.subject},
    }
    if finding.note:
        result["properties"]["note"] = finding.note
    if finding.effect is Effect.NONE:
        result["suppressions"] = [{"kind": "external", "status": "accepted", "justification": _justification(finding)}]
    return result


def _justification(finding: JudgedFinding) -> str:
    if finding.status is FindingStatus.WAIVED and finding.waiver is not None:
        return f"{finding.waiver.reason} ({finding.waiver.owner}, until {finding.waiver.expires})"
    return finding.note


def _location(location: Location) -> JsonObject:
    # A finding about a whole file still needs a region: the start of its first line.
    span = location.span or Span(1, 1, 1, 1)
    physical: JsonObject = {
        "artifactLocation": {"uri": quote(location.path.lstrip("/") or ".")},
        "region": {
            "startLine": span.line,
            "startColumn": span.column,
            "endLine": span.end_line,
            "endColumn": span.end_column,
        },
    }
    if location.snippet and span.line == span.end_line:
        # The snippet is the whole line, so it belongs to what surrounds the region.
        physical["contextRegion"] = {"startLine": span.line, "snippet": {"text": location.snippet}}
    return {"physicalLocation": physical}


def _uri(text: str) -> str:
    """``text`` with all that no URI may hold percent-encoded (RFC 3986)."""
    return quote(text, safe=":/?#[]@!$&'()*+,;=%~")


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
