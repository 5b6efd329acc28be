"""The shipped library with its tests, as files and loaded into the embedded engine."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from gatekeeper.errors import EngineFailure
from gatekeeper.formats import jsonable
from gatekeeper.model.json import Json, JsonObject
from gatekeeper.model.settings import Settings
from gatekeeper.policy import data
from gatekeeper.policy.engines.regorus_engine import guarded, new_engine
from gatekeeper.policy.files import PolicyFile, read_folder
from gatekeeper.workspace.shipped import shipped_policies

ROOT = shipped_policies() / "rego"
FILES = read_folder(ROOT, tests=True)
_PACKAGE = re.compile(r"^package ([\w.]+)", re.MULTILINE)
_TEST = re.compile(r"^(test_\w+)", re.MULTILINE)


@dataclass(frozen=True)
class RegoTest:
    """One test rule."""

    file: str
    package: str
    name: str

    def __str__(self) -> str:
        return f"{self.package.removeprefix('gatekeeper.')}.{self.name}"


def rego_tests() -> Iterator[RegoTest]:
    """All tests, in the order of their files."""
    for file in FILES:
        if file.path.endswith("_test.rego"):
            for name in _TEST.findall(file.text):
                yield RegoTest(file.path, package_of(file), name)


def package_of(file: PolicyFile) -> str:
    found = _PACKAGE.search(file.text)
    assert found, f"{file.path} has no package"
    return found[1]


def document() -> JsonObject:
    """The library's data with the default settings."""
    whole = data.assemble(file for file in FILES if not file.is_module)
    whole.setdefault("gatekeeper", {})["settings"] = jsonable.plain(Settings())
    return whole


class Library:
    """The library in the embedded engine, in this process."""

    def __init__(self) -> None:
        self._base = new_engine((file.path, file.text) for file in FILES if file.is_module)
        self._base.add_data_json(json.dumps(document()))
        self._engine = self._base.clone()

    def evaluate(self, query: str, evidence: Json = None) -> Json:
        """Raises EngineFailure where the evaluation aborts."""
        try:
            self._engine.set_input_json(jsonable.dumps(evidence or {}).decode())
            return jsonable.loads(guarded(lambda: self._engine.eval_rule_as_json(query), query))
        except EngineFailure:
            self._engine = self._base.clone()
            raise


def write_for_opa(folder: Path) -> Path:
    """The library as OPA loads it: its data in one file, since OPA does not mount files by their names."""
    for file in FILES:
        if file.is_module:
            target = folder / file.path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(file.text)
    (folder / "data.json").write_text(json.dumps(document()))
    return folder
