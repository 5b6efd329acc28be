"""Refused subjects as SARIF 2.1.0: a result each, whose rule is the first step that did not hold."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING
from urllib.parse import quote

from gatekeeper import __version__
from gatekeeper.model.json import Json, JsonObject
from gatekeeper.model.verification import Refusal, Verification, VerifiedSubject

if TYPE_CHECKING:
    from gatekeeper.model.release import ReleaseFinding

# As report.sarif has them; that module loads the whole model of decisions.
SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
MAX_RESULTS = 25_000
_REFUSED = 5
_UNDECIDED = 4
_LEVELS = {"error": "error", "fail": "error", "warn": "warning"}


def as_sarif(verification: Verification) -> str:
    """One log of one run."""
    refused = verification.refused[:MAX_RESULTS]
    steps = sorted({_step(one) for one in refused})
    findings = verification.release.findings if verification.release else ()
    counting = [one for one in findings if one.effect in _LEVELS]
    rules = sorted({one.rule for one in counting})
    exit_code = _exit_code(verification)
    run: JsonObject = {
        "tool": {
            "driver": {
                "name": "gatekeeper verify",
                "semanticVersion": __version__,
                "rules": [
                    {"id": _rule_id(step), "shortDescription": {"text": f"A subject is refused: {step}"}}
                    for step in steps
                ]
                + [{"id": rule, "shortDescription": {"text": f"A policy about releases: {rule}"}} for rule in rules],
            }
        },
        "columnKind": "unicodeCodePoints",
        "results": [_result(one, steps) for one in refused]
        + [_finding(one, len(steps) + rules.index(one.rule)) for one in counting],
        "invocations": [
            {
                "executionSuccessful": exit_code != _UNDECIDED,
                "exitCode": exit_code,
                "endTimeUtc": verification.time,
                "toolExecutionNotifications": [*_failures(verification), *_left_out(len(verification.refused))],
            }
        ],
        "properties": {"trust": f"sha256:{verification.trust}", "subjects": len(verification.subjects)},
    }
    # In ASCII: names of files may hold what UTF-8 cannot.
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _exit_code(verification: Verification) -> int:
    if verification.refused:
        return _REFUSED
    return verification.release.exit_code if verification.release else 0


def _failures(verification: Verification) -> list[Json]:
    """What kept rules from being judged."""
    failures = verification.release.failures if verification.release else ()
    return [{"level": "error", "message": {"text": failure}} for failure in failures]


def _left_out(count: int) -> list[Json]:
    if count <= MAX_RESULTS:
        return []
    text = f"{count - MAX_RESULTS} more subjects are refused: code scanning takes {MAX_RESULTS} results"
    return [{"level": "warning", "message": {"text": text}}]


def _step(subject: VerifiedSubject) -> str:
    return _refusal(subject).step or "subject"


def _rule_id(step: str) -> str:
    return f"verify/{step.replace(' ', '-')}"


def _refusal(subject: VerifiedSubject) -> Refusal:
    assert subject.refusal is not None, "only refused subjects are results"
    return subject.refusal


def _result(subject: VerifiedSubject, steps: list[str]) -> JsonObject:
    why = _refusal(subject)
    parts = [f"{subject.name}: {why.message}"]
    parts += [f"expected: {why.expected}"] if why.expected else []
    parts += [f"found: {why.found}"] if why.found else []
    parts += [why.hint] if why.hint else []
    step = _step(subject)
    return {
        "ruleId": _rule_id(step),
        "ruleIndex": steps.index(step),
        "level": "error",
        "message": {"text": "\n".join(parts)},
        **_place(subject.uri, why.step),
        "properties": {"digests": dict(subject.digests)},
    }


def _finding(finding: ReleaseFinding, index: int) -> JsonObject:
    text = f"{finding.subject}: {finding.message}" + (f"\n{finding.remediation}" if finding.remediation else "")
    return {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": _LEVELS[finding.effect],
        "message": {"text": text},
        **_place(finding.subject, f"{finding.rule}\0{finding.message}"),
        "properties": {"severity": finding.severity},
    }


def _place(subject: str, what: str) -> JsonObject:
    """Where a result stands, and what makes it the same in the next run."""
    scheme, colon, path = subject.partition(":")
    # A file is a place that code scanning can show; anything else has its own URI.
    uri = path.lstrip("/") if colon and scheme in ("file", "tree", "oci-layout") else subject
    fingerprint = sha256(_encodable(f"{what}\0{subject}").encode()).hexdigest()[:32]
    location = {
        "physicalLocation": {
            "artifactLocation": {"uri": quote(_encodable(uri) or ".", safe=":/@")},
            "region": {"startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 1},
        }
    }
    return {"locations": [location], "partialFingerprints": {"primaryLocationLineHash": f"{fingerprint}:1"}}


def _encodable(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode()
