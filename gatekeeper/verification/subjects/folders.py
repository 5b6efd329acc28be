"""``dir:DIR``: each file below a folder is a subject of its own; its name is its path in the folder, with ``/``.

Modes and empty folders do not count. Links and whatever else is no file are refused, for nothing would be said about
them; ``tree:`` covers links.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from gatekeeper.errors import Undecidable, UnreadableInput
from gatekeeper.verification.subjects.base import Subject
from gatekeeper.verification.subjects.reading import FileMessage, digest_file, kind
from gatekeeper.verification.subjects.walking import Walk, children, open_root
from gatekeeper.workspace.names import printable


def resolve(location: str) -> Iterator[Subject]:
    """The files, sorted by path, each digested when it is its turn.

    Raises:
        UsageError: there is no such folder.
        UnreadableInput: something in it is neither file nor folder, cannot be read, or changed meanwhile.
        Undecidable: there is no file in it, or too many, or too deep.
    """
    root = Path(location)
    walk = Walk()
    with open_root(root) as number:
        found = False
        for subject in _below(root, number, "", walk):
            found = True
            yield subject
    if not found:
        raise Undecidable(f"{printable(location)}: there is no file in this folder", hint="name the folder with files")


def _below(root: Path, folder: int, prefix: str, walk: Walk) -> Iterator[Subject]:
    for entry in children(folder, root / prefix, walk):
        path = prefix + os.fsdecode(entry.name)
        mode = entry.mode
        if stat.S_ISDIR(mode):
            with walk.entered(folder, entry.name, root / path) as inner:
                yield from _below(root, inner, f"{path}/", walk)
        elif stat.S_ISREG(mode):
            digests = digest_file(root / path, folder=folder, name=os.fsdecode(entry.name), follow=False)
            yield Subject(f"file:{root / path}", path, digests, FileMessage(root / path, digests))
        else:
            raise UnreadableInput(
                f"is {kind(mode)}, no regular file",
                path=printable(str(root / path)),
                hint="tree: covers links; take away what is no file",
            )
