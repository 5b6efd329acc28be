"""The package as a library."""

from __future__ import annotations

import datetime
import subprocess
import sys
from pathlib import Path

import pytest

import gatekeeper
from tests.signed import signed, signer

__all__ = ["signed", "signer"]
NOW = datetime.datetime(2026, 11, 2, tzinfo=datetime.UTC)


def test_every_public_name_is_there_and_stays_what_it_is() -> None:
    for _ in range(2):
        for name in gatekeeper.__all__:
            assert name in dir(gatekeeper)
            assert not isinstance(getattr(gatekeeper, name), type(sys)), name


def test_a_folder_is_judged_twice(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM scratch\nCOPY app /\nUSER 1\n")
    for _ in range(2):
        result = gatekeeper.gate(gatekeeper.GateRequest(tmp_path, NOW))
        assert result.decision.decision.verdict is gatekeeper.Verdict.PASS


def test_an_artifact_is_verified_twice(signed: Path) -> None:
    for _ in range(2):
        proof = gatekeeper.verify(
            gatekeeper.VerifyRequest((str(signed),), NOW, key=signed.with_name("release.key.pub"))
        )
        assert [one.name for one in proof.subjects] == ["app.tar.gz"]


POLICY = """# METADATA
# title: Fridays
# description: Nothing is released on a Friday.
# custom:
#   id: ACME-1
#   severity: high
#   stages: [release]
#   remediation: Wait until Monday.
package acme.fridays

import rego.v1

deny contains finding if {
	some subject in input.provenance.subjects
	%s
	finding := {"message": "It is Friday", "subject": subject.name, "at": subject.at}
}
"""


@pytest.mark.parametrize(
    ("condition", "code", "message"),
    [
        ("true", 1, "policies reject the release: ACME-1: app.tar.gz: It is Friday"),
        ("to_number(subject.name) > 0", 4, "policies could not judge the release: engine: ACME-1 could not be"),
    ],
)
def test_a_release_that_policies_do_not_let_pass(
    signed: Path, tmp_path: Path, condition: str, code: int, message: str
) -> None:
    folder = tmp_path / "policies"
    folder.mkdir()
    (folder / "rule.rego").write_text(POLICY % condition)
    request = gatekeeper.VerifyRequest((str(signed),), NOW, key=signed.with_name("release.key.pub"), policies=(folder,))
    release = gatekeeper.examine(request).release
    assert release is not None
    assert release.exit_code == code
    with pytest.raises(gatekeeper.GatekeeperError) as caught:
        gatekeeper.verify(request)
    assert caught.value.exit_code == code
    assert caught.value.message.startswith(message)


def test_a_clock_without_a_zone_is_refused(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM scratch\n")
    with pytest.raises(gatekeeper.GatekeeperError, match="time zone"):
        gatekeeper.gate(gatekeeper.GateRequest(tmp_path, datetime.datetime(2026, 11, 2)))


def test_importing_costs_nothing() -> None:
    code = "import sys, gatekeeper; print(sorted(name for name in sys.modules if name.startswith('gatekeeper.')))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
