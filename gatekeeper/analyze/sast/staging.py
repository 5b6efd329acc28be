"""A copy of the sources for the scanner: nothing in it but code, under names that mean nothing.

Ignore files, version control and configuration of the inspected tree stay behind, and a name can neither exclude a
file (minified names, test folders) nor be an option of the scanner.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from gatekeeper.errors import UnreadableInput
from gatekeeper.workspace.tree import Tree

PYTHON = frozenset({".py"})
SUFFIXES = PYTHON | {".js", ".jsx", ".mjs", ".cjs", ".ts", ".tsx"}
MAX_BYTES = 2 << 20

# PEP 263. In any other encoding code could stand where the scanner, which reads UTF-8, sees a comment or a string.
_DECLARATION = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_TRANSPARENT = re.compile(
    r"utf[-_]?8([-_]sig|[-_](unix|dos|mac))?|(us[-_]?)?ascii|latin[-_]?1|iso[-_]?8859[-_]?\d+|cp125\d|windows[-_]125\d|koi8[-_][ru]"
)
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_LONE_CR = re.compile(rb"\r(?!\n)")
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Staged:
    """Names in the copy with the paths that they stand for, and (path, reason) of what was not copied."""

    paths: dict[str, str]
    left_out: tuple[tuple[str, str], ...]


def stage(tree: Tree, folder: Path) -> Staged:
    """Copy all Python, JavaScript and TypeScript files of ``tree`` into ``folder``."""
    paths: dict[str, str] = {}
    left_out: list[tuple[str, str]] = []
    for entry in tree.entries:
        suffix = PurePosixPath(entry.path).suffix
        if suffix not in SUFFIXES:
            continue
        try:
            data = tree.read(entry.path, MAX_BYTES)
        except UnreadableInput as error:
            left_out.append((entry.path, error.message))
            continue
        if reason := _foreign_encoding(data, python=suffix in PYTHON):
            left_out.append((entry.path, reason))
            continue
        name = f"{len(paths):06}{suffix}"
        # To the scanner, unlike to the languages, a lone carriage return ends no line and a byte order mark is code.
        (folder / name).write_bytes(_LONE_CR.sub(b"\n", data.removeprefix(_BOM)))
        paths[name] = entry.path
    return Staged(paths, tuple(left_out))


def _foreign_encoding(data: bytes, *, python: bool) -> str:
    if data.startswith(_UTF16):
        return "is encoded in UTF-16"
    if not python:
        return ""
    for line in _first_lines(data):
        if declared := _DECLARATION.match(line):
            name = declared[1].decode()
            return "" if _TRANSPARENT.fullmatch(name.lower()) else f"declares the encoding {name}"
    return ""


def _first_lines(data: bytes) -> Sequence[bytes]:
    return re.split(rb"\r\n|\r|\n", data.removeprefix(_BOM)[:4096])[:2]
