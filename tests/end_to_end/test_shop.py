"""The story: a project is gated and signed, verified elsewhere, and rejected after a bad week."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import jsonschema_rs
import pytest

from tests.end_to_end.command import FIXTURES, ROOT, gate_json, gatekeeper
from tests.sbom.validation import validate
from tests.services.tools import program

GOLDEN = Path(__file__).parent / "golden" / "shop-rejected.txt"
ADVISORIES = ("--advisories", FIXTURES / "advisories")
CLOCK = ("--at", "2026-11-21T12:00:00Z")
TYPES = {
    "sbom": "https://cyclonedx.org/bom",
    "decision": "urn:gatekeeper:decision:v1",
    "vsa": "https://slsa.dev/verification_summary/v1",
}


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a key pair, the shop's artifact and its bundles, as the gate leaves them."""
    folder = tmp_path_factory.mktemp("release")
    assert gatekeeper("keys", "new", "--output", folder / "release.key").exit_code == 0
    artifact = folder / "shop-1.4.0.tar.gz"
    shutil.copy(FIXTURES / "shop" / "dist" / "shop-1.4.0.tar.gz", artifact)
    ran = gatekeeper(
        "gate", FIXTURES / "shop", *ADVISORIES, *CLOCK, "--artifact", artifact, "--key", folder / "release.key"
    )
    assert ran.exit_code == 0, ran.stdout + ran.stderr
    assert "PASS" in ran.stdout.splitlines()[-1]
    return folder


def verify(release: Path, *arguments: str) -> int:
    artifact, key = release / "shop-1.4.0.tar.gz", release / "release.key.pub"
    return gatekeeper("verify", artifact, "--key", key, *CLOCK, *arguments).exit_code


def test_the_shop_passes_and_is_verified_on_another_machine(release: Path) -> None:
    assert verify(release, "--stage", "build", "--max-age", "1d") == 0
    assert verify(release, "--resource", "https://shop.example/releases/shop") == 0
    assert verify(release, "--stage", "release") == 5
    assert verify(release, "--resource", "https://else.example") == 5


def test_a_verification_tells_what_was_checked(release: Path) -> None:
    artifact, key = release / "shop-1.4.0.tar.gz", release / "release.key.pub"
    told = gatekeeper("verify", artifact, "--key", key, *CLOCK, "--output", "json").json()
    assert told["verified"] is True
    gate = told["subjects"][0]["gate"]
    assert gate["verdict"] == "PASS"
    assert gate["components"] > 50
    assert any("gatekeeper.toml" in note or "inspected repository" in note for note in gate["notes"])


@pytest.mark.services
def test_cosign_agrees(release: Path) -> None:
    cosign = str(program("cosign"))
    artifact = release / "shop-1.4.0.tar.gz"
    for kind, predicate_type in TYPES.items():
        bundle = f"{artifact}.{kind}.sigstore.json"
        command = [
            cosign,
            "verify-blob-attestation",
            "--insecure-ignore-tlog",
            "--key",
            str(release / "release.key.pub"),
        ]
        ran = subprocess.run(
            [*command, "--type", predicate_type, "--bundle", bundle, str(artifact)], capture_output=True, text=True
        )
        assert ran.returncode == 0, ran.stderr


def test_a_changed_artifact_is_refused(release: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(release, copy)
    with (copy / "shop-1.4.0.tar.gz").open("ab") as file:
        file.write(b"!")
    assert verify(copy) == 5


def test_the_rejected_shop_equals_its_golden_file(tmp_path: Path) -> None:
    exit_code, decision = gate_json(FIXTURES / "shop-rejected", *ADVISORIES, *CLOCK)
    found = "".join(
        f"{f['rule']} {f['severity']} {f['location']['path']}:"
        f"{f['location']['span']['line'] if f['location']['span'] else '-'} {f['subject']}\n"
        for f in decision["findings"]
    )
    assert exit_code == 1
    if os.environ.get("GATEKEEPER_UPDATE_GOLDEN"):
        GOLDEN.write_text(found)
    assert found == GOLDEN.read_text(), f"differs; if this is right, write it to {GOLDEN.relative_to(ROOT)}:\n{found}"
    assert len({f["rule"] for f in decision["findings"]}) >= 20


def test_a_rejection_withdraws_what_an_earlier_run_signed(release: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(release, copy)
    artifact = copy / "shop-1.4.0.tar.gz"
    ran = gatekeeper("gate", FIXTURES / "shop-rejected", "--artifact", artifact, "--key", copy / "release.key")
    assert ran.exit_code == 1
    assert not list(copy.glob("*.sigstore.json"))
    assert "withdrawn" in ran.stderr
    assert verify(copy) == 5


def test_the_decision_validates_against_its_published_schema() -> None:
    _, decision = gate_json(FIXTURES / "shop-rejected", *ADVISORIES, *CLOCK)
    schema = json.loads((ROOT / "policies" / "schemas" / "decision.json").read_text())
    jsonschema_rs.validator_for(schema).validate(decision)


@pytest.mark.parametrize("project", ["shop", "shop-rejected"])
def test_the_evidence_validates_against_its_schemas(project: str) -> None:
    evidence = gatekeeper("collect", FIXTURES / project, *ADVISORIES).json()
    schema = json.loads((ROOT / "policies" / "schemas" / "input.json").read_text())
    jsonschema_rs.validator_for(schema).validate(evidence)
    for kind in ("terraform", "kubernetes", "dockerfile", "compose", "workflows", "openapi", "packages"):
        assert evidence[kind], kind


def test_the_same_tree_and_clock_give_the_same_bytes(tmp_path: Path) -> None:
    runs = [gatekeeper("gate", FIXTURES / "shop-rejected", *ADVISORIES, *CLOCK, "--output", "json") for _ in range(2)]
    assert runs[0].stdout == runs[1].stdout
    bills = [gatekeeper("sbom", FIXTURES / "shop").stdout for _ in range(2)]
    assert bills[0] == bills[1]
    validate(bills[0].encode())


def test_no_secret_leaves_the_gate(tmp_path: Path) -> None:
    planted = ("AKIAQ3EGUSLVNT7XDWR2", "hae3eiW5oophahs9")
    sarif, decision = tmp_path / "gate.sarif", tmp_path / "gate.json"
    arguments = (*ADVISORIES, "--output", "text", "--output", f"sarif={sarif}", "--output", f"json={decision}")
    ran = gatekeeper("gate", FIXTURES / "shop-rejected", *arguments)
    evidence = gatekeeper("collect", FIXTURES / "shop-rejected")
    for text in (ran.stdout, ran.stderr, sarif.read_text(), decision.read_text(), evidence.stdout, evidence.stderr):
        for secret in planted:
            assert secret not in text


def test_the_shop_without_advisories_is_warned_and_still_signed(release: Path, tmp_path: Path) -> None:
    artifact = tmp_path / "a.bin"
    artifact.write_bytes(b"a")
    ran = gatekeeper("gate", FIXTURES / "shop", "--artifact", artifact, "--key", release / "release.key")
    assert ran.exit_code == 0
    assert ran.stdout.splitlines()[-1].startswith("WARN")
    assert len(list(tmp_path.glob("*.sigstore.json"))) == 3
