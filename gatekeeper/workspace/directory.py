"""A folder on disk as a tree. Links are not followed: what they point to inside the tree is read at its own place."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import file_digest
from io import BufferedReader
from pathlib import Path

from gatekeeper.errors import Undecidable, UnreadableInput, UsageError
from gatekeeper.model.coverage import CoveredFile, Status
from gatekeeper.workspace.ignore import IgnoreRules
from gatekeeper.workspace.names import printable
from gatekeeper.workspace.tree import MAX_FILE_BYTES, MAX_FILES, Entry

MAX_DEPTH = 200


class DirectoryTree:
    """All regular files below a folder, or one single file."""

    def __init__(self, path: Path, rules: IgnoreRules | None = None, *, max_files: int = MAX_FILES) -> None:
        """Walk the folder.

        Raises:
            UsageError: ``path`` is neither a folder nor a regular file.
            Undecidable: it holds more than ``max_files`` files.
        """
        self._rules = rules or IgnoreRules()
        self._entries: dict[str, Entry] = {}
        self._excluded: list[CoveredFile] = []
        self._real: dict[str, Path] = {}
        self._max_files = max_files
        if path.is_dir():
            self._root = path
            self._walk()
        elif path.is_file():
            self._root = path.parent
            self._add(path.name, path, path.stat())
        else:
            raise UsageError(f"{printable(str(path))}: no such file or folder", hint="name the folder to inspect")

    @property
    def root(self) -> Path:
        """The folder."""
        return self._root

    @property
    def entries(self) -> Sequence[Entry]:
        """All files that were not left out, sorted by path."""
        return sorted(self._entries.values(), key=lambda entry: entry.path)

    @property
    def excluded(self) -> Sequence[CoveredFile]:
        """All files and folders that were left out, sorted by path."""
        return sorted(self._excluded, key=lambda file: file.path)

    def read(self, path: str, limit: int = MAX_FILE_BYTES) -> bytes:
        """The bytes of a file."""
        with self._open(path) as file:
            data = file.read(limit + 1)
        if len(data) > limit:
            raise UnreadableInput(f"larger than {human_size(limit)}", path=path, hint="exclude it with a reason")
        return data

    def head(self, path: str, size: int) -> bytes:
        """The first bytes of a file."""
        with self._open(path) as file:
            return file.read(size)

    def sha256(self, path: str) -> str:
        """Digest of a file in hex."""
        with self._open(path) as file:
            return file_digest(file, "sha256").hexdigest()

    @contextmanager
    def _open(self, path: str) -> Iterator[BufferedReader]:
        try:
            # No link and no pipe, even if someone puts one there between listing and reading.
            number = os.open(self._real[path], os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
            with open(number, "rb") as file:
                if not stat.S_ISREG(os.fstat(number).st_mode):
                    raise UnreadableInput("is no regular file any more", path=path)
                yield file
        except OSError as error:
            raise UnreadableInput(error.strerror or str(error), path=path) from error

    def _walk(self) -> None:
        pending: list[tuple[Path, str, bool]] = [(self._root, "", False)]
        while pending:
            folder, prefix, taking_back = pending.pop()
            try:
                children = sorted(os.scandir(folder), key=lambda child: os.fsencode(child.name))
            except OSError as error:
                self._leave_out(f"{prefix}", Status.FAILED, "limit", error.strerror or str(error), kind="folder")
                continue
            for child in children:
                self._visit(child, prefix + printable(child.name), taking_back, pending)

    def _visit(
        self, child: os.DirEntry[str], path: str, taking_back: bool, pending: list[tuple[Path, str, bool]]
    ) -> None:
        is_folder = child.is_dir(follow_symlinks=False)
        shown = path + "/" if is_folder else path
        exclusion = self._rules.excluded(path)
        if exclusion is not None:
            if is_folder and exclusion.reason != "version control" and self._rules.may_include_below(path):
                pending.append((Path(child.path), shown, True))
            self._leave_out(shown, Status.EXCLUDED, exclusion.by, exclusion.reason)
        elif child.is_symlink():
            if not taking_back or self._rules.included(path):
                self._leave_out(path, Status.EXCLUDED, "default", self._describe_link(Path(child.path)))
        elif is_folder:
            if path.count("/") >= MAX_DEPTH:
                self._leave_out(shown, Status.FAILED, "limit", f"nests deeper than {MAX_DEPTH} folders", kind="folder")
            else:
                pending.append((Path(child.path), shown, taking_back))
        elif taking_back and not self._rules.included(path):
            return  # the folder above is left out and says so
        elif child.is_file(follow_symlinks=False):
            self._add(path, Path(child.path), child.stat(follow_symlinks=False))
        else:
            self._leave_out(path, Status.EXCLUDED, "default", "neither a file nor a folder")

    def _add(self, path: str, real: Path, status: os.stat_result) -> None:
        if len(self._entries) >= self._max_files:
            raise Undecidable(
                f"more than {self._max_files} files", hint="inspect a smaller folder or exclude some, with reasons"
            )
        self._entries[path] = Entry(path, status.st_size, bool(status.st_mode & stat.S_IXUSR))
        self._real[path] = real

    def _describe_link(self, link: Path) -> str:
        try:
            target = link.resolve(strict=True)
        except (OSError, RuntimeError):
            return "link that leads nowhere"
        if target.is_relative_to(self._root.resolve()):
            return "link to another place in the tree"
        return "link that leaves the tree"

    def _leave_out(self, path: str, status: Status, by: str, reason: str, *, kind: str = "") -> None:
        self._excluded.append(CoveredFile(path, status, kind, by, reason))


def human_size(size: float) -> str:
    """A number of bytes for people, e.g. ``1.5 MiB``."""
    for unit in ("bytes", "KiB", "MiB"):
        if size < 1024:
            return f"{size:.4g} {unit}"
        size /= 1024
    return f"{size:.4g} GiB"
