"""Summaries that say FAILED, or do not say that they passed: none is missed, whatever it is written like."""

from __future__ import annotations

import datetime
import itertools
import time
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from gatekeeper.attest.signers import KeySigner
from gatekeeper.formats.predicates import VSA, VSA_V02
from gatekeeper.formats.sigstore.bundle import Bundle
from gatekeeper.model.json import Json
from tests.verification.trust.fixtures import Trusting
from tests.verification.trust.instance import NOON, Instance, new_key, statement
from tests.verification.trust.verdicts import CLOCK, GATE, VSA_RULE, failure, judged, summary

Keys = dict[str, KeySigner]
HOUR = datetime.timedelta(hours=1)
STRICT = f'{VSA_RULE}stage = "release"\nresource = "pkg:generic/app"\n'


def without(name: str, **changed: Json) -> Json:
    return {key: value for key, value in summary("FAILED", CLOCK, **changed).items() if key != name}


@pytest.mark.parametrize(
    "said",
    [
        without("policy"),
        without("resourceUri"),
        without("verifier"),
        without("timeVerified"),
        without("verificationResult"),
        summary("FAILED", CLOCK, timeVerified="2026-11-02T12:00:00"),
        summary("FAILED", CLOCK, timeVerified=5),
        summary("FAILED", CLOCK, verifier="somebody"),
        summary("FAILED", CLOCK, policy=[]),
        summary("FAILED", CLOCK, resourceUri={}),
        summary("FAILED", CLOCK, verifiedLevels=[1]),
        summary("failed", CLOCK),
        summary("REVOKED", CLOCK),
        {**without("verificationResult"), "verification_result": "FAILED"},
        {**summary("PASSED", CLOCK, policy={}), "verification_result": "FAILED"},
        {},
    ],
)
@pytest.mark.parametrize("kind", [VSA, VSA_V02, "https://slsa.dev/verification_summary/v2"])
def test_what_cannot_be_read_and_did_not_pass_defeats(trusting: Trusting, keys: Keys, kind: str, said: Json) -> None:
    trust = trusting(STRICT)
    passed = keys["gate"].sign(statement(VSA, summary()))
    assert failure(judged(trust, passed, keys["gate"].sign(statement(kind, said)))).step == "newer summary"
    assert judged(trust, passed, keys["eve"].sign(statement(kind, said))).failure is None


@pytest.mark.parametrize(
    "changed",
    [
        {"timeVerified": (NOON - HOUR).isoformat()},
        {"verifier": {"id": "https://other.example"}},
        {"policy": {"uri": "urn:policy#change"}},
        {"resourceUri": "pkg:generic/other"},
        {"verificationResult": "PASSED"},
    ],
)
def test_what_can_be_read_of_it_counts(trusting: Trusting, keys: Keys, changed: dict[str, Json]) -> None:
    said = {**summary("FAILED", CLOCK, verifiedLevels="none"), **changed}
    passed = keys["gate"].sign(statement(VSA, summary()))
    assert judged(trusting(STRICT), passed, keys["gate"].sign(statement(VSA, said))).failure is None


def test_one_does_not_hide_another(instance: Instance, trusting: Trusting, tmp_path: Path) -> None:
    """By its own time a failure is old; recorded anew, by whomever, it is the latest by trusted time."""
    key = new_key()
    (tmp_path / "logged.pub").write_bytes(
        key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    )
    authority = f"""
[[authority]]
name = "logged"
key = "logged.pub"
root = "root.json"
sha256 = "{sha256(instance.root()).hexdigest()}"
"""
    trust = trusting(authority + STRICT.replace('authority = "gate"', 'authority = "logged"'))

    def signed(said: Json, logged: datetime.datetime) -> Bundle:
        return instance.logged(KeySigner(key).sign(statement(VSA, said)), key.public_key(), logged)

    passed = signed(summary(), NOON)
    old = signed(summary("FAILED", NOON - 24 * HOUR), NOON + 10 * HOUR)
    newer = signed(without("timeVerified"), NOON + HOUR)
    older = signed(without("timeVerified"), NOON - HOUR)
    assert judged(trust, passed, old, older).failure is None
    for order in itertools.permutations([passed, old, newer, older]):
        assert failure(judged(trust, *order)).step == "newer summary"


def test_many_take_linear_time(trusting: Trusting, keys: Keys) -> None:
    trust = trusting(STRICT)
    old = [keys["gate"].sign(statement(VSA, summary("FAILED", NOON - n * HOUR))) for n in range(1, 400)]
    passed = [keys["gate"].sign(statement(VSA, summary(time=NOON + n * HOUR / 1000))) for n in range(400)]
    began = time.process_time()
    assert judged(trust, *old, *passed).failure is None
    assert time.process_time() - began < 5


def test_any_verifier_is_any_that_failed(trusting: Trusting, keys: Keys) -> None:
    trust = trusting(VSA_RULE.replace(GATE, "*"))
    passed, other = summary(), summary("FAILED", CLOCK, verifier={"id": "https://other.example"})
    both = [keys["gate"].sign(statement(VSA, one)) for one in (passed, other)]
    assert failure(judged(trust, *both)).step == "newer summary"
