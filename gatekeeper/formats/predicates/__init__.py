"""Predicates that gatekeeper writes and reads: their types here, a reader a file."""

from __future__ import annotations

CYCLONEDX = "https://cyclonedx.org/bom"
DECISION = "urn:gatekeeper:decision:v1"
VSA = "https://slsa.dev/verification_summary/v1"
VSA_V01 = "https://slsa.dev/verification_summary/v0.1"
VSA_V02 = "https://slsa.dev/verification_summary/v0.2"
PROVENANCE_V02 = "https://slsa.dev/provenance/v0.2"
PROVENANCE_V1 = "https://slsa.dev/provenance/v1"
NPM_PUBLISH = "https://github.com/npm/attestation/tree/main/specs/publish/v0.1"
RELEASE_V01 = "https://in-toto.io/attestation/release/v0.1"
RELEASE_V02 = "https://in-toto.io/attestation/release/v0.2"
APPROVAL = "urn:gatekeeper:approval:v1"
TEST_RESULT = "https://in-toto.io/attestation/test-result/v0.1"
VULNERABILITIES = "https://in-toto.io/attestation/vulns/v0.2"
