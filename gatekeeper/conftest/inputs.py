"""The files that are tested: named ones as they are, folders with all that conftest can read in them."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Sequence
from pathlib import Path

from gatekeeper.conftest import golang
from gatekeeper.conftest.documents import documents, format_of, is_supported
from gatekeeper.conftest.evaluation import Document
from gatekeeper.conftest.options import Options
from gatekeeper.errors import UnreadableInput
from gatekeeper.formats.files import read_regular
from gatekeeper.model.json import Json
from gatekeeper.workers import Item, Pool

_MATCH = """package ignore
probe := regex.match(input.pattern, "")
matched := [regex.match(input.pattern, path) | path := input.paths[_]]
"""
MAX_BYTES = 256 << 20  # of one file
COMBINED = "Combined"
STDIN = "-"


def read_inputs(pool: Pool, paths: Sequence[str], options: Options) -> dict[str, list[Document]]:
    """The documents of each file, in its order; an empty array has none. With ``combine``, they are one document.

    Raises:
        UsageError, UnreadableInput: a file, or the expression that ignores files, is wrong. One spoils all.
    """
    files = list(dict.fromkeys(_find(pool, paths, options.ignore)))
    if not files:
        raise UnreadableInput("no files found", hint="name files of a format that conftest knows, or see --ignore")
    # A name that is no UTF-8 would not get through JSON: like conftest's outputs, everything after this shows U+FFFD.
    contents = [(golang.name(path), _content(path)) for path in files]
    found: dict[str, list[Document]] = {}
    combined: list[tuple[str, Json]] = []
    for document in documents(pool, contents, options.parser or None):
        parsed = document.unwrap()
        path = document.path
        if path == STDIN and options.stdin_filename:
            path = options.stdin_filename
        kind = options.parser or format_of(document.path)
        literal = golang.json_literal if options.combine else golang.float_literal
        value = golang.as_input(parsed.value, integers=kind == "toml", literal=literal)
        values = value if isinstance(value, list) else [value]
        combined += [(path, item) for item in values]
        # Two files may be shown by one name: neither takes the place of the other.
        lines = (parsed.line(index) for index in range(len(values)))
        found.setdefault(path, []).extend(_document(path, item, line) for item, line in zip(values, lines, strict=True))
    if options.combine:
        entries = [{"path": path, "contents": item} for path, item in sorted(combined, key=lambda entry: entry[0])]
        return {COMBINED: [_document(COMBINED, entries, 0)]}
    return found


def _document(path: str, value: Json, line: int) -> Document:
    # As conftest does: links are not followed.
    absolute = Path(os.path.abspath(path))
    return Document(path, value, line, absolute.name or "/", str(absolute.parent))


def _content(path: str) -> bytes:
    try:
        if path != STDIN:
            return read_regular(path, MAX_BYTES)
        data = sys.stdin.buffer.read(MAX_BYTES + 1)
    except OSError as error:
        raise UnreadableInput(f"{path}: {error.strerror}", hint="name a file that can be read") from error
    if len(data) > MAX_BYTES:
        raise UnreadableInput(f"{path}: is larger than {MAX_BYTES} bytes", hint="split what is tested")
    return data


def _find(pool: Pool, paths: Sequence[str], ignore: str) -> list[str]:
    found: list[str] = []
    folders: list[str] = []
    named: list[str] = []
    for path in filter(None, paths):
        if path == STDIN:
            found.append(path)
            continue
        try:
            is_folder = stat.S_ISDIR(os.stat(path).st_mode)
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else str(error)
            raise UnreadableInput(f"{path}: {reason}", hint="name a file or folder that exists") from error
        (folders if is_folder else named).append(path)
    found += _kept(pool, ignore, named)
    visited: set[str] = set()
    while folders:
        entries = [entry for folder in folders for entry in _walk(folder, visited)]
        folders = []
        for path in _kept(pool, ignore, entries):
            target = os.path.realpath(path) if os.path.islink(path) else path
            if not os.path.exists(target):
                raise UnreadableInput(f"{path}: is a link to nothing", hint="mend the link, or --ignore it")
            if os.path.isdir(target):
                folders.append(target)
            elif is_supported(target):
                found.append(os.path.relpath(target) if target != path and not os.path.isabs(path) else target)
    return found


def _walk(folder: str, visited: set[str]) -> list[str]:
    """Files and links below a folder, hidden ones too; links to folders are not followed here."""

    def refuse(error: OSError) -> None:
        raise UnreadableInput(f"{error.filename}: {error.strerror}", hint="make it readable, or name less")

    found = []
    for place, folders, names in os.walk(os.path.normpath(folder), onerror=refuse):
        if place in visited:
            folders.clear()
            continue
        visited.add(place)
        folders.sort()
        links = [name for name in folders if os.path.islink(os.path.join(place, name))]
        found += [os.path.normpath(os.path.join(place, name)) for name in sorted([*names, *links])]
    return found


def _kept(pool: Pool, pattern: str, paths: Sequence[str]) -> list[str]:
    """The paths in which the regular expression ``pattern`` does not match anywhere."""
    if not pattern:
        return list(paths)
    arguments = {"pattern": pattern, "paths": [golang.name(path) for path in paths]}
    (outcome,) = pool.map(f"{__name__}:match", [Item("--ignore", arguments)])
    if outcome.error is not None:
        message = f"--ignore: the regular expression {pattern!r} is wrong: {outcome.error.message}"
        raise UnreadableInput(message, hint="correct it")
    return [path for path, matched in zip(paths, outcome.value, strict=True) if not matched]


def match(arguments: Json, payload: bytes) -> list[bool]:
    """The worker's part: whether ``pattern`` matches, for each of ``paths``. The engine's expressions are linear.

    Raises:
        EngineFailure: it is no regular expression.
    """
    from gatekeeper.formats import jsonable  # noqa: PLC0415 - the worker alone loads the engine
    from gatekeeper.policy.engines.regorus_engine import guarded, new_engine  # noqa: PLC0415

    engine = new_engine([("ignore", _MATCH)])
    engine.set_input_json(jsonable.dumps(arguments).decode())
    guarded(lambda: engine.eval_rule_as_json("data.ignore.probe"), "expression")
    found: list[bool] = jsonable.loads(guarded(lambda: engine.eval_rule_as_json("data.ignore.matched"), "expression"))
    return found
