"""A new rule from the template that ships with the program: rule, tests, snippets."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from gatekeeper.errors import UsageError
from gatekeeper.workspace.shipped import shipped_policies

_LONGEST_ID = 64
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
# Words of Rego, and names that mean something else in a folder of policies.
_REGO = {"as", "contains", "data", "default", "else", "every", "false", "if", "import", "in", "input", "not", "null"}
_TAKEN = _REGO | {"package", "some", "true", "with", "flag", "pass"}


def create_rule(name: str, folder: Path) -> list[Path]:
    """Write the rule ``DOMAIN/NAME`` into ``folder/DOMAIN/NAME``, all of it or nothing; the files that were written.

    Raises:
        UsageError: the name cannot be one, or something stands there already.
        OSError: the folder cannot be written.
    """
    domain, rule = _parts(name)
    target = folder / domain / rule
    if target.exists() or target.is_symlink():
        raise UsageError(f"{target}: is there already", hint="choose another name, or remove it first")
    files = dict(_render(domain, rule))
    target.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix=".new-", dir=target.parent))
    try:
        scratch.chmod(target.parent.stat().st_mode & 0o777)
        for path, text in files.items():
            (scratch / path).parent.mkdir(parents=True, exist_ok=True)
            (scratch / path).write_text(text, encoding="utf-8", newline="")
        scratch.rename(target)
    except BaseException:
        shutil.rmtree(scratch, ignore_errors=True)
        raise
    return [target / path for path in files]


def _parts(name: str) -> tuple[str, str]:
    parts = name.split("/")
    if len(parts) != 2:
        raise UsageError(f"{name!r} is no DOMAIN/NAME", hint="for example: kubernetes/deployment_without_team")
    for part in parts:
        if not _NAME.fullmatch(part) or part in _TAKEN or part.endswith("_test"):
            raise UsageError(
                f"{part!r} cannot be the name of a domain or rule",
                hint="lower-case letters, digits and underscores, at most 40, a letter first, no word of Rego",
            )
    if len(name) > _LONGEST_ID:
        raise UsageError(f"{name!r} is too long for the id of a rule", hint=f"at most {_LONGEST_ID} characters in all")
    return parts[0], parts[1]


def _render(domain: str, rule: str) -> Iterator[tuple[str, str]]:
    root = shipped_policies() / "template"
    identifier = f"{domain}-{rule}".upper().replace("_", "-")
    for path in sorted(root.rglob("*")):
        if path.is_file() and path.suffix != ".pyc":
            text = path.read_text(encoding="utf-8").replace("DOMAIN-NAME", identifier)
            yield path.relative_to(root).as_posix(), text.replace("DOMAIN.NAME", f"{domain}.{rule}")
