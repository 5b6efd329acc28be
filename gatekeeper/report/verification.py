"""A verification for a person and for a program."""

from __future__ import annotations

import json
from collections.abc import Iterator

from gatekeeper.errors import VerificationFailure
from gatekeeper.model.json import Json, JsonObject
from gatekeeper.model.verification import Verification
from gatekeeper.report.printable import printable

SCHEMA_VERSION = 1
SHOWN = 10


def as_json(proof: Verification) -> str:
    """The signed facts as a JSON document, without the documents that carry them.

    Raises:
        VerificationFailure: a statement lacks one of them.
    """
    return _dumps(_facts(proof))


def failure_as_json(name: str, failure: VerificationFailure) -> str:
    """Why an artifact is refused, as a JSON document."""
    return _dumps(
        {
            "version": SCHEMA_VERSION,
            "verified": False,
            "artifact": {"name": name},
            "reason": failure.message,
            "expected": failure.expected,
            "found": failure.found,
            "do": failure.hint,
        }
    )


def as_text(proof: Verification) -> str:
    """A few lines for a release manager. Texts from the statements pass through ``printable``.

    Raises:
        VerificationFailure: a statement lacks something that is shown.
    """
    facts = _facts(proof)
    try:
        return "".join(f"{line}\n" for line in _lines(facts))
    except (AttributeError, KeyError, TypeError) as error:
        raise _unknown_shape(error) from error


def _dumps(document: JsonObject) -> str:
    # In ASCII: a signed statement may hold what UTF-8 cannot, such as half of a surrogate pair.
    return json.dumps(document, indent=2) + "\n"


def _facts(proof: Verification) -> JsonObject:
    summary, decision = proof.summary, proof.decision
    try:
        return {
            "version": SCHEMA_VERSION,
            "verified": True,
            "artifact": {"name": proof.name, "sha256": proof.sha256},
            "key": proof.key,
            "verdict": decision["decision"]["verdict"],
            "time": summary["timeVerified"],
            "verifier": summary["verifier"],
            "resource": summary["resourceUri"],
            "stage": decision["decision"]["stage"],
            "policies": decision["policies"],
            "source": decision["source"],
            "coverage": decision["coverage"],
            "warnings": [f for f in decision["findings"] if f["effect"] == "warn"],
            "waivers": decision["waivers"],
            "notes": decision["notes"],
            "components": len(proof.sbom.get("components", [])),
            "bundles": list(proof.bundles),
        }
    except (AttributeError, KeyError, TypeError) as error:
        raise _unknown_shape(error) from error


def _unknown_shape(error: Exception) -> VerificationFailure:
    return VerificationFailure(
        "a signed statement is not of the shape that this version of gatekeeper knows",
        expected="all fields of urn:gatekeeper:decision:v1 and of the verification summary",
        found=f"{type(error).__name__}: {error}",
        hint="verify with the version that signed it: verifier.version of the summary names it",
    )


def _lines(facts: JsonObject) -> Iterator[str]:
    source, policies = facts["source"], facts["policies"]
    counts = facts["coverage"]["counts"]
    yield f"VERIFIED {_shown(facts['artifact']['name'])} sha256:{_shown(facts['artifact']['sha256'])}"
    yield f"  verdict:   {_shown(facts['verdict'])} at {_shown(facts['time'])}, stage {_shown(facts['stage'])}"
    yield f"  verifier:  {_shown(facts['verifier']['id'])}, key {_shown(facts['key'])}"
    yield f"  resource:  {_shown(facts['resource'])}"
    rules = len(policies["rules"])
    yield f"  policies:  {_shown(policies['digest'])} ({_shown(policies['revision'])}), {rules} rules"
    if source["commit"]:
        state = "clean" if source["clean"] else "with changes that are not in the commit"
        yield f"  source:    commit {_shown(source['commit'])}, {state}"
    yield f"  tree:      {_shown(source['tree_digest'])}"
    read, searched, left_out = (_shown(counts[status]) for status in ("read", "unclaimed", "excluded"))
    yield f"  coverage:  {read} files read, {searched} searched, {left_out} left out"
    yield f"  SBOM:      {facts['components']} components"
    yield from _some("warning", [_warning(finding) for finding in facts["warnings"]])
    yield from _some("waiver", [_waiver(waiver) for waiver in facts["waivers"]])
    yield from _some("note", [_shown(note) for note in facts["notes"]])


def _some(what: str, lines: list[str]) -> Iterator[str]:
    label = f"{what}:"
    for line in lines[:SHOWN]:
        yield f"  {label:<10} {line}"
    if len(lines) > SHOWN:
        yield f"  {label:<10} {len(lines) - SHOWN} more (--output json lists all)"


def _warning(finding: JsonObject) -> str:
    place = finding["location"]["path"] or finding["subject"]
    return f"{_shown(finding['rule'])} {_shown(place)}: {_shown(finding['message'])}"


def _waiver(waiver: JsonObject) -> str:
    reason, owner, expires = (_shown(waiver[key]) for key in ("reason", "owner", "expires"))
    return f"{_shown(waiver['rule'])}: {reason} ({owner}, until {expires})"


def _shown(value: Json) -> str:
    return printable(str(value))
