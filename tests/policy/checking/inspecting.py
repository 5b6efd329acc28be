"""Modules as the worker sees them, inside the test's own process."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from gatekeeper.formats import jsonable
from gatekeeper.model.json import Json
from gatekeeper.policy.checking import worker
from gatekeeper.policy.checking.worker import Inspection

IMPORTS = "package acme\n\nimport rego.v1\n\n"


def inspect(modules: Mapping[str, str], *, evidence: bool = True, data: Json = None) -> Inspection:
    """What is found in modules (texts by path), all of them checked."""
    given = [
        {"path": path, "text": text, "v0": False, "checked": True, "gives_findings": "# METADATA" in text}
        for path, text in modules.items()
    ]
    return worker.inspect({"evidence": evidence}, jsonable.dumps({"modules": given, "data": data or {}}))


def alarms(text: str, path: str = "a.rego", **modules: str) -> list[str]:
    """``line:column check: message`` of what is found in a module without a package."""
    others = {f"{name}.rego": module for name, module in modules.items()}
    found = inspect({path: IMPORTS + text, **others})
    above = IMPORTS.count("\n")
    return [f"{p.line - above}:{p.column} {p.check}: {p.message}" for p in found.problems if p.path == path]


def page(trap: str) -> str:
    """The page of a trap."""
    return (Path(__file__).parents[3] / "docs" / "traps" / f"{trap}.md").read_text(encoding="utf-8")
