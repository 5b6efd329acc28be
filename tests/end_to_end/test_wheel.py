"""The distribution as people get it: a wheel in a new environment, far from the checkout."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.end_to_end.command import FIXTURES, ROOT

UV = str(Path(sys.executable).parent / "uv")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run([UV, "build", "--quiet", "--wheel", "--out-dir", str(folder), str(ROOT)], check=True)
    [wheel] = folder.glob("gatekeeper_ci-*.whl")
    return wheel


def test_the_policies_are_inside_and_tests_and_fixtures_are_not(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for folder in ("rego/gatekeeper/lib/", "rego/gatekeeper/rules/", "rego/gatekeeper/data/", "semgrep/", "schemas/"):
        assert any(name.startswith(f"gatekeeper/_policies/{folder}") for name in names), folder
    assert not [name for name in names if name.startswith(("tests/", "fixtures/"))]
    assert "gatekeeper/py.typed" in names


def test_it_gates_from_a_new_environment(wheel: Path, tmp_path: Path) -> None:
    environment = tmp_path / "venv"
    subprocess.run([UV, "venv", "--quiet", "--python", sys.executable, str(environment)], check=True)
    python = str(environment / "bin" / "python")
    subprocess.run([UV, "pip", "install", "--quiet", "--python", python, str(wheel)], check=True)
    command = [str(environment / "bin" / "gatekeeper"), "gate", str(FIXTURES / "shop")]
    ran = subprocess.run(
        [*command, "--advisories", str(FIXTURES / "advisories")], cwd=tmp_path, capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert ran.stdout.splitlines()[-1].startswith("PASS")
