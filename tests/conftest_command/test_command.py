"""What is gatekeeper's own in `gatekeeper test`."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gatekeeper.cli.test import command


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "policy").mkdir()
    (tmp_path / "policy" / "main.rego").write_text('package main\n\ndeny contains "found" if input.a == 1\n')
    (tmp_path / "a.json").write_text('{"a": 1}')
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))  # no OPA
    return tmp_path


def run(*args: str) -> Result:
    return CliRunner().invoke(command, list(args))


def test_without_opa_harmless_policies_run_embedded(folder: Path) -> None:
    result = run("a.json", "--no-color")
    assert (result.exit_code, result.stdout) == (
        1,
        "FAIL - a.json - main - found\n\n1 test, 0 passed, 0 warnings, 1 failure, 0 exceptions\n",
    )


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ('lower(input.a) == "x"', "expects string argument"),
        ("count({name | name := names[_]}) == 0\n\tnames := input.a", "is unsafe"),
    ],
)
def test_what_only_the_embedded_engine_aborts_at_is_no_verdict(folder: Path, body: str, message: str) -> None:
    (folder / "policy" / "main.rego").write_text(f'package main\n\ndeny contains "x" if {{\n\t{body}\n}}\n')
    result = run("a.json")
    assert result.exit_code == 4
    assert message in result.stderr
    assert "install OPA" in result.stderr


def test_no_rule_is_an_error(folder: Path) -> None:
    result = run("a.json", "-n", "mian")
    assert result.exit_code == 4
    assert not result.stdout
    assert "no rule was evaluated" in result.stderr and "mian" in result.stderr
    assert "--allow-no-rules" in result.stderr and "--namespace" in result.stderr
    assert run("a.json", "-n", "mian", "--allow-no-rules").exit_code == 0


def test_no_rule_is_no_success_for_those_who_never_fail(folder: Path) -> None:
    assert run("a.json", "-n", "mian", "--no-fail").exit_code == 4


def test_no_document_is_no_rule(folder: Path) -> None:
    (folder / "empty.json").write_text("[]")
    assert run("empty.json").exit_code == 4


@pytest.mark.parametrize(
    ("policy", "reason"),
    [
        ('package main\n\ndeny contains "x" if not startswith(input.b, "a")\n', "`not` with input.b inside"),
        ('package main.sub\n\ndeny contains "x" if count(data.main.all) > 0\n', "belongs to a package above"),
        ('package main\n\ndeny contains "x" if io.jwt.encode_sign({}, {}, {})\n', "io.jwt.encode_sign"),
        ('package main\n\ndeny contains "x" if parse_config("json", "{}")\n', "parse_config"),
    ],
)
def test_without_opa_what_could_differ_is_refused(folder: Path, policy: str, reason: str) -> None:
    (folder / "policy" / "main.rego").write_text(policy)
    if "main.sub" in policy:
        (folder / "policy" / "all.rego").write_text("package main\n\nall contains 1\n")
    result = run("a.json", "--all-namespaces")
    assert result.exit_code == 4
    assert reason in result.stderr and "policy/main.rego:" in result.stderr and "install OPA" in result.stderr


@pytest.mark.parametrize("flag", ["--strict", "--trace", "--show-builtin-errors", "--engine=opa"])
def test_without_opa_flags_that_need_it_are_refused(folder: Path, flag: str) -> None:
    result = run("a.json", flag)
    assert result.exit_code == 4
    assert "install OPA" in result.stderr


def test_an_opa_of_another_language_is_not_asked(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    program = tmp_path_factory.mktemp("old") / "opa"
    program.write_text("#!/bin/sh\necho 'Version: 0.70.0'\n")
    program.chmod(0o755)
    refused = run("a.json", "--opa", str(program))
    assert refused.exit_code == 4
    assert "older than 1.16.0" in refused.stderr


def test_an_opa_in_the_tested_folder_is_not_run(folder: Path) -> None:
    program = folder / "opa"
    program.write_text("#!/bin/sh\ntouch pwned\n")
    program.chmod(0o755)
    run("a.json")
    (folder / "conftest.toml").write_text('opa = "./opa"\n')
    result = run("a.json")
    assert result.exit_code == 1
    assert "cannot name the OPA program" in result.stderr
    assert not (folder / "pwned").exists()


def test_folders_that_go_round(folder: Path) -> None:
    (folder / "policy" / "loop").symlink_to(folder / "policy")
    result = run("a.json")
    assert result.exit_code == 1
    assert "policy/loop" in result.stderr


def test_links_to_folders_that_go_round_are_walked_once(folder: Path) -> None:
    (folder / "d").mkdir()
    (folder / "d" / "x.json").write_text('{"a": 1}')
    (folder / "d" / "loop").symlink_to(folder / "d")
    assert run("d", "-o", "tap").exit_code == 1


@pytest.mark.parametrize("pattern", ["(a+)+$", "(?i)A{1000}"])
def test_expressions_do_not_explode(folder: Path, pattern: str) -> None:
    (folder / ("a" * 200 + "!.json")).write_text("{}")
    assert run(".", "--ignore", pattern).exit_code in (0, 1)


def test_what_is_downloaded_elsewhere(folder: Path) -> None:
    (folder / "conftest.toml").write_text('update = ["https://example.com/policy"]\n')
    result = run("a.json")
    assert result.exit_code == 1
    assert "gatekeeper downloads no policies" in result.stderr


def test_names_that_are_no_utf_8(folder: Path) -> None:
    (folder / "d").mkdir()
    with open(bytes(folder / "d") + b"/\xff.json", "w") as file:
        file.write('{"a": 1}')
    result = run("d", "-o", "json")
    assert result.exit_code == 1
    assert '"filename": "d/\ufffd.json"' in result.stdout


def test_sarif_is_refused_and_not_replaced(folder: Path) -> None:
    result = run("a.json", "-o", "sarif")
    assert result.exit_code == 1
    assert "no output sarif" in result.stderr and not result.stdout


@pytest.mark.parametrize(
    ("place", "args"),
    [
        ("sub/pipe.yaml", ["sub"]),
        ("pipe.yaml", ["pipe.yaml"]),
        ("policy/pipe.rego", ["a.json"]),
        ("data/pipe.json", ["a.json", "--data", "data"]),
        ("pipe.toml", ["a.json", "--config-file", "pipe.toml"]),
    ],
)
def test_pipes_are_not_waited_for(folder: Path, place: str, args: list[str]) -> None:
    (folder / place).parent.mkdir(exist_ok=True)
    os.mkfifo(folder / place)
    result = run(*args)
    assert result.exit_code == 1
    assert "is no regular file" in result.stderr


def test_files_that_are_shown_by_one_name_are_both_tested(folder: Path) -> None:
    for name, text in ((b"x\xfe.json", b'{"a": 1}'), (b"x\xff.json", b"{}")):
        Path(os.fsdecode(os.fsencode(folder) + b"/" + name)).write_bytes(text)
    assert run(*(os.fsdecode(name) for name in (b"x\xfe.json", b"x\xff.json"))).exit_code == 1
    assert run(".", "--ignore", "a.json", "--no-color").exit_code == 1


def test_names_of_policies_and_data_that_are_no_utf_8(folder: Path) -> None:
    root = os.fsencode(folder)
    os.makedirs(root + b"/data/d\xff")
    Path(os.fsdecode(root + b"/data/d\xff/x.json")).write_text("{}")
    Path(os.fsdecode(root + b"/policy/\xff.rego")).write_text("package main\n")
    assert run("a.json", "--data", "data").exit_code == 1
    Path(os.fsdecode(root + b"/policy/\xfe.rego")).write_text("package main\n")
    result = run("a.json")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "only bytes tell apart" in result.stderr


@pytest.mark.parametrize(
    ("text", "code", "reason"),
    [
        ('{"a":' * 300 + "1" + "}" * 300, 1, "Recursion limit"),
        ('{"a": "\\ud800"}', 1, "surrogates"),
        ('{"a": 1e99999}', 4, "would round the number 1e99999"),
        ('{"a": 123456789012345678901}', 4, "would round"),
        ('{"a": 1e-99999999999999999999}', 4, "would round"),
    ],
)
def test_data_that_cannot_be_handed_on(folder: Path, text: str, code: int, reason: str) -> None:
    (folder / "data.json").write_text(text)
    result = run("a.json", "--data", "data.json")
    assert (result.exit_code, result.stdout) == (code, "")
    assert reason in result.stderr


def test_data_that_stay_what_they_are(folder: Path) -> None:
    (folder / "data.json").write_text('{"a": [1.50, 1e3, 9223372036854775807, -0.0, 0.1]}')
    assert "found" in run("a.json", "--data", "data.json").stdout


def test_bombs_are_told_by_their_name(folder: Path) -> None:
    doubled = "".join(f"B{number}=${{B{number - 1}}}${{B{number - 1}}}\n" for number in range(1, 40))
    (folder / "a.env").write_text(f"B0=xxxx\n{doubled}")
    assert "a.env:" in run("a.env").stderr
    (folder / "policy" / "deep.rego").write_text(f"package main\n\nx := {'1 + ' * 60_000}1\n")
    assert "deep.rego" in run("a.json").stderr


def test_a_flag_that_is_a_list_is_an_error(folder: Path) -> None:
    (folder / "conftest.toml").write_text("fail-on-warn = [1]\n")
    assert "true or false is expected" in run("a.json").stderr
