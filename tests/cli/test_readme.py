"""What the README and CONTRIBUTING tell people to type exists."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from gatekeeper.cli import COMMANDS, group

ROOT = Path(__file__).parents[2]
PAGES = (
    "README.md",
    "CONTRIBUTING.md",
    "docs/conftest.md",
    "docs/engines.md",
    "docs/judging.md",
    "docs/policies.md",
    "docs/attestations.md",
    "docs/differences.md",
    "docs/releasing.md",
    "docs/signing.md",
    "docs/trust.md",
    "docs/verifying.md",
    "policies/README.md",
)
# docs/private-sigstore.md is not among them: nearly all of its options are those of the services it tells how to run.
# Programs that the pages use besides gatekeeper, with the options that are theirs.
OTHER_OPTIONS = re.compile(r"^.*\b(?:pip|pytest|uv|cosign|git|opa run|conftest's)\b.*$")


def command_lines(text: str) -> Iterator[list[str]]:
    """The words of each call of gatekeeper, in fenced, indented and inline code."""
    code = re.findall(r"^```\w*\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    code += re.findall(r"^ {4}(.*)$", text, re.MULTILINE)
    code += re.findall(r"`([^`\n]+)`", text)
    for block in code:
        for line in re.split(r"&&|\n", block):
            words = shlex.split(line, comments=True) if line.count("'") % 2 == line.count('"') % 2 == 0 else []
            if words and words[0].rpartition("/")[2] == "gatekeeper" and len(words) > 1:
                yield words[1:]


def command_of(words: list[str]) -> tuple[click.Command, list[str]]:
    """The command or sub-command that the words call, and what is left of them."""
    command: click.Command = group
    context = click.Context(group)
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        found = command.get_command(context, words[0])
        assert found is not None, f"there is no command {words[0]}"
        command, words = found, words[1:]
    return command, words


def options_of(command: click.Command) -> set[str]:
    return {name for parameter in command.get_params(click.Context(command)) for name in parameter.opts}


@pytest.mark.parametrize("page", PAGES)
def test_commands_and_their_options_exist(page: str) -> None:
    for words in command_lines((ROOT / page).read_text(encoding="utf-8")):
        command, arguments = command_of(words)
        for word in arguments:
            if word.startswith("-"):
                assert word.partition("=")[0] in options_of(command), f"{' '.join(words)}: {word}"


def test_the_readme_shows_the_whole_road() -> None:
    calls = [words[0] for words in command_lines((ROOT / "README.md").read_text(encoding="utf-8"))]
    assert set(COMMANDS) <= set(calls)


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+)\)", text):
        assert target.startswith("https://") or (ROOT / page).parent.joinpath(target).exists(), target


@pytest.mark.parametrize("page", PAGES)
def test_options_in_the_text_belong_to_some_command(page: str) -> None:
    known: set[str] = set()
    for name in COMMANDS:
        command, _ = command_of([name])
        known |= options_of(command)
        if isinstance(command, click.Group):
            context = click.Context(command)
            subs = [command.get_command(context, sub) for sub in command.list_commands(context)]
            known |= {option for sub in subs if sub is not None for option in options_of(sub)}
    for line in (ROOT / page).read_text(encoding="utf-8").splitlines():
        if not OTHER_OPTIONS.match(line):
            assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", line)) <= known, line


def test_exit_codes_are_those_of_the_program() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [int(code) for code in re.findall(r"^\| (\d) \|", readme, re.MULTILINE)] == [0, 1, 2, 3, 4, 5]
    assert group.help is not None
    assert re.findall(r"\b\d\b", group.help) == ["0", "1", "2", "3", "4", "5"]
