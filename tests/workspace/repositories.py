"""Real git repositories for tests."""

from __future__ import annotations

import subprocess
from pathlib import Path


def git(folder: Path, *arguments: str) -> str:
    """What git prints in that folder; whoever runs the tests need not have told git a name."""
    identity = ["-c", "user.name=Test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"]
    completed = subprocess.run(
        ["git", *identity, *arguments], cwd=folder, check=True, capture_output=True, text=True, encoding="utf-8"
    )
    return completed.stdout.strip()


def commit(folder: Path, files: dict[str, str | None], message: str = "change") -> str:
    """Write files (None removes one), commit everything, and give the commit's id."""
    for name, text in files.items():
        path = folder / name
        if text is None:
            path.unlink()
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", message)
    return head(folder)


def head(folder: Path) -> str:
    """The id of the commit that is checked out."""
    return git(folder, "rev-parse", "HEAD")


def new_repository(folder: Path, files: dict[str, str | None]) -> Path:
    """A repository with one commit on the branch main."""
    folder.mkdir(parents=True, exist_ok=True)
    git(folder, "init", "-q", "-b", "main")
    commit(folder, files)
    return folder
