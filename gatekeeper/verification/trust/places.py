"""Where the trust file lies: never where the inspected subject, or who wrote it, has a say.

What was not named by ``--trust`` or the variable may lie in none of these:

- a folder that is a subject,
- the working folder or the folder of a subject's file, or, where they are in a git repository, that repository.

Two folders hold more than what is inspected: ``/``, which nobody unpacks a subject into, and the home folder of the
account, with all above it. There the trust file may lie in ``~/.config`` or ``/etc``, unless a repository is on the way
to it. Which home is the account's, the user database tells: ``HOME`` and ``XDG_CONFIG_HOME`` may point into a checkout.
"""

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
    home: Path | None = None,
) -> Path:
    """The trust file that counts: the one given, that of the environment, the user's, the organisation's.

    ``subjects`` are those that are files or folders, ``home`` is the account's (None: that of the user database).

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
            _check_place(path, working_folder, subjects, (home or _home(), organisation.parent.parent))
            return path
    raise UsageError("there is no trust file, so nobody is trusted", hint=_HINT)


def check_files(
    trust: Path,
    uncovered: Sequence[str],
    working_folder: Path,
    subjects: Sequence[Path] = (),
    organisation: Path = ORGANISATION,
    home: Path | None = None,
) -> None:
    """See that what a trust file names without its digest lies as safe as itself.

    Raises:
        UsageError: such a file lies where the subject could have brought it, and the trust file does not.
    """
    if not uncovered:
        return
    owns = home or _home(), organisation.parent.parent
    if _inspected(trust, working_folder, subjects, owns) is not None:
        # Whoever named it there means what lies there.
        return
    for name in uncovered:
        if top := _inspected(trust.parent / name, working_folder, subjects, owns):
            raise UsageError(
                f"the trust file {trust} names {name} without its digest, and that lies in {top}, which is inspected:"
                " whoever wrote that could have written it",
                hint="add the digest, whose field `gatekeeper trust check` names, or keep the file elsewhere",
            )


def _users(environment: Mapping[str, str]) -> list[Path]:
    # The XDG specification ignores relative paths.
    folder, home = environment.get("XDG_CONFIG_HOME", ""), environment.get("HOME", "")
    if os.path.isabs(folder):
        return [Path(folder) / "gatekeeper" / FILE_NAME]
    return [Path(home) / ".config" / "gatekeeper" / FILE_NAME] if os.path.isabs(home) else []


def _home() -> Path | None:
    """The home folder of the account that runs this, whatever its environment says."""
    import pwd  # noqa: PLC0415 - only where a trust file was not named

    try:
        home = pwd.getpwuid(os.getuid()).pw_dir
    except KeyError:
        return None
    return Path(home) if os.path.isabs(home) else None


def _check_place(path: Path, working_folder: Path, subjects: Sequence[Path], owns: tuple[Path | None, Path]) -> None:
    if top := _inspected(path, working_folder, subjects, owns):
        raise UsageError(
            f"the trust file {path} lies in {top}, which is inspected: whoever wrote that could have written it",
            hint=f"name it with --trust if it is meant{_about_home(path, owns[0])}",
        )


def _inspected(
    path: Path, working_folder: Path, subjects: Sequence[Path], owns: tuple[Path | None, Path]
) -> Path | None:
    """The inspected folder that a file lies in; None where it lies in none."""
    real = Path(os.path.realpath(path))
    for folder in (working_folder, *(place for one in subjects for place in _folders(one))):
        place = Path(os.path.realpath(folder))
        top = _repository(place)
        if real.is_relative_to(top) and (folder in subjects or not _holds_more(place, real, owns)):
            return top
    return None


def _folders(subject: Path) -> tuple[Path, ...]:
    """The subject itself, or where its file lies; of a link where it leads as well."""
    return (subject,) if subject.is_dir() else (subject.parent, Path(os.path.realpath(subject)).parent)


def _about_home(path: Path, home: Path | None) -> str:
    if home is None or path.is_relative_to(home):
        return ""
    return f"; the home folder of this account is {home}, and another one is a folder like any other"


def _holds_more(place: Path, file: Path, owns: tuple[Path | None, Path]) -> bool:
    """Whether a folder holds more than what is inspected, and the file is where the account or the system put it."""
    between = [one for one in file.parents if one.is_relative_to(place)]
    if any(os.path.lexists(one / ".git") for one in (*between, *place.parents)):
        return False
    home, system = (Path(os.path.realpath(one)) if one else None for one in owns)
    mine = home is not None and home.is_relative_to(place) and file.is_relative_to(home / ".config")
    ours = system is not None and system.is_relative_to(place) and file.is_relative_to(system)
    return place == Path(place.anchor) or mine or ours


def _repository(folder: Path) -> Path:
    """The top of the repository that a folder belongs to, else the folder itself."""
    return next((one for one in (folder, *folder.parents) if os.path.lexists(one / ".git")), folder)
