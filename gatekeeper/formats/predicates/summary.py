"""Verification summaries: SLSA VSA v1 and its forerunners v0.1 and v0.2 (https://slsa.dev/verification_summary/v1)."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from gatekeeper.formats.predicates.claims import Claims, Descriptor
from gatekeeper.model.json import Json, JsonObject

PASSED = "PASSED"
FAILED = "FAILED"


@dataclass(frozen=True, slots=True)
class Summary:
    """What a verifier says that it found. ``result`` is PASSED or FAILED; what it does not say is "" or empty."""

    verifier_id: str
    result: str
    resource_uri: str
    time_verified: datetime.datetime | None
    policy: Descriptor
    verified_levels: tuple[str, ...]
    inputs: tuple[Descriptor, ...]

    @property
    def stage(self) -> str:
        """The stage of a gatekeeper, which stands behind its policies' URI; of other verifiers it means nothing."""
        return self.policy.uri.rpartition("#")[2] if "#" in self.policy.uri else ""


def read(predicate: JsonObject) -> Summary:
    """What a predicate of version 1 claims.

    Raises:
        ValueError: verifier, resource, policy or result is missing, or a field is of another type.
    """
    claims = Claims(predicate)
    return Summary(
        verifier_id=claims.inner("verifier").required("id"),
        result=_result(claims, "verificationResult"),
        resource_uri=claims.required("resourceUri"),
        time_verified=claims.time("timeVerified"),
        policy=_policy(claims),
        verified_levels=claims.texts("verifiedLevels"),
        inputs=claims.descriptors("inputAttestations"),
    )


def read_v0(predicate: JsonObject) -> Summary:
    """What a predicate of version 0.1 or 0.2 claims; the former names no resource.

    Raises:
        ValueError: verifier, time, policy or result is missing, or a field is of another type.
    """
    claims = Claims(predicate)
    time = claims.time("time_verified")
    if time is None:
        raise ValueError("predicate.time_verified is missing")
    return Summary(
        verifier_id=claims.inner("verifier").required("id"),
        result=_result(claims, "verification_result"),
        resource_uri=claims.text("resource_uri"),
        time_verified=time,
        policy=_policy(claims),
        verified_levels=(claims.required("policy_level"),),
        inputs=claims.descriptors("input_attestations"),
    )


def read_leniently(predicate: JsonObject) -> Summary:
    """What can be read of a summary that is malformed, or of a version that is not known.

    What cannot is "" or empty. Its result is PASSED only where it says so, and nothing else beside it.
    """
    said = [predicate.get(name) for name in ("verificationResult", "verification_result")]
    passed = {str(one) for one in said if one is not None} == {PASSED}
    policy = predicate.get("policy")
    return Summary(
        verifier_id=_text(predicate.get("verifier"), "id"),
        result=PASSED if passed else FAILED,
        resource_uri=_text(predicate, "resourceUri") or _text(predicate, "resource_uri"),
        time_verified=_time(predicate, "timeVerified") or _time(predicate, "time_verified"),
        policy=Descriptor(_text(policy, "uri")),
        verified_levels=(),
        inputs=(),
    )


def _text(value: Json, name: str) -> str:
    text = value.get(name) if isinstance(value, dict) else None
    return text if isinstance(text, str) else ""


def _time(predicate: JsonObject, name: str) -> datetime.datetime | None:
    try:
        return Claims(predicate).time(name)
    except ValueError:
        return None


def _policy(claims: Claims) -> Descriptor:
    policy = claims.inner("policy").descriptor()
    if not policy.uri and not policy.digests:
        raise ValueError("predicate.policy has neither uri nor digest")
    return policy


def _result(claims: Claims, name: str) -> str:
    result = claims.required(name)
    if result not in (PASSED, FAILED):
        raise ValueError(f"predicate.{name}: {result!r:.40} is neither {PASSED} nor {FAILED}")
    return result
