"""The pages for users: their commands, one after the other, do and print what they say.

A paragraph that ends with the name of a file gives its content in the block behind it; a block of text behind commands
holds lines that they print.
"""

from __future__ import annotations

import re
import shlex
import subprocess
from pathlib import Path

import pytest

from gatekeeper.cli.passwords import VARIABLE
from tests.cli.conftest import Run

DOCS = Path(__file__).parents[2] / "docs"
PAGES = ("conftest.md", "judging.md", "policies.md", "signing.md", "trust.md", "verifying.md")
_BLOCK = re.compile(r"^```(?P<kind>\w+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_NAME = re.compile(r"`(?P<name>[\w./-]+)`[^`]*$")
_CODE = re.compile(r"# exit code (\d)$")


@pytest.mark.parametrize("page", PAGES)
def test_a_page_can_be_followed(page: str, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = tmp_path / "project"
    project.mkdir()
    monkeypatch.chdir(project)
    monkeypatch.setenv("HOME", str(tmp_path))
    for role in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{role}_NAME", "nobody")
        monkeypatch.setenv(f"GIT_{role}_EMAIL", "nobody@example.com")
    printed: list[str] = []
    called = 0
    text = (DOCS / page).read_text(encoding="utf-8")
    for block in _BLOCK.finditer(text):
        if block["kind"] == "sh":
            printed = [line for command in block["text"].splitlines() for line in _printed(command, run, monkeypatch)]
            called += 1
        elif block["kind"] == "text":
            missing = [wanted for wanted in block["text"].splitlines() if wanted not in printed]
            assert not missing, "\n".join(printed)
        elif name := _NAME.search(text[: block.start()].rstrip().rpartition("\n\n")[2]):
            file = project / name["name"]
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(block["text"], encoding="utf-8")
    assert called


def _printed(command: str, run: Run, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Lines on stdout and stderr of one line of a page."""
    wanted = _CODE.search(command)
    words = shlex.split(command, comments=True)
    if words[0] != "gatekeeper":
        done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True)
        return done.stdout.splitlines()
    arguments, output = (words[1:-2], words[-1]) if ">" in words else (words[1:], "")
    monkeypatch.setenv(VARIABLE, "correct horse battery staple")
    ended = run(*arguments)
    assert ended.code == (int(wanted[1]) if wanted else 0), (command, ended.out, ended.err)
    if output:
        Path(output).write_text(ended.out, encoding="utf-8")
    return [*ended.out.splitlines(), *ended.err.splitlines()]
