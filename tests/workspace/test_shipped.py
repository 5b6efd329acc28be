from __future__ import annotations

from pathlib import Path

import pytest

from gatekeeper.errors import EngineFailure
from gatekeeper.workspace import shipped


def test_a_checkout_has_them_beside_the_package() -> None:
    assert {path.name for path in shipped.shipped_policies().iterdir()} >= {"rego", "schemas", "semgrep"}


def test_a_wheel_has_them_inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "gatekeeper" / "_policies" / "rego").mkdir(parents=True)
    monkeypatch.setattr(shipped, "_PACKAGE", tmp_path / "gatekeeper")
    assert shipped.shipped_policies() == tmp_path / "gatekeeper" / "_policies"


def test_an_incomplete_installation_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shipped, "_PACKAGE", tmp_path / "gatekeeper")
    with pytest.raises(EngineFailure, match="missing"):
        shipped.shipped_policies()
