"""policies/README.md: its commands, one after the other, do what it says."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from gatekeeper.workspace.shipped import shipped_policies
from tests.cli.conftest import Run

_BLOCK = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"# exit code (\d)$")


def commands() -> list[str]:
    text = (shipped_policies() / "README.md").read_text()
    return [line for block in _BLOCK.findall(text) for line in block.splitlines()]


def test_the_commands_can_be_copied(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GATEKEEPER_KEY_PASSWORD", "correct horse battery staple")
    called = set()
    for line in commands():
        program, *arguments = shlex.split(line, comments=True)
        assert program == "gatekeeper"
        called.add(" ".join(arguments[:2]) if arguments[0] == "policy" else arguments[0])
        wanted = _CODE.search(line)
        ended = run(*arguments)
        assert ended.code == (int(wanted[1]) if wanted else 0), (line, ended.out, ended.err)
    assert called >= {f"policy {name}" for name in ("new", "test", "check", "eval", "docs", "build", "sign", "verify")}
