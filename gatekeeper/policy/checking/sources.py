"""The files that a check looks at, and what is wrong with them as files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from gatekeeper.errors import EngineFailure, SettingsError
from gatekeeper.model.checking import Problem
from gatekeeper.model.json import JsonObject
from gatekeeper.policy import data as data_files
from gatekeeper.policy.bundle import RESERVED
from gatekeeper.policy.files import PolicyFile, read_folder
from gatekeeper.policy.testing.sources import SourceModule, read_sources
from gatekeeper.workspace.shipped import shipped_policies


@dataclass(frozen=True, slots=True)
class Sources:
    """Modules (``tested``: they are to be checked), the document below ``data``, and problems of the data files."""

    modules: tuple[SourceModule, ...]
    data: JsonObject
    problems: tuple[Problem, ...]


def read(folder: Path) -> Sources:
    """The policies and tests of ``folder``, and the shipped library, whose functions they import.

    Raises:
        SettingsError: there is no such folder, or there are no policies in it.
        EngineFailure: a file cannot be read.
    """
    library = (shipped_policies() / "rego").resolve()
    place = folder.resolve()
    if place.is_relative_to(library) or library.is_relative_to(place):
        found = read_sources(folder)
        return Sources(found.modules, found.data, ())
    shown = "" if folder == Path() else f"{folder.as_posix().rstrip('/')}/"
    files = read_folder(folder, prefix=shown, tests=True)
    if not any(file.is_module for file in files):
        raise SettingsError(f"{folder}: holds no policies", hint="name a folder that holds .rego files")
    base = read_sources(library)
    own = [SourceModule(file.shown, file.text, True, True) for file in files if file.is_module]
    shipped = [
        SourceModule(f"gatekeeper:{module.path.removeprefix(f'{library}/')}", module.text, False, False)
        for module in base.modules
        if not module.is_test
    ]
    problems = tuple(_add_data(base.data, [file for file in files if not file.is_module]))
    return Sources((*shipped, *own), base.data, problems)


def _add_data(document: JsonObject, files: Iterable[PolicyFile]) -> Iterator[Problem]:
    for file in files:
        mount = data_files.mount(file)
        if not mount or mount[0] in RESERVED:
            message = f"data at the root or below {' and '.join(RESERVED)} is gatekeeper's own"
            yield Problem(file.shown, 0, 0, "data", message, "put the file into a folder with another name")
            continue
        try:
            data_files.put(document, mount, data_files.load(file), file.shown)
        except ValueError as error:
            yield Problem(file.shown, 0, 0, "data", f"is no JSON: {error}", "mend the file")
        except EngineFailure as error:
            yield Problem(file.shown, error.line, error.column, "data", error.message, error.hint)
