"""The modules and data that a folder's tests run with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from gatekeeper.formats import jsonable
from gatekeeper.model.json import JsonObject
from gatekeeper.model.settings import Settings
from gatekeeper.policy import data as data_files
from gatekeeper.policy.bundle import check_mounts
from gatekeeper.policy.files import PolicyFile, read_folder
from gatekeeper.workspace.shipped import shipped_policies


@dataclass(frozen=True, slots=True)
class SourceModule:
    """One module. ``tested``: it lies in the folder whose tests are wanted; ``foreign``: it does not ship with us."""

    path: str
    text: str
    tested: bool
    foreign: bool

    @property
    def is_test(self) -> bool:
        """Whether it holds tests only, which do not count as covered or not."""
        return self.path.endswith("_test.rego")


@dataclass(frozen=True, slots=True)
class Sources:
    """Modules, the document below ``data``, and the folder as it is shown."""

    folder: Path
    shipped: bool
    modules: tuple[SourceModule, ...]
    data: JsonObject


def read_sources(folder: Path) -> Sources:
    """The policies and tests of ``folder`` and, below them, the shipped library, whose functions others import.

    A folder inside the shipped library means that part of it; one that contains the library means all of it. The
    data are mounted as the gate mounts them, with the default settings as ``data.gatekeeper.settings``.

    Raises:
        SettingsError: there is no such folder.
        EngineFailure: a file cannot be read, or data collide.
    """
    library = (shipped_policies() / "rego").resolve()
    place = folder.resolve()
    shipped = place.is_relative_to(library) or library.is_relative_to(place)
    if shipped:
        prefix = _prefix(folder, library if library.is_relative_to(place) else place, library)
        files = read_folder(library, prefix=prefix, tests=True)
        part = place.relative_to(library).as_posix() + "/" if place.is_relative_to(library) else "./"
        modules = [
            SourceModule(file.shown, file.text, part == "./" or file.path.startswith(part), False)
            for file in files
            if file.is_module
        ]
        return Sources(folder, shipped, tuple(modules), _document(files))
    base = read_folder(library, prefix="gatekeeper:")
    shown = "" if folder == Path() else f"{folder.as_posix().rstrip('/')}/"
    own = read_folder(folder, prefix=shown, tests=True)
    check_mounts(own)
    modules = [SourceModule(file.shown, file.text, False, False) for file in base if file.is_module]
    modules += [SourceModule(file.shown, file.text, True, True) for file in own if file.is_module]
    return Sources(folder, shipped, tuple(modules), _document([*base, *own]))


def _prefix(folder: Path, place: Path, library: Path) -> str:
    """What stands in front of a path below the library, so that it leads there from where the caller stands."""
    if place == library and folder.resolve() != library:
        root = folder / library.relative_to(folder.resolve())
    else:
        root = Path(folder, *[".."] * len(place.relative_to(library).parts))
    return "" if root == Path() else f"{root.as_posix()}/"


def _document(files: Iterable[PolicyFile]) -> JsonObject:
    document = data_files.assemble(file for file in files if not file.is_module)
    document.setdefault("gatekeeper", {})["settings"] = jsonable.plain(Settings())
    return document
