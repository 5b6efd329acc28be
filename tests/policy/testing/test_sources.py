"""Which files a folder's tests run with."""

from __future__ import annotations

from pathlib import Path

import pytest

from gatekeeper.errors import EngineFailure, SettingsError
from gatekeeper.policy.testing.sources import read_sources
from gatekeeper.workspace.shipped import shipped_policies
from tests.policy.writing import write


def test_the_library_lies_below_but_is_not_tested(tmp_path: Path) -> None:
    sources = read_sources(write(tmp_path / "acme", {"a.rego": "package acme\n", "a_test.rego": "package acme_test\n"}))
    assert [module.path for module in sources.modules if module.tested] == [
        f"{tmp_path}/acme/a.rego",
        f"{tmp_path}/acme/a_test.rego",
    ]
    others = [module for module in sources.modules if not module.tested]
    assert any(module.path.endswith("lib/values.rego") for module in others)
    assert not any(module.is_test for module in others)


def test_data_are_mounted_as_the_gate_does(tmp_path: Path) -> None:
    files = {"a.rego": "package acme\n", "acme/limits.json": '{"x": 1}', "acme/more/data.json": '{"y": 2}'}
    sources = read_sources(write(tmp_path / "policies", files))
    assert sources.data["acme"] == {"limits": {"x": 1}, "more": {"y": 2}}
    assert sources.data["gatekeeper"]["settings"]["gate"]["fail_on"] == "medium"


def test_snippets_are_no_data(tmp_path: Path) -> None:
    files = {"a/rule.rego": "package acme\n", "a/flag/lock.json": "[", "a/pass/x/y.json": "[", "flag/z.json": "{}"}
    assert read_sources(write(tmp_path / "policies", files)).data["flag"] == {"z": {}}


@pytest.mark.parametrize("path", ["data.json", "gatekeeper/x.json", "system/x.json"])
def test_data_that_are_gatekeepers_own(path: str, tmp_path: Path) -> None:
    with pytest.raises(EngineFailure, match="gatekeeper's own"):
        read_sources(write(tmp_path / "policies", {"a.rego": "package acme\n", path: "{}"}))


def test_a_part_of_the_library() -> None:
    rules = shipped_policies() / "rego" / "gatekeeper" / "rules" / "api"
    sources = read_sources(rules)
    tested = [module.path for module in sources.modules if module.tested]
    assert sources.shipped
    assert tested
    assert all("/rules/api/" in path and Path(path).is_file() for path in tested)


def test_a_folder_that_holds_the_library_means_the_library() -> None:
    sources = read_sources(shipped_policies())
    assert all(module.tested and Path(module.path).is_file() for module in sources.modules)


def test_no_such_folder(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no such folder"):
        read_sources(tmp_path / "nothing")
