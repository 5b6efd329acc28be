"""What this installation has: engines and scanners, their versions, what is missing and how to get it."""

from __future__ import annotations

import platform
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Annotated

from gatekeeper import __version__
from gatekeeper.errors import GatekeeperError
from gatekeeper.model.settings import EngineChoice, PolicySettings
from gatekeeper.policy.engines.embedded import EmbeddedEngine
from gatekeeper.policy.engines.opa.program import find_program
from gatekeeper.policy.loading import load as load_bundle
from gatekeeper.roads.publishing import organisation_settings
from gatekeeper.workers import Limits, Pool, find_tool, run

_SECONDS = 60  # semgrep imports much before it says its version
_INSTALL_ANEW = "install gatekeeper-ci anew: it belongs to it"
_WORDS = re.compile(r"\d+(?:\.\d+)+\S*")


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that gatekeeper uses."""

    name: Annotated[str, "Name"]
    purpose: Annotated[str, "What it is for"]
    needed: Annotated[bool, "Whether the gate cannot decide without it"]
    version: Annotated[str, "Version; empty: it is missing or does not work"] = ""
    place: Annotated[str, "Where it is, where that is a file"] = ""
    problem: Annotated[str, "Why it cannot be used; empty: it can"] = ""
    hint: Annotated[str, "How to get it"] = ""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """All parts. ``ready`` where nothing is missing that the gate needs."""

    ready: Annotated[bool, "Whether the gate can decide"]
    gatekeeper: Annotated[str, "Version of this program"]
    python: Annotated[str, "Version of Python"]
    parts: Annotated[tuple[Part, ...], "Engines first, then scanners"]


def diagnose(organisation: Path | None = None) -> Diagnosis:
    """Ask every part for its version, and the engine for an answer.

    Raises:
        SettingsError: the organisation's settings are malformed.
    """
    policy = organisation_settings(organisation).policy
    parts = tuple(_parts(policy))
    ready = not any(part.needed and part.problem for part in parts)
    return Diagnosis(ready, __version__, platform.python_version(), parts)


def _parts(policy: PolicySettings) -> Iterator[Part]:
    yield _tried(
        Part("embedded engine", "evaluates the shipped policies", policy.engine is not EngineChoice.OPA), _regorus
    )
    opa = Part(
        "opa",
        "evaluates policies of others, and everything with --engine opa",
        policy.engine is EngineChoice.OPA or bool(policy.opa),
    )
    yield _tried(opa, lambda: _opa(policy))
    if policy.server.url:
        yield Part("opa server", "evaluates policies of others; not asked here", True, "set", policy.server.url)
    yield _tried(Part("semgrep", "scans source code", True), lambda: _program("semgrep", "--experimental", "--version"))
    yield _tried(Part("pip-audit", "asks for known vulnerabilities with --online", False), _pip_audit)
    yield _tried(
        Part("git", "names the commit, and gives the base of a change", False), lambda: _program("git", "version")
    )


def _tried(part: Part, attempt: Callable[[], tuple[str, str]]) -> Part:
    """The part with version and place, or with what is wrong."""
    try:
        found, place = attempt()
        return Part(part.name, part.purpose, part.needed, found, place)
    except PackageNotFoundError:
        return Part(part.name, part.purpose, part.needed, problem="it is not installed", hint=_INSTALL_ANEW)
    except GatekeeperError as error:
        return Part(part.name, part.purpose, part.needed, problem=error.message, hint=error.hint or _INSTALL_ANEW)


def _regorus() -> tuple[str, str]:
    with Pool(size=1) as pool:
        engine = EmbeddedEngine(pool)
        bundle = load_bundle(pool)
        if refusals := engine.check(bundle):
            raise GatekeeperError(f"it does not take the shipped policies: {refusals[0].message}")
        return engine.version, ""


def _opa(policy: PolicySettings) -> tuple[str, str]:
    # As the gate of the current folder would see it.
    program = find_program(policy.opa, outside=Path.cwd())
    return program.version, program.path


def _pip_audit() -> tuple[str, str]:
    return version("pip-audit"), ""


def _program(name: str, *arguments: str) -> tuple[str, str]:
    place = find_tool(name)
    done = run([place, *arguments], limits=Limits(seconds=_SECONDS, memory=None))
    found = _WORDS.search(done.stdout.decode("utf-8", "replace"))
    if done.exit_code or found is None:
        raise GatekeeperError(f"it does not say its version: {done.last_words() or f'exit code {done.exit_code}'}")
    return found[0], place
