"""OCI registries in memory, on loopback: with the referrers API, and without."""

from __future__ import annotations

import fcntl
import hashlib
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.services.tools import CACHE

SOURCE = Path(__file__).parent / "registry"


def registry_program() -> Path:
    """The program, built when it is first asked for, and again when its source or its pins have changed."""
    version = hashlib.sha256(b"".join(file.read_bytes() for file in sorted(SOURCE.iterdir()))).hexdigest()[:16]
    binary = CACHE / f"registry-{version}" / "registry"
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "registry.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not binary.exists():
            subprocess.run(["go", "build", "-o", str(binary), "."], cwd=SOURCE, check=True)
    return binary


@contextmanager
def running_registry(*, referrers: bool) -> Iterator[str]:
    """Start a registry; its ``HOST:PORT``."""
    command = [str(registry_program()), f"-referrers={str(referrers).lower()}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().strip()
        finally:
            process.kill()
