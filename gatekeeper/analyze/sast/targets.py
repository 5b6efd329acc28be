"""The copy of a tree's programs that the scanner gets to see.

It holds nothing else: no version control, no ignore files, no configuration, nothing importable. Files are named by
number, so that no name, folder or link of the tree means anything to the scanner.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from gatekeeper.analyze.sast.disguises import foreign_encoding, with_known_line_ends
from gatekeeper.errors import UnreadableInput
from gatekeeper.model.coverage import Gap
from gatekeeper.workspace.tree import Entry, Tree

MAX_BYTES = 4 << 20  # programs that people write are smaller; larger ones are generated, and take minutes
HEAD_BYTES = 1024
LANGUAGES = {
    ".py": ".py", ".pyi": ".py", ".pyw": ".py",
    ".js": ".js", ".cjs": ".js", ".mjs": ".js", ".jsx": ".jsx",
    ".ts": ".ts", ".cts": ".ts", ".mts": ".ts", ".tsx": ".tsx",
}  # fmt: skip
SHEBANG = re.compile(rb"#![^\n]*[/ ](?:(python)[0-9.]*|node)\b")
# Qt's translations and MPEG's streams (packets of 188 bytes, each with a G in front) are named .ts as well.
FOREIGN_TS = re.compile(rb"\s*(?:<\?xml|<!DOCTYPE)|G[\s\S]{187}G")


@dataclass(slots=True)
class Targets:
    """Files handed to the scanner: their texts by the path in the tree, and which path each copy stands for."""

    texts: dict[str, str] = field(default_factory=dict)
    paths: dict[str, str] = field(default_factory=dict)  # name of the copy -> path in the tree
    gaps: list[Gap] = field(default_factory=list)


def copy_programs(tree: Tree, folder: Path) -> Targets:
    """Copy all Python, JavaScript and TypeScript files of a tree into a folder, as UTF-8."""
    targets = Targets()
    for entry in tree.entries:
        try:
            extension = _language(tree, entry)
            if extension is None:
                continue
            data = tree.read(entry.path, MAX_BYTES)
        except UnreadableInput as error:
            targets.gaps.append(Gap("sast", f"not scanned: {error.message}", entry.path))
            continue
        if reason := foreign_encoding(data, python=extension == ".py"):
            targets.gaps.append(Gap("sast", f"not scanned: {reason}", entry.path))
            continue
        text = _decode(data)
        name = f"{len(targets.paths):06}{extension}"
        (folder / name).write_bytes(with_known_line_ends(text.encode()))
        targets.paths[name] = entry.path
        targets.texts[entry.path] = text
    return targets


def _language(tree: Tree, entry: Entry) -> str | None:
    name = entry.path.rpartition("/")[2].lower()
    extension = LANGUAGES.get("." + name.rpartition(".")[2])
    if extension is None and ("." in name or not entry.executable):
        return None
    head = tree.head(entry.path, HEAD_BYTES)
    if extension is not None:
        return None if extension == ".ts" and FOREIGN_TS.match(head) else extension
    shebang = SHEBANG.match(head)
    return None if shebang is None else ".py" if shebang[1] else ".js"


def _decode(data: bytes) -> str:
    """UTF-8 without a mark, else Latin-1: the scanner counts bytes, and prints what is no UTF-8 as it is."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")
