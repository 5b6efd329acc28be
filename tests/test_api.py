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


def test_a_clock_without_a_zone_is_refused(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM scratch\n")
    with pytest.raises(gatekeeper.GatekeeperError, match="time zone"):
        gatekeeper.gate(gatekeeper.GateRequest(tmp_path, datetime.datetime(2026, 11, 2)))


def test_importing_costs_nothing() -> None:
    code = "import sys, gatekeeper; print(sorted(name for name in sys.modules if name.startswith('gatekeeper.')))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
