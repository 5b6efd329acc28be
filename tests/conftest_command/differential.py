"""Runs conftest itself and `gatekeeper test` on the same files, and compares what they say."""

from __future__ import annotations

import json
import subprocess
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from gatekeeper.cli.test import command
from gatekeeper.workers import Pool
from tests.services import tools


@dataclass(frozen=True)
class Case:
    """Files of a folder, and the arguments of both programs in it. The policy is `policy/main.rego` unless told."""

    name: str
    policy: str = 'deny contains "found" if input.a'
    args: Sequence[str] = ("a.json",)
    files: Mapping[str, str | bytes] = field(default_factory=dict)
    stdin: bytes = b""
    environment: Mapping[str, str] = field(default_factory=dict)

    def write(self, folder: Path) -> None:
        """Lay the files out. A text without a package is of the package main."""
        files: dict[str, str | bytes] = {"a.json": '{"a": 1}', **self.files}
        if self.policy:
            files["policy/main.rego"] = self.policy
        for path, text in files.items():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            data = text if isinstance(text, bytes) else text.encode()
            bare = path.endswith(".rego") and isinstance(text, str) and not text.startswith(("package", "#"))
            target.write_bytes(b"package main\n\n" + data + b"\n" if bare else data)


@dataclass(frozen=True)
class Said:
    """What a program said."""

    code: int
    stdout: str
    stderr: str

    @property
    def findings(self) -> Counter[tuple[Any, ...]] | None:
        """The multiset of what its JSON output holds; None where it gave none."""
        try:
            results = json.loads(self.stdout) or []
        except ValueError:
            return None
        found: Counter[tuple[Any, ...]] = Counter()
        for result in results:
            where = (result["filename"], result["namespace"])
            found[*where, "successes", result["successes"]] += 1
            for kind in ("failures", "warnings", "exceptions"):
                for item in result.get(kind, ()):
                    metadata = json.dumps(item.get("metadata"), sort_keys=True)
                    found[*where, kind, item["msg"], metadata, json.dumps(item.get("loc"))] += 1
        return found


def conftest(
    folder: Path, args: Sequence[str], *, stdin: bytes = b"", output: str = "json", **environment: str
) -> Said:
    """What conftest says."""
    command_line = [str(tools.program("conftest")), "test", *args, "--output", output]
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(folder), **environment}
    done = subprocess.run(command_line, cwd=folder, input=stdin, capture_output=True, env=environment)
    return Said(done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace"))


def gatekeeper(
    folder: Path,
    args: Sequence[str],
    *,
    stdin: bytes = b"",
    output: str = "json",
    engine: str = "opa",
    **environment: str,
) -> Said:
    """What `gatekeeper test` says, in this process."""
    flags = ["--engine", engine, "--allow-no-rules", "--output", output]
    if engine == "opa":
        flags += ["--opa", str(tools.program("opa"))]
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setattr("gatekeeper.workers.Pool", _shared)
        result = CliRunner().invoke(command, [*args, *flags], input=stdin, env=environment)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Said(result.exit_code, result.stdout, result.stderr)


class _Kept(Pool):
    """A pool that many runs share: starting worker processes is most of the time of a small run."""

    def close(self) -> None:
        """Not yet."""

    def end(self) -> None:
        """Now."""
        super().close()


_POOLS: list[_Kept] = []


def _shared() -> _Kept:
    if not _POOLS:
        _POOLS.append(_Kept(1))
    return _POOLS[0]


def end() -> None:
    """Stop the worker processes."""
    while _POOLS:
        _POOLS.pop().end()
