from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from gatekeeper.errors import WorkerFailure
from gatekeeper.workers import Limits, clean_environment, find_tool, git_environment, run


def python(code: str) -> list[str]:
    return [sys.executable, "-P", "-c", code]


def test_output_and_exit_code_come_back() -> None:
    completed = run(python("import sys; print(sys.stdin.read().upper()); sys.exit(3)"), stdin=b"hello")
    assert (completed.exit_code, completed.stdout.strip()) == (3, b"HELLO")


def test_a_program_that_hangs_is_killed_with_its_children(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    child = f"import time; time.sleep(2); open({str(mark)!r}, 'w')"
    code = f"import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', {child!r}]); time.sleep(60)"
    with pytest.raises(WorkerFailure, match="did not end within 1 seconds"):
        run(python(code), limits=Limits(seconds=1))
    time.sleep(2)
    assert not mark.exists()


def test_a_program_that_prints_for_ever_is_stopped() -> None:
    with pytest.raises(WorkerFailure, match="printed more than"):
        run(python("while True: print('x' * 9999)"), limits=Limits(output=1 << 20))


@pytest.mark.skipif(sys.platform != "linux", reason="address space can be bounded on Linux only")
def test_memory_is_bounded() -> None:
    completed = run(python("x = bytearray(3 << 30)"), limits=Limits(memory=1 << 30))
    assert completed.exit_code != 0


def test_a_program_that_does_not_read_its_input_is_no_problem() -> None:
    assert run(python("pass"), stdin=b"x" * (4 << 20)).exit_code == 0


def test_what_cannot_be_started_is_said() -> None:
    with pytest.raises(WorkerFailure, match="could not be started"):
        run(["/no/such/program"])


def test_tools_inside_the_inspected_tree_are_not_found(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = tmp_path / "bin" / "surely-no-real-tool"
    fake.parent.mkdir()
    fake.write_text("#!/bin/sh\n")
    fake.chmod(0o755)
    path = os.environ["PATH"]
    monkeypatch.setenv("PATH", f"{fake.parent}{os.pathsep}{path}")
    assert find_tool(fake.name) == str(fake)
    with pytest.raises(WorkerFailure, match="was not found"):
        find_tool(fake.name, outside=tmp_path)
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / fake.name).symlink_to(fake)
    monkeypatch.setenv("PATH", f"{elsewhere}{os.pathsep}{path}")
    with pytest.raises(WorkerFailure, match="was not found"):
        find_tool(fake.name, outside=tmp_path / "bin")
    monkeypatch.chdir(fake.parent)
    monkeypatch.setenv("PATH", f".{os.pathsep}{path}")
    with pytest.raises(WorkerFailure, match="was not found"):
        find_tool(fake.name)


def test_who_inspects_a_part_of_a_clone_does_not_run_what_lies_in_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = tmp_path / "bin" / "surely-no-real-tool"
    for folder in (fake.parent, tmp_path / "policies", tmp_path / ".git"):
        folder.mkdir()
    fake.write_text("#!/bin/sh\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{fake.parent}{os.pathsep}{os.environ['PATH']}")
    with pytest.raises(WorkerFailure, match="was not found"):
        find_tool(fake.name, outside=tmp_path / "policies")
    (tmp_path / ".git").rmdir()
    assert find_tool(fake.name, outside=tmp_path / "policies") == str(fake)


def test_the_environment_is_the_same_wherever_one_comes_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_SSH_COMMAND", "touch mark")
    monkeypatch.setenv("LD_PRELOAD", "/tmp/x.so")
    environment = clean_environment(tmp_path)
    assert not {"GIT_SSH_COMMAND", "LD_PRELOAD", "PYTHONPATH"} & environment.keys()
    assert git_environment(tmp_path)["GIT_NO_LAZY_FETCH"] == "1"
