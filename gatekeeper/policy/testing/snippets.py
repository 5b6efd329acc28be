"""Snippets: source files beside a rule, in ``flag/`` those that it must flag, in ``pass/`` those that it must not.

A file is a tree of its own, and so is a folder. Where a line holds the words ``gatekeeper: expect``, the rule must give
a finding exactly there: at that line if it has content besides the comment, else at the next one. JSON has no comments;
an entry such as ``"$comment": "gatekeeper: expect"`` on a line of its own does the same.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from gatekeeper.errors import EngineFailure
from gatekeeper.model.coverage import Coverage, Status
from gatekeeper.model.finding import Rule
from gatekeeper.model.json import Json
from gatekeeper.policy.files import SNIPPET_FOLDERS

SETTINGS = "gatekeeper.toml"  # a folder may bring settings along
MAX_BYTES = 1 << 20
_MARK = re.compile(r"gatekeeper: expect\b")
_COMMENT = re.compile(r"""#+|- ?#+|//+|--|;+|/\*+|<!--|"[^"\n]{0,80}"\s?:\s?"|""")

Line = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Snippet:
    """One tree: ``path`` is its file or folder, ``shown`` what people see, ``flagged`` what the rule must say."""

    rule: Rule
    path: Path
    shown: str
    name: str
    flagged: bool


def find_snippets(rules: Iterable[tuple[Rule, Path]], folder: Path) -> list[Snippet]:
    """All snippets of the rules, each given with its file; ``folder`` is what their paths are shown from.

    Raises:
        EngineFailure: two rules share them, or there is an entry that cannot be a tree.
    """
    found: list[Snippet] = []
    owners: dict[Path, Rule] = {}
    for rule, file in rules:
        for kind in SNIPPET_FOLDERS:
            place = file.parent / kind
            if not place.is_dir():
                continue
            if (other := owners.setdefault(file.parent, rule)) is not rule:
                raise EngineFailure(
                    f"the snippets may belong to {other.id} or to {rule.id}",
                    path=str(shown_from(place, folder)),
                    hint="give each rule a folder of its own",
                )
            for entry in sorted(place.iterdir()):
                shown = shown_from(entry, folder)
                if entry.is_symlink() or not (entry.is_dir() or entry.is_file()):
                    raise EngineFailure(
                        "a snippet is a file or a folder, no link",
                        path=str(shown),
                        hint="put the files themselves there",
                    )
                found.append(Snippet(rule, entry, shown.as_posix(), f"{kind}/{entry.name}", kind == "flag"))
    return sorted(found, key=lambda snippet: snippet.shown)


def find_orphans(owners: Iterable[Path], root: Path) -> Iterator[Path]:
    """Folders below ``root`` that are meant for snippets, and beside which no rule lies: nothing would judge them.

    ``owners`` are the files of the rules. ``flag`` and ``pass`` are words of other people too; what counts is the pair
    of them, and one of them beside a module.
    """
    owning = {file.parent for file in owners}
    for place, folders, names in os.walk(root):
        folder, kinds = Path(place), [kind for kind in SNIPPET_FOLDERS if kind in folders]
        meant = len(kinds) > 1 or any(name.endswith(".rego") for name in names)
        if meant and folder not in owning:
            yield from (folder / kind for kind in kinds)
        skipped = kinds if meant else []
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in skipped)


def shown_from(path: Path, folder: Path) -> Path:
    """A path below the folder, as people who named the folder see it."""
    return folder / path.relative_to(folder.resolve()) if path.is_relative_to(folder.resolve()) else path


def expected_lines(texts: Mapping[str, bytes]) -> frozenset[Line]:
    """The lines of files (bytes by path) at which findings are expected."""
    return frozenset((path, line) for path, data in texts.items() for line in _expected(data))


def _expected(data: bytes) -> Iterator[int]:
    waiting = False
    for number, line in enumerate(data.decode("utf-8", "replace").split("\n"), 1):
        mark = _MARK.search(line)
        if mark is None:
            if waiting:
                yield number
            waiting = False
        elif _COMMENT.fullmatch(line[: mark.start()].strip()):
            waiting = True
        else:
            yield number
            waiting = False


def unread(rule: Rule, coverage: Coverage, evidence: Mapping[str, Json], empty: Mapping[str, Json]) -> str:
    """Why a tree proves nothing about the rule, empty where it may: a file that nobody read, or no evidence for it.

    ``empty`` is the evidence of an empty tree.
    """
    scanned = {"secrets", "sast"} & set(rule.needs)
    for file in coverage.files:
        if file.path == SETTINGS or "coverage" in rule.needs:
            continue
        if file.status is Status.EXCLUDED:
            return f"{file.path} is left out ({file.reason})"
        if file.status is not Status.READ and not (scanned and file.status is Status.UNCLAIMED):
            where = f"{file.path}:{file.line}" if file.line else file.path
            return f"{where} is {file.status}: {file.reason or 'no reader knows its format; is its name right?'}"
    if (
        "coverage" not in rule.needs
        and "secrets" not in scanned
        and not any(_seen(k, evidence, empty) for k in rule.needs)
    ):
        return f"holds nothing that the rule reads ({', '.join(rule.needs)})"
    return ""


def _seen(kind: str, evidence: Mapping[str, Json], empty: Mapping[str, Json]) -> bool:
    return bool(evidence[kind] != empty[kind])


def compare(snippet: Snippet, found: Sequence[Line], messages: Sequence[str], expected: frozenset[Line]) -> str:
    """What is wrong with the findings (their lines, 0 for a whole file, and messages); empty where all is right."""
    if not snippet.flagged:
        if expected:
            path, line = min(expected)
            return f"{path}:{line}: nothing can be expected in pass/"
        return f"flagged: {_listed(found, messages)}" if found else ""
    if not found:
        return "not flagged"
    if not expected:
        return ""
    parts = []
    if missing := sorted(expected - set(found)):
        parts.append(f"not flagged: {', '.join(f'{path}:{line}' for path, line in missing)}")
    if more := [at for at, line in enumerate(found) if line not in expected]:
        parts.append(f"flagged besides: {_listed([found[at] for at in more], [messages[at] for at in more])}")
    return "; ".join(parts)


def _listed(found: Sequence[Line], messages: Sequence[str]) -> str:
    listing = [
        f"{path}:{line} ({message})" if line else f"{path} ({message})"
        for (path, line), message in zip(found, messages, strict=True)
    ]
    return ", ".join(listing[:5]) + (f" and {len(listing) - 5} more" if len(listing) > 5 else "")
