"""The files of a policy folder."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from gatekeeper.errors import EngineFailure, SettingsError

MAX_MODULE_BYTES = 1 << 20
MAX_DATA_BYTES = 32 << 20
MAX_FILES = 20_000
SNIPPET_FOLDERS = ("flag", "pass")


@dataclass(frozen=True, slots=True)
class PolicyFile:
    """One module or data file. ``path`` is relative to its folder, ``shown`` is what messages call it."""

    path: str
    shown: str
    text: str

    @property
    def is_module(self) -> bool:
        """Whether it is Rego, not data."""
        return self.path.endswith(".rego")


@dataclass(frozen=True, slots=True)
class Pack:
    """Policies of others: modules and data of a folder or an archive, called by its name."""

    name: str
    files: Sequence[PolicyFile]


def read_pack(folder: Path) -> Pack:
    """The policies of a folder.

    Raises:
        SettingsError: there is no such folder, or it holds no module.
        EngineFailure: a file cannot be read.
    """
    files = read_folder(folder, prefix=f"{folder.name}/")
    if not any(file.is_module for file in files):
        raise SettingsError(f"{folder}: holds no policies", hint="name a folder that holds .rego files")
    return Pack(folder.name, files)


def read_folder(folder: Path, *, prefix: str = "", tests: bool = False) -> list[PolicyFile]:
    """All modules and data files below ``folder``, sorted by path; hidden files and folders are not looked at.

    Tests (``*_test.rego``) decide nothing and are left out unless ``tests`` is set. Snippets, which lie in ``flag/``
    and ``pass/`` beside a module, are no data, and no policies may lie there.

    Raises:
        SettingsError: there is no such folder.
        EngineFailure: a file cannot be read, is too large, is no UTF-8, or a link leads out of the folder.
    """
    if not folder.is_dir():
        raise SettingsError(f"{folder}: no such folder of policies", hint="name a folder that holds .rego files")
    root = folder.resolve()
    files = []
    for path in _walk(root):
        relative = path.relative_to(root).as_posix()
        if not tests and relative.endswith("_test.rego"):
            continue
        shown = prefix + relative
        if not _is_text(shown):
            raise EngineFailure("the name of a file is not UTF-8", path=shown, hint="rename it")
        files.append(PolicyFile(relative, shown, _read(root, path, shown)))
        if len(files) > MAX_FILES:
            raise EngineFailure(f"{folder}: more than {MAX_FILES} files", hint="name the folder of the policies only")
    return sorted(files, key=lambda file: file.path)


def _walk(root: Path) -> Iterator[Path]:
    snippets: set[str] = set()
    for folder, folders, names in os.walk(root, onerror=_refuse):
        for name in folders:
            _check_link(root, Path(folder, name))
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        if folder in snippets:
            snippets.update(os.path.join(folder, name) for name in folders)
        elif any(name.endswith(".rego") for name in names):
            snippets.update(os.path.join(folder, name) for name in SNIPPET_FOLDERS)
        for name in sorted(names):
            if name.startswith(".") or not name.endswith((".rego", ".json")):
                continue
            if folder not in snippets:
                yield Path(folder, name)
            elif name.endswith(".rego"):
                # It would look like a policy and never judge.
                raise EngineFailure(
                    f"{Path(folder, name)}: a policy among snippets", hint="move it out of the folders flag and pass"
                )


def _is_text(name: str) -> bool:
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _refuse(error: OSError) -> None:
    raise EngineFailure(str(error.strerror), path=str(error.filename), hint="make the policies readable")


def _check_link(root: Path, path: Path) -> None:
    if path.is_symlink() and not path.resolve().is_relative_to(root):
        raise EngineFailure(
            "a link that leads out of the folder of policies", path=str(path), hint="put the policies themselves there"
        )


def _read(root: Path, path: Path, shown: str) -> str:
    _check_link(root, path)
    limit = MAX_MODULE_BYTES if path.suffix == ".rego" else MAX_DATA_BYTES
    if not path.is_file():
        raise EngineFailure("no regular file", path=shown, hint="remove it from the folder of policies")
    try:
        with path.open("rb") as file:
            data = file.read(limit + 1)
        if len(data) > limit:
            raise EngineFailure(f"larger than {limit} bytes", path=shown, hint="split it")
        return data.decode("utf-8")
    except OSError as error:
        raise EngineFailure(str(error.strerror), path=shown, hint="make the policies readable") from error
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise EngineFailure("is not UTF-8", path=shown, line=line, hint="save it as UTF-8") from error
