"""Programs that run until they are no longer needed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from gatekeeper.errors import WorkerFailure
from gatekeeper.workers import Limits, Service, serve


def python(code: str) -> list[str]:
    return [sys.executable, "-P", "-c", code]


def wait_for(service: Service, text: bytes) -> None:
    deadline = time.monotonic() + 10
    while text not in service.log():
        assert time.monotonic() < deadline, service.log()
        time.sleep(0.01)


def runs(process_id: int) -> bool:
    try:
        return Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_it_runs_in_its_folder_with_nothing_of_our_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET", "x")
    code = "import os, time; print(os.getcwd(), 'SECRET' in os.environ, flush=True); time.sleep(60)"
    with serve(python(code), folder=tmp_path, environment={}) as service:
        wait_for(service, b"\n")
        assert service.log().decode().split() == [str(tmp_path), "False"]
        assert service.alive


@pytest.mark.skipif(sys.platform != "linux", reason="processes are looked up in /proc")
@pytest.mark.parametrize("failing", [False, True])
def test_it_ends_with_the_block_and_so_do_its_children(tmp_path: Path, failing: bool) -> None:
    code = (
        "import os, subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        "print(os.getpid(), child.pid, '.', flush=True)\ntime.sleep(60)"
    )
    ids: list[int] = []
    try:
        with serve(python(code), folder=tmp_path, environment={}) as service:
            wait_for(service, b".")
            ids = [int(word) for word in service.log().split()[:2]]
            assert all(map(runs, ids))
            if failing:
                raise RuntimeError
    except RuntimeError:
        pass
    time.sleep(0.1)
    assert not any(map(runs, ids))


@pytest.mark.skipif(sys.platform != "linux", reason="processes are looked up in /proc")
def test_it_does_not_outlive_us_however_we_die(tmp_path: Path) -> None:
    code = (
        "import time\nfrom pathlib import Path\nfrom gatekeeper.workers import serve\n"
        f"with serve({python('import os, time; print(os.getpid(), flush=True); time.sleep(60)')!r}, "
        f"folder=Path({str(tmp_path)!r}), environment={{}}) as service:\n"
        "    while not service.log().endswith(b'\\n'): time.sleep(0.01)\n"
        "    print(service.log().decode(), flush=True)\n    time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as parent:
        assert parent.stdout
        process_id = int(parent.stdout.readline())
        assert runs(process_id)
        parent.send_signal(signal.SIGKILL)
        parent.wait()
    deadline = time.monotonic() + 5
    while runs(process_id) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not runs(process_id)


@pytest.mark.skipif(sys.platform != "linux", reason="address space can be bounded on Linux only")
def test_memory_is_bounded(tmp_path: Path) -> None:
    with serve(
        python("x = bytearray(3 << 30); print('took it')"),
        folder=tmp_path,
        environment={},
        limits=Limits(memory=1 << 30),
    ) as service:
        assert service.epitaph().endswith(" ended with exit code 1")
        assert b"MemoryError" in service.log()


def test_its_log_is_bounded(tmp_path: Path) -> None:
    code = "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_DFL)\nwhile True: print('x' * 9999)"
    with serve(python(code), folder=tmp_path, environment={}, limits=Limits(output=1 << 20)) as service:
        while service.alive:
            time.sleep(0.01)
        assert len(service.log()) <= 1 << 20


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("raise SystemExit(3)", "ended with exit code 3"),
        ("import os; os.kill(os.getpid(), 9)", "was killed by signal 9"),
        ("print('fatal error: runtime: out of memory'); raise SystemExit(2)", "ran out of memory"),
        ("import time; time.sleep(60)", "closed the connection"),
    ],
)
def test_why_it_ended(tmp_path: Path, code: str, reason: str) -> None:
    with serve(python(code), folder=tmp_path, environment={}) as service:
        assert service.epitaph() == f"{Path(sys.executable).name} {reason}"


def test_the_log_can_be_read_on(tmp_path: Path) -> None:
    with serve(python("print('one'); print('two')"), folder=tmp_path, environment={}) as service:
        wait_for(service, b"two\n")
        assert service.log(4) == b"two\n"


def test_killed_from_outside(tmp_path: Path) -> None:
    with serve(python("import time; time.sleep(60)"), folder=tmp_path, environment={}) as service:
        os.killpg(service.group, signal.SIGKILL)
        assert service.epitaph().endswith("was killed by signal 9")


def test_a_program_that_is_not_there(tmp_path: Path) -> None:
    with serve(["/no/such/program"], folder=tmp_path, environment={}) as service:
        assert service.epitaph() == "program ended with exit code 127"
    with (
        pytest.raises(WorkerFailure, match="could not be started"),
        serve(["/bin/true"], folder=tmp_path / "missing", environment={}),
    ):
        pass
