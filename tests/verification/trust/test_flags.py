from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest

from gatekeeper.attest.signers import KeySigner
from gatekeeper.attest.statements import vsa_statement
from gatekeeper.errors import UsageError
from gatekeeper.model.decision import Artifact
from gatekeeper.model.settings import AttestSettings
from gatekeeper.verification.judging import judge
from gatekeeper.verification.trust.flags import from_flags
from gatekeeper.verification.trust.loading import parse_trust
from tests.signed import DECISION
from tests.verification.trust.instance import ARTIFACT, DIGEST, SUBJECT, attestation

CLOCK = datetime.datetime(2026, 11, 2, tzinfo=datetime.UTC)


@pytest.mark.parametrize(
    ("demands", "step"),
    [
        ({}, ""),
        ({"stage": "build", "verifier": AttestSettings().verifier_id, "max_age": datetime.timedelta(days=1)}, ""),
        ({"stage": "build"}, ""),
        ({"stage": "release"}, "stage"),
        ({"stage": "build", "verifier": "https://other.example"}, "verifier"),
        ({"verifier": "https://other.example"}, "verifier"),
        ({"resource": "pkg:generic/app-1.0.tar.gz"}, ""),
        ({"resource": "pkg:generic/other"}, "resource"),
        ({"policies_digest": "ab" * 32}, ""),
        ({"policies_digest": "sha256:" + "cd" * 32}, "policies"),
        ({"max_age": datetime.timedelta(hours=1)}, "age"),
        ({"max_age": datetime.timedelta(0)}, "age"),
    ],
)
def test_a_summary_of_the_gate_is_judged_by_them(
    keys: dict[str, KeySigner], tmp_path: Path, demands: dict[str, Any], step: str
) -> None:
    trust = from_flags(tmp_path / "gate.pub", **demands)
    artifact = Artifact(SUBJECT.name, DIGEST, len(ARTIFACT))
    summary = vsa_statement(artifact, DECISION, AttestSettings(), {})
    failure = judge(SUBJECT, [attestation("vsa", keys["gate"].sign(summary))], trust, CLOCK).failure
    assert (failure.step if failure else "") == step
    stranger = judge(SUBJECT, [attestation("vsa", keys["eve"].sign(summary))], trust, CLOCK).failure
    assert stranger is not None
    assert stranger.step == "signature"


def test_a_stage_is_of_one_verifier(keys: dict[str, KeySigner], tmp_path: Path) -> None:
    """A key may sign for several; only the gate has stages."""
    trust = from_flags(tmp_path / "gate.pub", stage="build")
    assert trust.document.rule[0].verifier == AttestSettings().verifier_id
    settings = AttestSettings(verifier_id="https://foreign.example")
    summary = vsa_statement(Artifact(SUBJECT.name, DIGEST, len(ARTIFACT)), DECISION, settings, {})
    one = attestation("vsa", keys["gate"].sign(summary))
    failure = judge(SUBJECT, [one], trust, CLOCK).failure
    assert failure is not None
    assert (failure.step, failure.found) == ("verifier", "https://foreign.example")
    assert "--verifier" in failure.hint
    named = from_flags(tmp_path / "gate.pub", stage="build", verifier="https://foreign.example")
    assert judge(SUBJECT, [one], named, CLOCK).failure is None


def test_an_age_without_a_trusted_time_is_the_signers_word(keys: dict[str, KeySigner], tmp_path: Path) -> None:
    summary = vsa_statement(Artifact(SUBJECT.name, DIGEST, len(ARTIFACT)), DECISION, AttestSettings(), {})
    one = attestation("vsa", keys["gate"].sign(summary))
    (holds,) = judge(
        SUBJECT, [one], from_flags(tmp_path / "gate.pub", max_age=datetime.timedelta(days=1)), CLOCK
    ).outcomes
    assert holds.failure is None
    assert holds.age.startswith("no trusted time; that it is at most 1d old is the signer's word only: 2026-")
    (aged,) = judge(SUBJECT, [one], from_flags(tmp_path / "gate.pub", max_age=datetime.timedelta(0)), CLOCK).outcomes
    assert aged.failure is not None
    assert "by the signer's own clock" in aged.failure.found
    (unlimited,) = judge(SUBJECT, [one], from_flags(tmp_path / "gate.pub"), CLOCK).outcomes
    assert unlimited.age == ""


def test_they_are_a_trust_file_that_can_be_kept(keys: dict[str, KeySigner], tmp_path: Path) -> None:
    trust = from_flags(tmp_path / "gate.pub", stage="release", max_age=datetime.timedelta(days=30))
    again = parse_trust(trust.data, "kept.toml", Path("/"))
    assert again.document == trust.document
    assert again.sha256 == trust.sha256
    assert trust.document.rule[0].max_age == "30d"


def test_what_is_wrong(keys: dict[str, KeySigner], tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        from_flags(tmp_path / "missing.pub")
    (tmp_path / "no.pub").write_text("no key")
    with pytest.raises(UsageError, match="no public key"):
        from_flags(tmp_path / "no.pub")
    for digest in ("xyz", "AB" * 32, "sha256:"):
        with pytest.raises(UsageError, match=f"--policies-digest '{digest}': 64 hexadecimal digits") as caught:
            from_flags(tmp_path / "gate.pub", policies_digest=digest)
        assert "attestation show" in caught.value.hint
