"""Policies for tests."""

from __future__ import annotations

from pathlib import Path

from gatekeeper.model.json import Json
from gatekeeper.policy.bundle import Bundle
from gatekeeper.policy.loading import load
from gatekeeper.workers import Pool

HEAD = """\
# METADATA
# title: Pods need a name
# description: A pod without a name cannot be told from another.
# custom:
#   id: {identifier}
#   severity: low
#   stages: [change, build]
#   remediation: Give it a name.
package {package}

"""
BODY = """\
deny contains finding if {
	some object in input.kubernetes
	object.name == ""
	finding := {"message": "has no name", "subject": object.kind, "at": object.at}
}
"""
POD: Json = {"at": {"path": "pod.yaml", "document": 0, "keys": ["spec"], "span": None}, "kind": "Pod", "name": ""}


def rule(body: str = BODY, *, identifier: str = "ACME-001", package: str = "acme.names") -> str:
    """A module with METADATA."""
    return HEAD.format(identifier=identifier, package=package) + body


def write(folder: Path, files: dict[str, str]) -> Path:
    """A folder with these files."""
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return folder


def bundle(pool: Pool, folder: Path, files: dict[str, str]) -> Bundle:
    """The shipped policies and a folder ``acme`` with these files."""
    return load(pool, [write(folder / "acme", files)])
