"""Real tools for tests: built or fetched once into a cache folder, at the versions of tools.toml."""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

PINS = tomllib.loads((Path(__file__).parent / "tools.toml").read_text())
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "gatekeeper-tests"
# Building is slow anyway: let it leave some of the machine to others.
_GO = ("nice", "go")
_SHARED = ("-p", "2")


def program(name: str) -> Path:
    """A program of ``[programs]`` or ``[modules]``, built when it is first asked for."""
    if name in PINS["modules"]:
        return _from_module(name, Path(__file__).parent / PINS["modules"][name]["folder"])
    pin = PINS["programs"][name]
    folder = CACHE / f"{name}-{pin.rpartition('@')[2]}"
    binary = folder / name
    with _locked(name):
        if not binary.exists():
            subprocess.run([*_GO, "install", *_SHARED, pin], env={**os.environ, "GOBIN": str(folder)}, check=True)
    return binary


def _from_module(name: str, source: Path) -> Path:
    digest = sha256(b"".join(path.read_bytes() for path in sorted(source.iterdir()))).hexdigest()
    binary = CACHE / f"{name}-{digest[:12]}" / name
    with _locked(name):
        if not binary.exists():
            package = PINS["modules"][name]["package"]
            subprocess.run([*_GO, "build", *_SHARED, "-o", str(binary), package], cwd=source, check=True)
    return binary


def project(name: str) -> Path:
    """The tree of a project of ``[projects]``, fetched when it is first asked for. It is read-only."""
    return _module(name, PINS["projects"][name])


def debian_package(name: str) -> None:
    """Install a package of the system, as root or by a sudo that asks for nothing."""
    prefix = [] if os.geteuid() == 0 else ["sudo", "--non-interactive"]
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    with _locked("debian"):
        subprocess.run(
            [*prefix, "apt-get", "update", "--quiet"], env=environment, check=True, stdout=subprocess.DEVNULL
        )
        install = ["apt-get", "install", "--quiet", "--yes", "--no-install-recommends", name]
        subprocess.run([*prefix, *install], env=environment, check=True, stdout=subprocess.DEVNULL)


def sarif_schema() -> str:
    """The official JSON Schema (draft 4) of SARIF 2.1.0, errata 01, which a Go module of ``[schemas]`` embeds."""
    source = _module("sarif", PINS["schemas"]["sarif"]) / "pkg" / "report" / "v210" / "sarif" / "schema.go"
    # A raw string of Go: nothing in it is escaped, and it cannot hold a backtick.
    return source.read_text(encoding="utf-8").split("`")[1]


def _module(name: str, pin: str) -> Path:
    with _locked(name):
        listing = subprocess.run(["go", "mod", "download", "-json", pin], check=True, capture_output=True, cwd="/")
    return Path(json.loads(listing.stdout)["Dir"])


@contextmanager
def _locked(name: str) -> Iterator[None]:
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    for wanted in sys.argv[1:] or [*PINS["programs"], *PINS["modules"]]:
        print(program(wanted))
