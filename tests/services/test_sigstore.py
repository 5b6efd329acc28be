from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.services.processes import ROOT, get, isolated
from tests.services.sigstore import SigstoreStack

pytestmark = pytest.mark.services


def test_nothing_outlives_a_killed_holder(tmp_path: Path) -> None:
    """The programs would keep their ports, and the next run would find them taken."""
    script = (
        "import os, signal, sys, pathlib\n"
        "from tests.services.sigstore import running_stack\n"
        "with running_stack(pathlib.Path(sys.argv[1])):\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    killed = subprocess.run([*isolated(), sys.executable, "-c", script, tmp_path], cwd=ROOT, timeout=60)
    assert killed.returncode == -signal.SIGKILL
    deadline = time.monotonic() + 5
    while left := [process for process in processes() if str(tmp_path) in process]:
        assert time.monotonic() < deadline, left
        time.sleep(0.05)


def test_users_share_one_stack(sigstore_stack: SigstoreStack) -> None:
    script = "from tests.services.sharing import shared_stack\nwith shared_stack() as stack: print(stack.rekor)"
    other = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert other.stdout.strip() == sigstore_stack.rekor
    get(f"{sigstore_stack.rekor}/healthz")


def test_an_isolated_command_reaches_no_service(sigstore_stack: SigstoreStack) -> None:
    script = f"import urllib.request; urllib.request.urlopen({sigstore_stack.rekor + '/healthz'!r}, timeout=5)"
    assert subprocess.run([sys.executable, "-c", script], capture_output=True).returncode == 0
    shut_in = subprocess.run([*isolated(), sys.executable, "-c", script], capture_output=True, text=True)
    assert "Connection refused" in shut_in.stderr


def processes() -> list[str]:
    """The command lines of all processes."""
    found = []
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            try:
                found.append(Path(entry.path, "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace"))
            except OSError:
                continue  # it has ended meanwhile
    return found
