"""``tree:DIR``: a folder as git sees it: in-toto's digest ``gitTree``, in git's SHA-256 object format.

The same as ``git write-tree`` gives in a repository made with ``--object-format=sha256``: names, contents, whether the
owner may execute a file, and where links point. As in git, empty folders do not count. What git would not keep, or what
another system would unpack otherwise, is refused.
"""

from __future__ import annotations

import os
import stat
import unicodedata
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path

from gatekeeper.errors import UnreadableInput
from gatekeeper.verification.subjects.base import Subject
from gatekeeper.verification.subjects.reading import kind, opened, pieces
from gatekeeper.verification.subjects.walking import Child, Walk, children, open_root
from gatekeeper.workspace.names import printable

# Code points that HFS+ reads over (git's utf8.c).
_IGNORED = dict.fromkeys([*range(0x200C, 0x2010), *range(0x202A, 0x202F), *range(0x206A, 0x2070), 0xFEFF], None)
_GIT_NAMES = frozenset({".git", "git~1"})


def resolve(location: str) -> Subject:
    """The folder, with its digest ``gitTree-256``.

    Raises:
        UsageError: there is no such folder.
        UnreadableInput: something in it cannot be read, changed meanwhile, is neither file, folder nor link, is a link
            out of the folder, or has a name that git or another system would take for something else.
        Undecidable: it holds too many files.
    """
    root = Path(location)
    with open_root(root) as folder:
        digest = _Tree(root).digest(folder, root) or _object(b"tree", b"")
    return Subject(f"tree:{location}", Path(os.path.abspath(root)).name, {"gitTree-256": digest.hex()})


class _Tree:
    def __init__(self, root: Path) -> None:
        self._root = root
        self._real_root = os.path.realpath(root)
        self._walk = Walk()

    def digest(self, folder: int, path: Path) -> bytes | None:
        """The id of an open folder's tree; None where there is nothing in it."""
        found = children(folder, path, self._walk)
        _check_names(found, path)
        entries = []
        for child in found:
            place = path / os.fsdecode(child.name)
            if stat.S_ISDIR(child.mode):
                with self._walk.entered(folder, child.name, place) as inner:
                    digest = self.digest(inner, place)
                if digest is not None:
                    entries.append((child.name + b"/", b"40000", child.name, digest))
            elif stat.S_ISLNK(child.mode):
                entries.append(
                    (child.name, b"120000", child.name, _object(b"blob", self._target(folder, child, place)))
                )
            elif stat.S_ISREG(child.mode):
                mode, digest = _file(folder, child, place)
                entries.append((child.name, mode, child.name, digest))
            else:
                raise UnreadableInput(
                    f"is {kind(child.mode)}, which git does not keep", path=printable(str(place)), hint="take it away"
                )
        if not entries:
            return None
        # git compares a folder's name as if it ended with a slash.
        return _object(b"tree", b"".join(b"%b %b\0%b" % entry[1:] for entry in sorted(entries)))

    def _target(self, folder: int, child: Child, place: Path) -> bytes:
        try:
            target = os.readlink(child.name, dir_fd=folder)
            reached = os.path.realpath(place.parent / os.fsdecode(target))
        except (OSError, ValueError) as error:
            raise UnreadableInput(str(error), path=printable(str(place))) from None
        inside = os.path.commonpath([reached, self._real_root]) == self._real_root
        if target.startswith(b"/") or not inside:
            raise UnreadableInput(
                "is a link that leaves the tree",
                path=printable(str(place)),
                hint="a tree is what stands in it: make the link relative, to a place inside, or take it away",
            )
        return target


def _file(folder: int, child: Child, place: Path) -> tuple[bytes, bytes]:
    with opened(os.fsdecode(child.name), folder=folder, follow=False) as (number, status):
        content = sha256(b"blob %d\0" % status.st_size)
        for piece in pieces(number, status, printable(str(place))):
            content.update(piece)
        return b"100755" if status.st_mode & stat.S_IXUSR else b"100644", content.digest()


def _object(kind_: bytes, content: bytes) -> bytes:
    return sha256(b"%b %d\0%b" % (kind_, len(content), content)).digest()


def _check_names(found: Sequence[Child], path: Path) -> None:
    seen: dict[str, bytes] = {}
    for child in found:
        name = os.fsdecode(child.name)
        shown = printable(str(path / name))
        if any(_is_git(part) for part in _spellings(name)):
            raise UnreadableInput(
                "git, here or on another system, takes this name for its own folder",
                path=shown,
                hint="name a folder without a repository in it: `git archive HEAD | tar -x -C FOLDER`",
            )
        if _leaves(name):
            raise UnreadableInput(
                "leads out of the tree on systems where \\ separates folders", path=shown, hint="rename it"
            )
        folded = unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
        if folded in seen:
            raise UnreadableInput(
                f"has the name of {printable(os.fsdecode(seen[folded]))!r} on systems that know no case",
                path=shown,
                hint="rename one of them",
            )
        seen[folded] = child.name


def _spellings(name: str) -> Iterator[str]:
    """The name as HFS+ reads it, and each of its parts as NTFS does: ``\\`` separates, ``:`` names a stream."""
    yield name.translate(_IGNORED)
    for part in name.split("\\"):
        yield part.partition(":")[0].rstrip(" .")


def _leaves(name: str) -> bool:
    """Whether Windows takes it for a path to elsewhere; names like ``a\\x2db`` of systemd's units stay below."""
    parts = name.split("\\")
    return len(parts) > 1 and (".." in parts or parts[0] == "" or parts[0].endswith(":"))


def _is_git(name: str) -> bool:
    return name.casefold() in _GIT_NAMES
