"""Asking git about an inspected repository without letting the repository run anything or fetch anything."""

from __future__ import annotations

import tempfile
from pathlib import Path

from gatekeeper.errors import Undecidable
from gatekeeper.workers import Completed, Limits, find_tool, git_environment, run


def git(root: Path, *arguments: str, stdin: bytes = b"", limits: Limits | None = None) -> Completed:
    """What git says in the folder ``root``, whatever its exit code.

    Raises:
        WorkerFailure: git is not installed, or did not end in time.
    """
    command = [find_tool("git", outside=root), "--no-pager", *arguments]
    with tempfile.TemporaryDirectory(prefix="gatekeeper-") as home:
        environment = git_environment(Path(home), outside=root)
        return run(command, folder=root, stdin=stdin, environment=environment, limits=limits or Limits(seconds=30))


def git_output(root: Path, *arguments: str) -> bytes | None:
    """What git prints; None where it refuses (no repository, no commit) or is not installed."""
    try:
        find_tool("git", outside=root)
    except Undecidable:
        return None
    completed = git(root, *arguments)
    return completed.stdout if completed.exit_code == 0 else None
