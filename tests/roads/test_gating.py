"""What the gate is not asked."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import NoReturn

import pytest

from gatekeeper.errors import UsageError
from gatekeeper.model.finding import Stage
from gatekeeper.roads.gating import GateRequest, gate

NOON = datetime.datetime(2026, 11, 21, 12, tzinfo=datetime.UTC)


def never() -> NoReturn:
    raise AssertionError("asked for a password")


@pytest.mark.parametrize("stage", [None, Stage.CHANGE, Stage.RELEASE])
def test_what_is_signed_is_judged_as_a_whole(tmp_path: Path, stage: Stage | None) -> None:
    artifact = tmp_path / "wheel"
    artifact.write_bytes(b"x")
    with pytest.raises(UsageError, match="--base judges a change, but something is to be signed"):
        gate(GateRequest(tmp_path, NOON, stage=stage, artifacts=(artifact,), signer=never, base="main"))


def test_a_release_is_judged_as_a_whole(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--base judges a change, but the stage is release"):
        gate(GateRequest(tmp_path, NOON, stage=Stage.RELEASE, base="main"))
