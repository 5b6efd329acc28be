"""What ``gatekeeper policy check`` found, as SARIF 2.1.0 for code scanning."""

from __future__ import annotations

from collections import Counter
from hashlib import sha256
from urllib.parse import quote

import orjson

from gatekeeper import __version__
from gatekeeper.model.checking import CheckResult, Problem
from gatekeeper.model.json import Json, JsonObject
from gatekeeper.report.sarif import MAX_RESULTS, SCHEMA

_ABOUT = {
    "parse": "A module that does not parse",
    "metadata": "METADATA that are missing, incomplete or malformed",
    "id": "An id or a package that two rules have",
    "package": "A package that is gatekeeper's own",
    "rule": "A rule that is no set of findings",
    "data": "A data file that cannot be part of a bundle",
    "engine": "A function or name that no engine knows, or that no decision may depend on",
    "reference": "A field that the evidence does not have",
    "never-applies": "A condition that no evidence meets",
    "undefined-negation": "A `not` around something that may be undefined",
    "unchecked-comparison": "An ordering of a value that may be unknown or of any type",
    "unchecked-type": "A string function on a value that may be no string",
    "iterated-scalar": "An iteration over something that has no parts",
    "letter-case": "A comparison with letters that a field never has",
    "differing-message": "A message that the engines write differently",
    "malformed-finding": "A finding that the gate cannot read",
    "unevaluated-rule": "A rule that nothing asks for",
    "idle-test": "A test that cannot fail",
}


def as_sarif(result: CheckResult) -> str:
    """One log of one run, a result a problem."""
    shown = result.problems[:MAX_RESULTS]
    checks = sorted({problem.check for problem in shown})
    ordinals: Counter[tuple[str, str, str]] = Counter()
    results: list[Json] = []
    for problem in shown:
        key = (problem.check, problem.path, problem.message)
        ordinals[key] += 1
        results.append(_result(problem, checks.index(problem.check), ordinals[key]))
    run: JsonObject = {
        "tool": {
            "driver": {
                "name": "gatekeeper policy check",
                "semanticVersion": __version__,
                "rules": [{"id": check, "shortDescription": {"text": _ABOUT.get(check, check)}} for check in checks],
            }
        },
        "columnKind": "unicodeCodePoints",
        "results": results,
        "invocations": [{"executionSuccessful": True, "exitCode": 1 if result.problems else 0}],
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return orjson.dumps(log, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()


def _result(problem: Problem, index: int, ordinal: int) -> JsonObject:
    line, column = max(problem.line, 1), max(problem.column, 1)
    # The text around a problem moves; what it says does not.
    fingerprint = sha256("\0".join((problem.check, problem.path, problem.message)).encode()).hexdigest()[:32]
    return {
        "ruleId": problem.check,
        "ruleIndex": index,
        "level": "error",
        "message": {"text": f"{problem.message} ({problem.hint})"},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": quote(problem.path.lstrip("/") or ".")},
                    "region": {"startLine": line, "startColumn": column, "endLine": line, "endColumn": column},
                }
            }
        ],
        "partialFingerprints": {"primaryLocationLineHash": f"{fingerprint}:{ordinal}"},
    }
