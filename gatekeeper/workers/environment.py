"""The environment that every process gets: nothing of the caller's but what it needs to start."""

from __future__ import annotations

import os
import shutil
import site
import sys
from pathlib import Path

from gatekeeper.errors import WorkerFailure


def search_path(outside: Path | None = None) -> str:
    """``PATH`` for child processes: this interpreter's own folder first, then the caller's absolute entries.

    Relative entries and entries inside ``outside`` (the inspected tree, or a part of it) are dropped: a repository does
    not bring its own ``git``.
    """
    tree = _tree(outside)
    entries = [str(Path(sys.executable).parent)]
    for entry in os.environ.get("PATH", os.defpath).split(os.pathsep):
        path = Path(entry)
        if entry and path.is_absolute() and not (tree and path.resolve().is_relative_to(tree)):
            entries.append(entry)
    return os.pathsep.join(dict.fromkeys(entries))


def _tree(inspected: Path | None) -> Path | None:
    """The clone that the inspected folder belongs to: a part of a repository is inspected, all of it is distrusted."""
    if inspected is None:
        return None
    folder = inspected.resolve()
    # In the root folder, as containers have it, everything would be inside.
    clones = (place for place in (folder, *folder.parents[:-1]) if os.path.lexists(place / ".git"))
    return next(clones, folder)


def find_tool(name: str, *, outside: Path | None = None) -> str:
    """Absolute path of a program that lies outside of the inspected tree ``outside``, or beside this interpreter.

    Raises:
        WorkerFailure: it is not installed.
    """
    tree = _tree(outside)
    own, *others = search_path(outside).split(os.pathsep)
    if found := shutil.which(name, path=own):
        return found
    for entry in others:
        found = shutil.which(name, path=entry)
        # A folder elsewhere may hold a link into the tree.
        if found and not (tree and Path(found).resolve().is_relative_to(tree)):
            return found
    raise WorkerFailure(f"the program {name!r} was not found", hint=f"install {name} and make sure it is on PATH")


def clean_environment(home: Path, *, outside: Path | None = None) -> dict[str, str]:
    """Environment of a child: an empty ``HOME``, no configuration, no credentials, UTF-8."""
    environment = {
        "HOME": str(home),
        "TMPDIR": str(home),
        "XDG_CONFIG_HOME": str(home),
        "XDG_CACHE_HOME": str(home),
        "PATH": search_path(outside),
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
        "PYTHONSAFEPATH": "1",
        "PYTHONUTF8": "1",
        "PYTHONHASHSEED": "0",
    }
    # A changed HOME would hide packages installed with pip --user.
    if base := site.getuserbase():
        environment["PYTHONUSERBASE"] = base
    return environment


def git_environment(home: Path, *, outside: Path | None = None) -> dict[str, str]:
    """Environment in which git runs nothing of the inspected repository and fetches nothing.

    git's own configuration files are not read; those of the repository are, so that what they could start is
    overridden by name (``core.fsmonitor``, hooks, pagers, ssh, gpg) and lazy fetching and transports are off. Nor does
    what only this clone says about the history count: replaced objects, grafts, its cache of commits.
    """
    overrides = {
        "core.fsmonitor": "false",
        "core.hooksPath": os.devnull,
        "core.pager": "cat",
        "core.sshCommand": "false",
        "core.attributesFile": os.devnull,
        # A cache of the history, which nothing checks.
        "core.commitGraph": "false",
        "gpg.program": "false",
        "gpg.ssh.program": "false",
        "gpg.x509.program": "false",
        "diff.external": "",
        "credential.helper": "",
        "protocol.allow": "never",
        "safe.directory": "*",
        "gc.auto": "0",
        "maintenance.auto": "false",
    }
    environment = clean_environment(home, outside=outside) | {
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_COUNT": str(len(overrides)),
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_GRAFT_FILE": os.devnull,
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ATTR_NOSYSTEM": "1",
    }
    for number, (key, value) in enumerate(overrides.items()):
        environment[f"GIT_CONFIG_KEY_{number}"] = key
        environment[f"GIT_CONFIG_VALUE_{number}"] = value
    return environment
