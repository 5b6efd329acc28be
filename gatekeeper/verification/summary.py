"""What a verification summary and the decision beside it must say."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gatekeeper.errors import VerificationFailure
from gatekeeper.formats.predicates import CYCLONEDX, DECISION, VSA
from gatekeeper.model.json import Json, JsonObject
from gatekeeper.verification.bundles import Verified

CLOCK_SKEW = datetime.timedelta(minutes=5)
KINDS = {VSA: "verification summary", DECISION: "decision", CYCLONEDX: "SBOM"}


@dataclass(frozen=True, slots=True)
class Expectations:
    """What the verifier demands; an empty text demands nothing."""

    stage: str = ""
    resource: str = ""
    policies_digest: str = ""
    verifier: str = ""
    max_age: datetime.timedelta | None = None


def complete(verified: Sequence[Verified], clock: datetime.datetime, expected: Expectations) -> dict[str, Verified]:
    """The three statements by predicate type: the newest summary, and the decision and SBOM that it rests on.

    Raises:
        VerificationFailure: one of them is missing, or does not say what is expected.
    """
    summaries = [one for one in verified if one.statement.predicate_type == VSA]
    if not summaries:
        _missing(VSA)
    of_stage = [one for one in summaries if expected.stage == _stage(one.statement.predicate)]
    summary = max(of_stage or summaries, key=lambda one: _time(one.statement.predicate))
    check_summary(summary.statement.predicate, clock, expected)
    inputs = _input_digests(summary.statement.predicate)
    chosen = {VSA: summary}
    for kind in (DECISION, CYCLONEDX):
        candidates = [one for one in verified if one.statement.predicate_type == kind]
        if not candidates:
            _missing(kind)
        rested_on = [one for one in candidates if one.sha256 in inputs]
        if not rested_on:
            raise VerificationFailure(
                f"the summary does not rest on this {KINDS[kind]}",
                expected=f"a bundle with one of: {', '.join(sorted(inputs)) or 'no inputs'}",
                found=f"{candidates[0].name} sha256 {candidates[0].sha256}",
                hint="the bundles belong to different runs: copy them all from one",
            )
        chosen[kind] = rested_on[0]
    _check_decision(chosen[DECISION].statement.predicate, summary.statement.predicate)
    return chosen


def check_summary(predicate: JsonObject, clock: datetime.datetime, expected: Expectations) -> None:
    """Result, verifier, stage, resource, policies and age, in this order.

    Raises:
        VerificationFailure: one of them is not as expected.
    """
    digest = f"sha256:{_text(predicate, 'policy', 'digest', 'sha256')}"
    wanted = expected.policies_digest and f"sha256:{expected.policies_digest.removeprefix('sha256:')}"
    _equal("the gate did not pass it", "PASSED", _text(predicate, "verificationResult"), "mend it and gate it again")
    verifier = _text(predicate, "verifier", "id")
    _equal("another verifier", expected.verifier or verifier, verifier, "name the verifier that you trust: --verifier")
    stage = _stage(predicate)
    _equal("passed for another stage", expected.stage or stage, stage, "gate it for that stage: gate --stage")
    resource = _text(predicate, "resourceUri")
    _equal("about another resource", expected.resource or resource, resource, "the artifact may be meant for elsewhere")
    _equal("judged by other policies", wanted or digest, digest, "gate it with the expected policies")
    time = _time(predicate)
    if time > clock + CLOCK_SKEW:
        raise VerificationFailure(
            "from the future", expected=f"before {clock.isoformat()}", found=time.isoformat(), hint="set the clock"
        )
    if expected.max_age is not None and clock - time > expected.max_age:
        raise VerificationFailure(
            "too old",
            expected=f"at most {expected.max_age.days} days"
            if expected.max_age.days
            else f"at most {expected.max_age}",
            found=f"{time.isoformat()}, {(clock - time).days} days ago",
            hint="gate it again",
        )


def _check_decision(decision: JsonObject, summary: JsonObject) -> None:
    verdict = _text(decision, "decision", "verdict")
    if verdict not in ("PASS", "WARN"):
        raise VerificationFailure("the decision rejects it", expected="PASS or WARN", found=verdict)
    digest = _text(summary, "policy", "digest", "sha256")
    decided = _text(decision, "policies", "digest").removeprefix("sha256:")
    _equal("decision and summary name different policies", digest, decided, "copy all bundles from one run")
    _equal("decision and summary name different stages", _stage(summary), _text(decision, "decision", "stage"), "")
    verifier = _text(summary, "verifier", "id")
    _equal("decision and summary name different verifiers", verifier, _text(decision, "verifier", "id"), "")


def _missing(kind: str) -> None:
    raise VerificationFailure(
        f"no {KINDS[kind]} that counts", expected=f"a bundle with predicate type {kind}", found="none", hint=""
    )


def _equal(what: str, expected: str, found: str, hint: str) -> None:
    if expected != found:
        raise VerificationFailure(what, expected=expected, found=found, hint=hint)


def _input_digests(predicate: JsonObject) -> set[str]:
    inputs = predicate.get("inputAttestations")
    if not isinstance(inputs, list):
        return set()
    return {_text(one, "digest", "sha256") for one in inputs if isinstance(one, Mapping)}


def _stage(predicate: JsonObject) -> str:
    return _text(predicate, "policy", "uri").rpartition("#")[2]


def _time(predicate: JsonObject) -> datetime.datetime:
    text = _text(predicate, "timeVerified")
    try:
        time = datetime.datetime.fromisoformat(text)
    except ValueError:
        time = datetime.datetime.min
    if time.tzinfo is None:
        raise VerificationFailure("no valid time in the summary", expected="RFC 3339", found=text)
    return time


def _text(value: Json, *keys: str) -> str:
    for key in keys:
        value = value.get(key) if isinstance(value, Mapping) else None
    if not isinstance(value, str) or not value:
        raise VerificationFailure("incomplete statement", expected=f"a text at {'.'.join(keys)}", found="none")
    return value
