"""Where the trust file lies: never where the inspected subject, or who wrote it, has a say."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from gatekeeper.errors import UsageError

VARIABLE = "GATEKEEPER_TRUST"
FILE_NAME = "trust.toml"
ORGANISATION = Path("/etc/gatekeeper") / FILE_NAME
_HINT = (
    f"name it with --trust or {VARIABLE}, or put it at ~/.config/gatekeeper/{FILE_NAME} or {ORGANISATION};"
    " `gatekeeper trust init --from BUNDLE` helps to write one"
)


def find_trust(
    given: Path | None,
    environment: Mapping[str, str],
    working_folder: Path,
    subjects: Sequence[Path] = (),
    organisation: Path = ORGANISATION,
) -> Path:
    """The trust file that counts: the one given, that of the environment, the user's, the organisation's.

    Only one that was given may lie in the working folder, its repository, or beside or in a subject (``subjects`` are
    those that are files or folders).

    Raises:
        UsageError: there is none, or it lies where the subject could have brought it.
    """
    if given is not None:
        return given
    if named := environment.get(VARIABLE, ""):
        if not os.path.isabs(named):
            raise UsageError(
                f"{VARIABLE} is {named}, which would depend on the working folder", hint="make it an absolute path"
            )
        return Path(named)
    for path in (*_users(environment), organisation):
        if os.path.lexists(path):
            _check_place(path, working_folder, subjects)
            return path
    raise UsageError("there is no trust file, so nobody is trusted", hint=_HINT)


def _users(environment: Mapping[str, str]) -> list[Path]:
    # The XDG specification ignores relative paths.
    folder, home = environment.get("XDG_CONFIG_HOME", ""), environment.get("HOME", "")
    if os.path.isabs(folder):
        return [Path(folder) / "gatekeeper" / FILE_NAME]
    return [Path(home) / ".config" / "gatekeeper" / FILE_NAME] if os.path.isabs(home) else []


def _check_place(path: Path, working_folder: Path, subjects: Sequence[Path]) -> None:
    real = Path(os.path.realpath(path))
    for folder in (working_folder, *(one if one.is_dir() else one.parent for one in subjects)):
        top = _repository(Path(os.path.realpath(folder)))
        if real.is_relative_to(top):
            raise UsageError(
                f"the trust file {path} lies in {top}, which is inspected: whoever wrote that could have written it",
                hint="name it with --trust if it is meant",
            )


def _repository(folder: Path) -> Path:
    """The top of the repository that a folder belongs to, else the folder itself."""
    return next((one for one in (folder, *folder.parents) if os.path.lexists(one / ".git")), folder)
