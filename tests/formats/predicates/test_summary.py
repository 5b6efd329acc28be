from __future__ import annotations

import datetime

import pytest

from gatekeeper.formats.predicates import summary
from gatekeeper.formats.predicates.claims import Descriptor
from gatekeeper.model.json import JsonObject

TIME = "1985-04-12T23:20:50.52Z"
POLICY = {"uri": "https://example.com/policy", "digest": {"sha256": "ab" * 32}}
V1: JsonObject = {
    "verifier": {"id": "https://example.com/verifier"},
    "timeVerified": TIME,
    "resourceUri": "pkg:a/b",
    "policy": POLICY,
    "inputAttestations": [{"uri": "x", "digest": {"sha256": "cd" * 32}}],
    "verificationResult": "PASSED",
    "verifiedLevels": ["SLSA_BUILD_LEVEL_3"],
}
V0: JsonObject = {
    "verifier": {"id": "https://example.com/verifier"},
    "time_verified": TIME,
    "resource_uri": "pkg:a/b",
    "policy": POLICY,
    "input_attestations": [{"uri": "x", "digest": {"sha256": "cd" * 32}}],
    "verification_result": "PASSED",
    "policy_level": "SLSA_BUILD_LEVEL_3",
}


def test_all_versions_say_the_same() -> None:
    read = summary.read(V1)
    assert read == summary.read_v0(V0)
    assert read.policy == Descriptor("https://example.com/policy", "", {"sha256": "ab" * 32})
    assert read.inputs == (Descriptor("x", "", {"sha256": "cd" * 32}),)
    assert read.time_verified == datetime.datetime(1985, 4, 12, 23, 20, 50, 520000, datetime.UTC)


def test_version_0_1_names_no_resource_and_version_1_needs_no_time() -> None:
    assert summary.read_v0({key: V0[key] for key in V0 if key != "resource_uri"}).resource_uri == ""
    assert summary.read({key: V1[key] for key in V1 if key != "timeVerified"}).time_verified is None


@pytest.mark.parametrize("missing", ["verifier", "resourceUri", "policy", "verificationResult"])
def test_what_must_be_there(missing: str) -> None:
    with pytest.raises(ValueError, match=missing):
        summary.read({key: V1[key] for key in V1 if key != missing})


@pytest.mark.parametrize("missing", ["verifier", "time_verified", "policy", "verification_result", "policy_level"])
def test_what_must_be_there_before_version_1(missing: str) -> None:
    with pytest.raises(ValueError, match=missing):
        summary.read_v0({key: V0[key] for key in V0 if key != missing})


@pytest.mark.parametrize("result", ["passed", "PASSED\n", "UNKNOWN", 1, ["PASSED"]])
def test_a_result_is_one_of_two(result: object) -> None:
    with pytest.raises(ValueError, match="verificationResult"):
        summary.read({**V1, "verificationResult": result})


@pytest.mark.parametrize("levels", ["SLSA_BUILD_LEVEL_3", [3], {}])
def test_levels_are_texts(levels: object) -> None:
    with pytest.raises(ValueError, match="verifiedLevels"):
        summary.read({**V1, "verifiedLevels": levels})
