"""The gate as it is called: where its outputs go, what it says beside them, how it ends."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

import pytest

from gatekeeper.attest.keys import new_key_pair
from gatekeeper.cli.passwords import VARIABLE
from tests.cli.conftest import Run

PROGRAM = Path(sys.executable).with_name("gatekeeper")
GOOD = 'FROM scratch\nCOPY app /app\nUSER 1000\nENTRYPOINT ["/app"]\n'
BAD = "FROM scratch\nENV DB_PASSWORD=hunter2hunter2\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder that passes: one Dockerfile."""
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "Dockerfile").write_text(GOOD)
    return folder


@pytest.fixture
def artifact(tmp_path: Path) -> Path:
    file = tmp_path / "app.tar.gz"
    file.write_bytes(b"an artifact")
    return file


@pytest.fixture
def key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A private key whose password stands in the environment; call after ``run``."""
    private, _ = new_key_pair(tmp_path / "release.key", "p256", lambda: b"secret")
    return private


def test_it_passes_and_the_last_line_says_so(run: Run, project: Path) -> None:
    ended = run("gate", project)
    assert ended.code == 0
    assert ended.out.splitlines()[-1].startswith("PASS ")
    assert "1 dockerfile" in ended.out


def test_it_rejects_with_the_line_and_the_mend(run: Run, project: Path) -> None:
    (project / "Dockerfile").write_text(BAD)
    ended = run("gate", project)
    assert ended.code == 1
    assert "Dockerfile:2:" in ended.out
    assert "mend: " in ended.out
    assert "hunter2" not in ended.out
    assert ended.out.splitlines()[-1].startswith("FAIL ")
    assert run("gate", project, "--exit-zero").code == 0


def test_outputs_go_to_their_files_beside_the_text(run: Run, project: Path, tmp_path: Path) -> None:
    report, sarif = tmp_path / "gate.json", tmp_path / "gate.sarif"
    ended = run("gate", project, "--output", "text", "--output", f"json={report}", "--output", f"sarif={sarif}")
    assert ended.code == 0
    assert ended.out.splitlines()[-1].startswith("PASS ")
    assert json.loads(report.read_bytes())["decision"]["verdict"] == "PASS"
    assert json.loads(sarif.read_bytes())["version"] == "2.1.0"


def test_json_alone_is_the_only_thing_on_stdout(run: Run, project: Path) -> None:
    document = json.loads(run("gate", project, "--output", "json", "--at", "2026-11-21T10:30:00+01:00").out)
    assert document["decision"]["time"] == "2026-11-21T09:30:00Z"


def test_nothing_known_is_no_pass(run: Run, tmp_path: Path) -> None:
    ended = run("gate", tmp_path)
    assert ended.code == 3
    assert ended.out == ""
    assert "nothing to judge" in ended.err
    assert run("gate", tmp_path, "--exit-zero").code == 0
    assert run("gate", tmp_path, "--allow-empty").code == 0


def test_it_signs_and_says_where(
    run: Run, project: Path, artifact: Path, key: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, "secret")
    ended = run("gate", project, "--artifact", artifact, "--key", key)
    assert ended.code == 0
    assert ended.err.count("signed: ") == 3
    verified = run("verify", artifact, "--key", key.with_name("release.key.pub"), "--stage", "build")
    assert verified.code == 0
    assert verified.out.startswith("VERIFIED app.tar.gz sha256:")
    quiet = run("gate", project, "--artifact", artifact, "--key", key, "--quiet")
    assert (quiet.code, quiet.err) == (0, "")


def test_it_says_why_it_does_not_sign(
    run: Run, project: Path, artifact: Path, key: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, "secret")
    unsigned = run("gate", project, "--artifact", artifact)
    assert "not signed: app.tar.gz: no key was given (--key FILE, or --keyless)" in unsigned.err
    run("gate", project, "--artifact", artifact, "--key", key)
    (project / "Dockerfile").write_text(BAD)
    rejected = run("gate", project, "--artifact", artifact, "--key", key)
    assert rejected.code == 1
    assert rejected.err.count("withdrawn: ") == 3
    assert "not signed: app.tar.gz: the verdict is FAIL" in rejected.err


def test_a_refusal_tells_what_was_expected_and_found(
    run: Run, project: Path, artifact: Path, key: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, "secret")
    run("gate", project, "--artifact", artifact, "--key", key)
    verify = ("verify", artifact, "--key", key.with_name("release.key.pub"), "--stage", "release")
    refused = run(*verify)
    assert refused.code == 5
    assert "expected: release" in refused.err
    assert "found:    build" in refused.err
    as_json = run(*verify, "--output", "json")
    assert as_json.code == 5
    assert json.loads(as_json.out)["subjects"][0]["refusal"]["expected"] == "release"


def test_colours_are_forced_on_stdout_and_never_in_files(
    run: Run, project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "Dockerfile").write_text(BAD)
    assert "\x1b[" not in run("gate", project).out
    monkeypatch.setenv("FORCE_COLOR", "1")
    ended = run("gate", project, "--output", "text", "--output", f"json={tmp_path / 'gate.json'}")
    assert "\x1b[1;31mFAIL\x1b[0m" in ended.out
    assert b"\x1b" not in (tmp_path / "gate.json").read_bytes()
    file = tmp_path / "gate.txt"
    run("gate", project, "--output", f"text={file}")
    assert b"\x1b" not in file.read_bytes()
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[" not in run("gate", project).out


def test_hostile_file_names_are_shown_and_not_obeyed(run: Run, project: Path) -> None:
    (project / "\x1b[2J\n::error::x.tf").write_text("resource {{{\n")
    ended = run("gate", project)
    assert ended.code == 4
    assert ended.out.splitlines()[-1].startswith("ERROR ")
    for line in ended.out.split("\n"):
        assert line.isprintable()
        assert not line.lstrip().startswith("::")


def test_the_reader_of_the_output_may_go(project: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with open(writer, "wb") as gone:
        ended = subprocess.run([PROGRAM, "gate", project], stdout=gone, stderr=subprocess.PIPE, text=True)
    assert (ended.returncode, ended.stderr) == (4, "")


def test_a_terminal_without_unicode_gets_the_text_all_the_same(project: Path) -> None:
    (project / "größe.tf").write_text("resource {{{\n")
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    ended = subprocess.run([PROGRAM, "gate", project], capture_output=True, env=environment)
    assert ended.returncode == 4
    assert "größe.tf" in ended.stdout.decode()


def test_policies_of_others_judge_and_the_decision_names_the_engine(
    run: Run, project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    (tmp_path / "acme").mkdir()
    (tmp_path / "acme" / "a.rego").write_text('package main\n\ndeny contains "no" if count(input.dockerfile) == 1\n')
    ended = run("gate", project, "--policies", tmp_path / "acme", "--output", "json")
    decision = json.loads(ended.out)
    assert ended.code == 1
    assert [(one["rule"], one["message"]) for one in decision["findings"]] == [("main.deny", "no")]
    (engine,) = decision["policies"]["engines"]
    assert engine["name"] == decision["policies"]["engine"] == "regorus"
    assert "main.deny" in engine["rules"]
    assert "policies of others are left to the embedded engine: OPA was not found on PATH" in decision["notes"]


def test_what_the_embedded_engine_might_answer_wrongly_is_not_decided(
    run: Run, project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    (tmp_path / "acme").mkdir()
    (tmp_path / "acme" / "a.rego").write_text(
        'package main\n\ndeny contains "no" if not startswith(input.dockerfile[0].at.path, "D")\n'
    )
    ended = run("gate", project, "--policies", tmp_path / "acme")
    assert ended.code == 4
    assert "FAILED engine acme/a.rego:3: `not` with input.dockerfile inside" in ended.out
    assert "`gatekeeper doctor` tells how to get OPA" in ended.out


def test_the_engine_of_a_build_comes_from_the_settings(
    run: Run, project: Path, artifact: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    assert run("gate", project, "--engine", "opa").code == 4
    ended = run("gate", project, "--engine", "opa", "--artifact", artifact, "--output", "json")
    decision = json.loads(ended.out)
    assert (ended.code, decision["policies"]["engine"]) == (0, "regorus")
    assert any(note.startswith("--engine opa is ignored: in the stage build") for note in decision["notes"])


WRONG = (
    (),
    ("--key", "nofile"),
    ("--key", "release.key.pub"),
    ("--key", "release.key", "--public-key", "other.key.pub"),
    ("--key", "release.key", "--settings", "nofile"),
    ("--key", "release.key", "--policies", "nofile"),
    ("--key", "release.key", "--materials", "nofile"),
    ("--key", "release.key", "--materials", "materials.toml"),
    ("--key", "release.key", "--provenance", "release.key.pub"),
    ("--key", "release.key", "--also", "vulnerabilities"),
    ("--key", "release.key", "--waivers", "nofile"),
    ("--key", "release.key", "--attestations", "release.key/x"),
    ("--key", "release.key", "--trust-config", "nofile"),
)


@pytest.mark.parametrize("options", WRONG, ids=" ".join)
def test_a_wrong_command_line_touches_nothing_that_was_signed(
    run: Run, project: Path, artifact: Path, key: Path, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...]
) -> None:
    monkeypatch.chdir(key.parent)
    monkeypatch.setenv(VARIABLE, "secret")
    assert run("keys", "new", "--output", "other.key").code == 0
    Path("materials.toml").write_text(
        f'version = 1\n[[material]]\nname = "m"\nkind = "model"\ndigest = {{ sha256 = "{"ab" * 32}" }}\n'
    )
    assert run("gate", project, "--artifact", artifact, "--key", key).code == 0
    signed = sorted(artifact.parent.glob("*.sigstore.json"))
    where = project if options else project / "nowhere"
    ended = run("gate", where, "--artifact", artifact, *(options or ("--key", key)))
    assert ended.code == 2, ended.err
    assert "withdrawn" not in ended.err
    assert sorted(artifact.parent.glob("*.sigstore.json")) == signed
    assert len(signed) == 3


def test_a_wrong_password_touches_nothing_that_was_signed(
    run: Run, project: Path, artifact: Path, key: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, "secret")
    assert run("gate", project, "--artifact", artifact, "--key", key).code == 0
    monkeypatch.setenv(VARIABLE, "a guess")
    ended = run("gate", project, "--artifact", artifact, "--key", key)
    assert (ended.code, len(list(artifact.parent.glob("*.sigstore.json")))) == (2, 3)
    assert VARIABLE in ended.err


def test_what_cannot_be_decided_is_withdrawn_and_told(
    run: Run, project: Path, artifact: Path, key: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, "secret")
    gate = ("gate", project, "--artifact", artifact, "--key", key)
    assert run(*gate).code == 0
    (project / "Dockerfile").unlink()
    ended = run(*gate)
    assert (ended.code, list(artifact.parent.glob("*.sigstore.json"))) == (3, [])
    assert ended.err.count("withdrawn: ") == 3
    (project / "Dockerfile").write_text(GOOD)
    assert run(*gate).code == 0
    again = run(*gate)
    assert (again.code, again.err.count("signed: "), again.err.count("withdrawn: ")) == (0, 3, 0)


def test_a_run_that_is_killed_while_it_judges_leaves_nothing_that_looks_like_its_own(
    run: Run, project: Path, artifact: Path, key: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, "secret")
    gate = ("gate", project, "--artifact", artifact, "--key", key)
    assert run(*gate).code == 0
    left: list[list[Path]] = []

    def judge(*arguments: object) -> NoReturn:
        left.append(list(artifact.parent.glob("*.sigstore.json")))
        raise MemoryError

    monkeypatch.setattr("gatekeeper.roads.gating.gather", judge)
    ended = run(*gate)
    assert left == [[]]
    assert (ended.code, ended.err.count("withdrawn: ")) == (4, 3)
