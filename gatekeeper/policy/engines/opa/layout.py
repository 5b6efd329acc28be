"""Policies as a folder that OPA loads as a bundle, and the way back from its file names to the modules' paths."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from gatekeeper.errors import EngineFailure
from gatekeeper.model.json import Json, JsonObject
from gatekeeper.policy.bundle import Bundle
from gatekeeper.policy.engines.base import Program, RegoVersion
from gatekeeper.policy.engines.documents import dumps

FOLDER = "policies"
# The server's access is decided below `system`: whatever stood there too could open it to everybody.
RESERVED = "system"

_PACKAGE = re.compile(r"(?:\ufeff)?(?:[ \t\r\n]|#[^\n]*(?:\n|\Z))*+package[ \t\r\n]+([A-Za-z_]\w*)")
_FILE = re.compile(rf"(?:[^\s:]*/)?{FOLDER}/(\d{{6}})\.rego")


@dataclass(frozen=True, slots=True)
class Source:
    """A module. ``v0``: it is written in Rego v0 unless it imports ``rego.v1``."""

    path: str
    text: str
    v0: bool = False


@dataclass(frozen=True, slots=True)
class Policies:
    """Modules and the document below ``data``, as OPA is given them."""

    sources: tuple[Source, ...]
    data: JsonObject

    def path(self, shown: str) -> str:
        """The path of the module that OPA names by its file; "" for any other file."""
        found = _FILE.fullmatch(shown)
        return self.sources[int(found[1])].path if found else ""

    def message(self, text: str) -> str:
        """A message of OPA on one line, with the paths of modules for the names of files."""
        return _FILE.sub(lambda found: self.sources[int(found[1])].path, " ".join(text.split()))

    @property
    def prints(self) -> bool:
        """Whether any module may print."""
        return any("print(" in source.text for source in self.sources)


def of_program(program: Program) -> Policies:
    """The policies of a program."""
    v0 = program.rego_version is RegoVersion.V0
    sources = (Source(path, text, v0 or path in program.older) for path, text in program.modules)
    return Policies(tuple(sources), program.data)


def of_bundle(bundle: Bundle, settings: Json) -> Policies:
    """The policies of a bundle, with ``settings`` as ``data.gatekeeper.settings``."""
    sources = tuple(Source(module.path, module.text, module.v0) for module in bundle.modules)
    return Policies(sources, bundle.document(settings))


def refusals(policies: Policies) -> Sequence[EngineFailure]:
    """Why these must not be given to a server of ours: they reach for ``data.system``."""
    found = [
        EngineFailure(
            f"the package {RESERVED} and all below it decide who may ask the OPA server",
            path=source.path,
            line=source.text[: package.start(1)].count("\n") + 1,
            hint="choose another package",
        )
        for source in policies.sources
        if (package := _PACKAGE.match(source.text)) and package[1] == RESERVED
    ]
    if RESERVED in policies.data:
        found.append(
            EngineFailure(f"data below {RESERVED} is the OPA server's own", hint="put the data into another folder")
        )
    return found


def write(policies: Policies, folder: Path) -> None:
    """Write the bundle into ``folder``.

    It owns the first parts of its packages and the keys of its data, no more: OPA refuses what a module might put
    elsewhere, so that neither ``data.system`` nor the evidence can be touched.

    Raises:
        EngineFailure: a module has no package, the data is no JSON, or the folder cannot be written.
    """
    roots = set(policies.data)
    for source in policies.sources:
        package = _PACKAGE.match(source.text)
        if package is None:
            raise EngineFailure("the module does not start with a package", path=source.path, hint="give it one")
        roots.add(package[1])
    if refused := refusals(policies):
        raise refused[0]
    names = [f"{FOLDER}/{number:06}.rego" for number in range(len(policies.sources))]
    manifest = {
        "revision": "",
        "roots": sorted(roots) or [FOLDER],
        "rego_version": 1,
        "file_rego_versions": {f"/{name}": 0 for name, s in zip(names, policies.sources, strict=True) if s.v0},
    }
    try:
        (folder / FOLDER).mkdir(parents=True)
        for name, source in zip(names, policies.sources, strict=True):
            (folder / name).write_text(source.text, encoding="utf-8", newline="")
        if policies.data:  # even an empty document would need the right to all paths
            (folder / "data.json").write_bytes(dumps(policies.data, "the data"))
        (folder / ".manifest").write_bytes(dumps(manifest, "the manifest"))
    except OSError as error:
        raise EngineFailure(
            f"the policies could not be written for OPA: {error.strerror}",
            hint="see whether the folder for temporary files (TMPDIR) has room and can be written",
        ) from error
