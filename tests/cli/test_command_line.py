from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from gatekeeper import __version__
from gatekeeper.attest.keys import new_key_pair
from gatekeeper.cli import COMMANDS, group
from gatekeeper.cli.groups import OneOfEach
from gatekeeper.cli.passwords import VARIABLE
from tests.cli.conftest import Run

HEAVY = {
    "gatekeeper.model",
    "gatekeeper.roads",
    "cryptography",
    "orjson",
    "yaml",
    "jsonschema_rs",
    "regorus",
    "semgrep",
}
HELP = """
import sys
from gatekeeper.cli import main
sys.argv = ["gatekeeper", "--help"]
try:
    main()
finally:
    print(*sys.modules)
"""
PROGRAM = Path(sys.executable).with_name("gatekeeper")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with one Dockerfile."""
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "Dockerfile").write_text("FROM scratch\nUSER 1000\n")
    return folder


def test_help_imports_nothing_heavy() -> None:
    ended = subprocess.run([sys.executable, "-c", HELP], capture_output=True, text=True, check=True)
    *help_text, modules = ended.stdout.splitlines()
    assert "  gate         Judge a folder by the policies; sign the artifact or reject it." in help_text
    assert "click" in modules.split()
    assert HEAVY.isdisjoint(modules.split())


def test_the_installed_program_tells_its_version() -> None:
    ended = subprocess.run([PROGRAM, "--version"], capture_output=True, text=True)
    assert (ended.returncode, ended.stdout) == (0, f"gatekeeper {__version__}\n")


def test_every_command_has_help(run: Run) -> None:
    for command in COMMANDS:
        ended = run(command, "--help")
        assert ended.code == 0
        assert f"Usage: gatekeeper {command}" in ended.out


def test_no_help_of_a_command_is_cut_off(run: Run) -> None:
    for command in ("trust", "evidence", "attestation", "keys", "baseline", "waivers", "policy"):
        assert "..." not in run(command, "--help").out.partition("Commands:")[2], command


def test_without_a_command_the_help_is_shown(run: Run) -> None:
    ended = run()
    assert ended.code == 2
    assert "Commands:" in ended.err


@pytest.mark.parametrize(
    ("word", "nearest"), [("gaet", "gate"), ("verfy", "verify"), ("explane", "explain"), ("key", "keys")]
)
def test_an_unknown_command_names_the_nearest(run: Run, word: str, nearest: str) -> None:
    ended = run(word)
    assert ended.code == 2
    assert f"Did you mean {nearest}?" in ended.err


def test_an_unknown_command_without_a_neighbour_names_all(run: Run) -> None:
    ended = run("xyzzy")
    assert ended.code == 2
    assert all(command in ended.err for command in COMMANDS)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["gate"], "Missing argument 'PATH'"),
        (["gate", "no/such/folder"], "no/such/folder: no such file or folder"),
        (["gate", ".", "--bogus"], "No such option '--bogus'"),
        (["gate", ".", "--output", "xml"], "there is no format 'xml'"),
        (["gate", ".", "--output", "json", "--output", "sarif"], "only one output can go to stdout"),
        (["gate", ".", "--output", "json=no/such/folder/gate.json"], "the folder no/such/folder does not exist"),
        (["gate", ".", "--output", "json="], "that is no name of a file"),
        (["gate", ".", "--output", "json=/"], "that is no name of a file"),
        (["gate", ".", "--output", "json=x", "--output", "sarif=./x"], "two outputs go to the same file"),
        (["gate", ".", "--exclude", "legacy/**"], "say why"),
        (["gate", ".", "--exclude", "legacy/**= "], "say why"),
        (["gate", ".", "--exclude", "=because"], "say why"),
        (["gate", ".", "--osv-url", "http://127.0.0.1:9"], "the network is not used"),
        (["gate", ".", "--advisories", "no/such/export"], "no such file or folder"),
        (["gate", ".", "--at", "yesterday"], "'yesterday' is no time"),
        (["gate", ".", "--at", "0001-01-01T00:00:00+23:59"], "is no time"),
        (["gate", ".", "--fail-on", "awful"], "'awful' is not one of"),
        (["gate", ".", "--fail-on", "error"], "'error' is not one of"),
        (["gate", ".", "--settings", "no/such.toml"], "no/such.toml: No such file"),
        (["gate", ".", "--waivers", "no/such.toml"], "such.toml: No such file"),
        (["gate", ".", "--policies", "no/such/rules"], "no/such/rules"),
        (["gate", ".", "--artifact", "no/such.tar.gz"], "the artifact no/such.tar.gz cannot be read"),
        (["gate", ".", "--artifact", __file__, "--key", "no/such.key"], "the key no/such.key cannot be read"),
        (["gate", ".", "--key", "no/such.key"], "there is nothing to sign"),
        (["gate", ".", "--attestations", "signed"], "nothing is signed"),
        (["collect", "no/such/folder"], "no/such/folder: no such file or folder"),
        (["collect", ".", "--exclude", "x"], "say why"),
        (["sbom", "no/such/folder"], "no/such/folder: no such file or folder"),
        (["sbom", ".", "--format", "spdx"], "'spdx' is not"),
        (["sbom", ".", "-o", "no/such/folder/sbom.json"], "cannot be written"),
        (["explain", "GK-INF-0007"], "there is no rule 'GK-INF-0007'"),
        (["verify"], "Missing argument 'SUBJECT...'"),
        (["verify", "app.tar.gz", "--stage", "build"], "--stage and the like go with --key"),
        (["verify", "app.tar.gz", "--key", "no.pub"], "the key no.pub cannot be read"),
        (["verify", "app.tar.gz", "--key", "no.pub", "--max-age", "a month"], "'a month' is no age"),
        (["verify", "app.tar.gz", "--key", "no.pub", "--output", "xml"], "'xml' is not one of"),
        (["keys"], "Usage: gatekeeper keys"),
        (["keys", "old"], "No such command 'old'"),
        (["keys", "new", "--algorithm", "rsa"], "'rsa' is not one of"),
    ],
    ids=lambda value: " ".join(value)[:60] if isinstance(value, list) else "",
)
def test_a_usage_error_is_one_message_and_exit_code_2(
    run: Run, project: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], message: str
) -> None:
    monkeypatch.chdir(project)
    ended = run(*arguments)
    assert message in ended.err
    assert ended.code == 2
    assert ended.out == ""
    assert "Traceback" not in ended.err
    assert ended.err.count("error:") == (0 if arguments == ["keys"] else 1)
    assert [path.name for path in project.iterdir()] == ["Dockerfile"]


@pytest.mark.parametrize("stage", ["change", "build", "release", "promote"])
@pytest.mark.parametrize("command", ["gate", "verify"])
def test_stages_are_written_in_lower_case(run: Run, command: str, stage: str) -> None:
    # The stage is taken; what is missing comes behind it.
    assert "Missing argument" in run(command, "--stage", stage).err
    assert f"'{stage.upper()}' is not one of 'change', 'build'" in run(command, "x", "--stage", stage.upper()).err


@pytest.mark.parametrize("severity", ["critical", "high", "medium", "low"])
def test_severities_are_written_in_lower_case(run: Run, severity: str) -> None:
    assert "Missing argument" in run("gate", "--fail-on", severity).err


def test_a_rule_that_does_not_exist_names_the_nearest(run: Run) -> None:
    assert "did you mean GK-INF-00" in run("explain", "GK-INF-0007").err


def test_a_key_without_an_artifact_is_refused(
    run: Run, project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    private, public = new_key_pair(tmp_path / "a.key", "p256", lambda: b"secret")
    monkeypatch.setenv(VARIABLE, "secret")
    ended = run("gate", project, "--key", private)
    assert (ended.code, "there is nothing to sign" in ended.err) == (2, True)
    assert run("gate", project, "--key", public).code == 2


def test_a_wrong_password_is_refused_and_no_password_is_shown(
    run: Run, project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    private, _ = new_key_pair(tmp_path / "a.key", "p256", lambda: b"correct horse")
    monkeypatch.setenv(VARIABLE, "battery staple")
    ended = run("gate", project, "--artifact", project / "Dockerfile", "--key", private)
    assert ended.code == 2
    assert "the password is wrong" in ended.err
    assert "battery" not in ended.err


def test_without_a_terminal_nobody_is_asked_for_a_password(
    run: Run, project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    private, _ = new_key_pair(tmp_path / "a.key", "p256", lambda: b"secret")
    with open(os.devnull) as nothing:
        monkeypatch.setattr(sys, "stdin", nothing)
        ended = run("gate", project, "--artifact", project / "Dockerfile", "--key", private)
    assert ended.code == 2
    assert f"set {VARIABLE}" in ended.err


def test_names_from_outside_are_not_obeyed(run: Run) -> None:
    ended = run("verify", "a", "b\n::error::x", "--key", "k")
    assert ended.code == 2
    assert not any(line.lstrip().startswith("::") for line in ended.err.splitlines())


def test_a_defect_is_one_message_and_closed(run: Run, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*arguments: object) -> None:
        raise RuntimeError("an unforeseen\nproblem")

    monkeypatch.setattr("gatekeeper.roads.gating.gate", broken)
    ended = run("gate", project)
    assert ended.code == 4
    assert r"internal error: RuntimeError: an unforeseen\nproblem" in ended.err
    assert "Traceback" not in ended.err


def test_an_interrupted_run_ends_as_shells_expect(run: Run, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("gatekeeper.roads.gating.gate", interrupted)
    assert run("gate", project).code == 130


@pytest.mark.parametrize(
    "line",
    [
        "verify app --trust strict.toml --trust lax.toml",
        "verify app --settings one.toml --settings other.toml",
        "approve app --decision d --role reviewer --role board",
        "gate . --fail-on high --fail-on low",
        "trust init --from a --from b --key one.pub --key other.pub",
    ],
)
def test_what_counts_once_is_given_once(run: Run, line: str) -> None:
    ended = run(*line.split())
    assert ended.code == 2
    assert "is given more than once" in ended.err


def test_every_command_minds_what_is_given_twice() -> None:
    """All but conftest's own, which does as conftest does."""

    def leaves(command: click.Command) -> Iterator[click.Command]:
        if not isinstance(command, click.Group):
            yield command
            return
        context = click.Context(command)
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            assert found is not None
            yield from leaves(found)

    assert {one.name for one in leaves(group) if not isinstance(one, OneOfEach)} == {"test"}
