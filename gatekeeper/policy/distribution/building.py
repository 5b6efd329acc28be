"""From a folder of policies to the files of an archive."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from gatekeeper.errors import EngineFailure
from gatekeeper.formats import jsonable
from gatekeeper.policy import data as data_files
from gatekeeper.policy.distribution.archive import MANIFEST
from gatekeeper.policy.files import Pack, PolicyFile, read_folder


def build(folders: Sequence[Path], packages: Iterable[tuple[str, ...]], revision: int) -> dict[str, bytes]:
    """The files of an archive: modules but no tests, data, and a ``.manifest`` with revision and roots.

    ``packages`` are those of the modules. Data moves to where OPA finds it too: ``a/b.json`` becomes
    ``a/b/data.json``.

    Raises:
        SettingsError: there is no such folder.
        EngineFailure: a file cannot be read, or two want the same place.
    """
    files: dict[str, bytes] = {}
    roots = set(packages)
    for folder in folders:
        for file in read_folder(folder):
            name = file.path if file.is_module else "/".join((*data_files.mount(file), "data.json"))
            if name in files:
                raise EngineFailure(f"{name} would stand in the archive twice", path=file.shown, hint="rename one")
            files[name] = file.text.encode()
            if not file.is_module:
                roots.add(_data_root(file))
    manifest = {"revision": str(revision), "roots": ["/".join(root) for root in _outermost(roots)], "rego_version": 1}
    files[MANIFEST] = jsonable.dumps(manifest)
    return files


def unpack(files: Mapping[str, bytes], shown: str) -> Pack:
    """Modules and data of an archive.

    Raises:
        EngineFailure: a module is no UTF-8, or a file is neither Rego nor data.
    """
    unpacked = []
    for name, data in sorted(files.items()):
        base = name.rpartition("/")[2]
        if base.startswith("."):
            continue
        if not (name.endswith(".rego") or base == "data.json"):
            raise EngineFailure(f"{name} is neither Rego nor data.json", path=shown, hint="build the archive anew")
        try:
            unpacked.append(PolicyFile(name, f"{shown}/{name}", data.decode("utf-8")))
        except UnicodeDecodeError:
            raise EngineFailure("is not UTF-8", path=f"{shown}/{name}", hint="save it as UTF-8") from None
    if not any(file.is_module for file in unpacked):
        raise EngineFailure("holds no policies", path=shown, hint="build the archive from a folder of .rego files")
    return Pack(shown, unpacked)


def _data_root(file: PolicyFile) -> tuple[str, ...]:
    mount = data_files.mount(file)
    if not mount:
        raise EngineFailure(
            "data at the root would claim everything", path=file.shown, hint="put the file into a folder"
        )
    return mount


def _outermost(roots: Iterable[tuple[str, ...]]) -> list[tuple[str, ...]]:
    kept: list[tuple[str, ...]] = []
    for root in sorted(roots):
        if not kept or root[: len(kept[-1])] != kept[-1]:
            kept.append(root)
    return kept
