"""An artifact that a gate has signed: a small decision, keys, and the fixtures that put them together."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest

from gatekeeper.attest.attesting import sign, write
from gatekeeper.attest.keys import new_key_pair
from gatekeeper.attest.signers import KeySigner, Signer, load_signer
from gatekeeper.model.coverage import Coverage, CoveredFile, Status
from gatekeeper.model.decision import Artifact, Decision, PolicySet, Ruling, Source, Verdict
from gatekeeper.model.finding import Stage
from gatekeeper.model.settings import AttestSettings

ARTIFACT_BYTES = b"the artifact"
SBOM = b'{"bomFormat":"CycloneDX","specVersion":"1.6","components":[]}'
TIME = "2026-11-01T12:00:00Z"

DECISION = Decision(
    decision=Ruling(Verdict.PASS, Stage.BUILD, TIME, "medium", {"error": 0, "fail": 0, "warn": 0, "none": 0}),
    findings=(),
    failures=(),
    coverage=Coverage(
        (CoveredFile("Dockerfile", Status.READ, "dockerfile"), CoveredFile("notes.txt", Status.UNCLAIMED))
    ),
    policies=PolicySet("sha256:" + "ab" * 32, "library 0.1.0", "regorus", "0.13.0", ("GK-INF-008",)),
    evidence={"dockerfile": "sha256:" + "cd" * 32},
    source=Source("sha256:" + "ef" * 32, "0" * 40, True),
    settings=(),
    notes=(),
    tool={"name": "gatekeeper", "version": "0.1.0"},
)


def artifact_of(file: Path) -> Artifact:
    data = file.read_bytes()
    return Artifact(file.name, sha256(data).hexdigest(), len(data))


def attest(
    decision: Decision,
    sbom: bytes,
    file: Path,
    artifact: Artifact,
    signer: Signer,
    settings: AttestSettings,
    folder: Path | None,
) -> list[Path]:
    """Sign an artifact and write its bundles, as the gate does; their paths."""
    return write(sign(decision, sbom, file, artifact, signer, settings, folder), [file], folder)


@pytest.fixture(params=["p256", "ed25519"])
def signer(request: pytest.FixtureRequest, tmp_path: Path) -> KeySigner:
    """A signer of each algorithm, read from an encrypted key file ``release.key``."""
    private, _ = new_key_pair(tmp_path / "release.key", request.param, lambda: b"secret")
    return load_signer(private, lambda: b"secret")


@pytest.fixture
def signed(signer: KeySigner, tmp_path: Path) -> Path:
    """An artifact ``app.tar.gz`` with its three bundles beside it, signed with ``release.key``."""
    file = tmp_path / "app.tar.gz"
    file.write_bytes(ARTIFACT_BYTES)
    attest(DECISION, SBOM, file, artifact_of(file), signer, AttestSettings(), None)
    return file
