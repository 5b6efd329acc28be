"""Which OPA is run."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from gatekeeper.errors import EngineFailure
from gatekeeper.policy.engines.opa.program import find_program
from tests.policy.engines.opa.servers import fake_opa


@pytest.mark.services
def test_the_real_one_says_its_version(opa: Path) -> None:
    program = find_program(str(opa))
    said = subprocess.run([opa, "version"], capture_output=True, text=True, check=True).stdout
    assert f"Version: {program.version}\n" in said
    assert program.path == str(opa)


def test_the_one_on_path_is_found_but_not_in_the_inspected_tree(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", f"{fake_opa(tmp_path / 'bin').parent}{os.pathsep}/usr/bin")
    assert find_program().version == "1.22.0"
    with pytest.raises(EngineFailure, match="OPA was not found on PATH") as caught:
        find_program(outside=tmp_path)
    assert "openpolicyagent.org" in caught.value.hint


@pytest.mark.parametrize("version", ["0.70.0", "1.0.0", "1.15.2"])
def test_one_that_is_too_old(tmp_path: Path, version: str) -> None:
    with pytest.raises(EngineFailure, match=rf"OPA {version} \(.*\) is older than 1\.16\.0"):
        find_program(str(fake_opa(tmp_path, version=version)))


@pytest.mark.parametrize("version", ["1.16.0", "1.100.2", "2.0.0-dev"])
def test_new_enough(tmp_path: Path, version: str) -> None:
    assert find_program(str(fake_opa(tmp_path, version=version))).version == version


def test_what_is_no_opa(tmp_path: Path) -> None:
    with pytest.raises(EngineFailure, match="does not say its version"):
        find_program("/bin/true")
    with pytest.raises(EngineFailure, match="does not say its version"):
        find_program(str(fake_opa(tmp_path, exit_code=1)))
    text = tmp_path / "text"
    text.write_text("no program")
    with pytest.raises(EngineFailure, match="could not be started"):
        find_program(str(text))


def test_the_settings_name_it_from_the_root_on_and_outside_of_the_tree(tmp_path: Path) -> None:
    program = fake_opa(tmp_path)
    with pytest.raises(EngineFailure, match="no absolute path"):
        find_program("opa")
    with pytest.raises(EngineFailure, match="there is no such program"):
        find_program(str(tmp_path / "missing"))
    with pytest.raises(EngineFailure, match="lies in the inspected tree"):
        find_program(str(program), outside=tmp_path)
    link = tmp_path / "other" / "link"
    link.parent.mkdir()
    link.symlink_to(program)
    with pytest.raises(EngineFailure, match="lies in the inspected tree"):
        find_program(str(link), outside=tmp_path)
