"""The OPA program: where it is, and whether it is new enough."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from gatekeeper.errors import EngineFailure, WorkerFailure
from gatekeeper.policy.rego.getting import GET_OPA
from gatekeeper.workers import Limits, find_tool, run

# The first release that compiles the shipped library: older ones give `some key, value in x` the type of another.
MINIMUM = (1, 16, 0)

_VERSION = re.compile(r"^Version: (?P<text>(\d+)\.(\d+)\.(\d+)\S*)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class OpaProgram:
    """An OPA that answers: its absolute path and its version."""

    path: str
    version: str


def find_program(configured: str = "", *, outside: Path | None = None) -> OpaProgram:
    """The OPA of the settings (``policy.opa``), else the first on PATH; none in the inspected tree ``outside``.

    Raises:
        EngineFailure: there is none, it does not start, or it is older than ``MINIMUM``.
    """
    path = _configured(configured, outside) if configured else _on_path(outside)
    try:
        done = run([path, "version"], environment={}, limits=Limits(seconds=20, memory=None, output=1 << 16))
    except WorkerFailure as error:
        raise EngineFailure(f"OPA ({path}): {error.message}", hint=GET_OPA) from None
    found = _VERSION.search(done.stdout.decode("utf-8", "replace"))
    if done.exit_code or found is None:
        raise EngineFailure(f"{path} does not say its version as OPA does", hint=GET_OPA)
    version = found["text"]
    if tuple(int(found[part]) for part in (2, 3, 4)) < MINIMUM:
        wanted = ".".join(map(str, MINIMUM))
        raise EngineFailure(f"OPA {version} ({path}) is older than {wanted}", hint=f"update it: {GET_OPA}")
    return OpaProgram(path, version)


def _configured(configured: str, outside: Path | None) -> str:
    path = Path(configured)
    if not path.is_absolute():
        raise EngineFailure(f"policy.opa is {configured!r}, no absolute path", hint="name the program from the root on")
    if outside is not None and path.resolve().is_relative_to(outside.resolve()):
        raise EngineFailure(
            f"policy.opa is {configured!r}, which lies in the inspected tree", hint="use an OPA from elsewhere"
        )
    if not path.is_file():
        raise EngineFailure(f"policy.opa is {configured!r}, and there is no such program", hint=GET_OPA)
    return str(path)


def _on_path(outside: Path | None) -> str:
    try:
        return find_tool("opa", outside=outside)
    except WorkerFailure:
        raise EngineFailure("OPA was not found on PATH", hint=GET_OPA) from None
