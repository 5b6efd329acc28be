"""Runs the installed command as people do."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from gatekeeper.model.json import Json

ROOT = Path(__file__).parents[2]
FIXTURES = ROOT / "fixtures"
PASSWORD = "correct horse battery staple"


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command left behind."""

    exit_code: int
    stdout: str
    stderr: str

    def json(self) -> Json:
        return json.loads(self.stdout)


def gatekeeper(*arguments: str | Path, folder: Path | None = None, **environment: str) -> Ran:
    """Run the command; a traceback or an internal error is never an answer."""
    command = Path(sys.executable).parent / "gatekeeper"
    completed = subprocess.run(
        [str(command), *map(str, arguments)],
        cwd=folder,
        env={**os.environ, "GATEKEEPER_KEY_PASSWORD": PASSWORD, "NO_COLOR": "1", **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=600,
    )
    ran = Ran(completed.returncode, completed.stdout.decode(), completed.stderr.decode())
    for trouble in ("Traceback", "internal error"):
        assert trouble not in ran.stderr + ran.stdout, ran.stderr
    return ran


def gate_json(path: Path, *arguments: str | Path) -> tuple[int, Json]:
    """Exit code and decision of ``gatekeeper gate PATH --output json``."""
    ran = gatekeeper("gate", path, "--output", "json", *arguments)
    assert ran.stdout, ran.stderr
    return ran.exit_code, ran.json()


def write(root: Path, files: Mapping[str, str] | Mapping[str, str | bytes]) -> Path:
    """A folder with these files."""
    for path, content in files.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
    return root
