"""The tree that a change starts from: the merge base of HEAD and a ref, read from git's objects."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from gatekeeper.errors import Undecidable, UnreadableInput, UsageError
from gatekeeper.model.coverage import CoveredFile, Status
from gatekeeper.workers import Limits
from gatekeeper.workspace.directory import human_size
from gatekeeper.workspace.git import git
from gatekeeper.workspace.ignore import IgnoreRules
from gatekeeper.workspace.names import printable
from gatekeeper.workspace.source import blob_id
from gatekeeper.workspace.tree import MAX_FILE_BYTES, MAX_FILES, Entry, Tree

_WHOLE_HISTORY = "fetch the history too: `git fetch --unshallow`, in a workflow `fetch-depth: 0`"
_FRESH = "clone the repository anew"
_BATCH_BYTES = 64 << 20
_REGULAR = ("100644", "100755", "100664")


@dataclass(frozen=True, slots=True)
class Base:
    """The commit that a change starts from. ``commit`` is the merge base of HEAD with what ``ref`` names."""

    ref: str
    commit: str
    root: Path


def find_base(root: Path, ref: str) -> Base:
    """Resolve ``ref`` once, and find where HEAD's history left it.

    Raises:
        UsageError: ``root`` is in no git repository, or has no commit.
        Undecidable: the ref, or the history between it and HEAD, is not here (nothing is fetched), or what the change
            brings is not checked out.
    """
    if _line(root, "rev-parse", "--verify", "--quiet", "--end-of-options", "HEAD^{commit}") is None:
        raise UsageError(f"{printable(str(root))}: no git repository with a commit", hint="leave out --base")
    target = _line(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
    if target is None:
        shallow = _line(root, "rev-parse", "--is-shallow-repository") == "true"
        hint = _WHOLE_HISTORY if shallow else "name a branch, tag or commit that was fetched, e.g. origin/main"
        raise Undecidable(f"--base {printable(ref)}: there is no such commit here", hint=hint)
    commit = _line(root, "merge-base", "HEAD", target)
    if commit is None:
        if _line(root, "rev-parse", "--is-shallow-repository") == "true":
            raise Undecidable(f"--base {printable(ref)}: the clone is shallow, its history ends", hint=_WHOLE_HISTORY)
        raise Undecidable(
            f"--base {printable(ref)}: it has no history in common with HEAD", hint="name a branch that HEAD comes from"
        )
    _refuse_hidden_files(root, commit)
    return Base(ref, commit, root)


def _refuse_hidden_files(root: Path, commit: str) -> None:
    """Refuse a sparse checkout that leaves out files which HEAD adds or edits: nothing would judge them."""
    marked = git(root, "ls-files", "-t", "-z")
    sparse = {line[2:] for line in marked.stdout.split(b"\0") if line.startswith(b"S ")}
    hidden = {name for name in sparse if not os.path.lexists(os.path.join(os.fsencode(root), name))}
    if marked.exit_code == 0 and not hidden:
        return
    changed = git(root, "diff-tree", "-r", "-z", "--name-only", "--relative", "--diff-filter=d", commit, "HEAD")
    if marked.exit_code != 0 or changed.exit_code != 0:
        said = printable((marked if marked.exit_code else changed).last_words())
        raise Undecidable(f"git cannot tell which files are checked out: {said}", hint=_FRESH)
    if unseen := sorted(hidden.intersection(changed.stdout.split(b"\0"))):
        raise Undecidable(
            f"{printable(os.fsdecode(unseen[0]))}: the change brings it, but it is not checked out"
            + (f", nor are {len(unseen) - 1} more" if len(unseen) > 1 else ""),
            hint="check out all that the change touches: `git sparse-checkout disable`",
        )


class BaseTree:
    """The files of a base, as far as ``rules`` do not leave them out. What has not changed is read from ``head``."""

    def __init__(self, base: Base, head: Tree, rules: IgnoreRules) -> None:
        """List the files and read those that differ from ``head``.

        Raises:
            Undecidable: an object is not here (a partial clone), or there are too many files.
        """
        self._head = head
        self._rules = rules
        self._entries: dict[str, Entry] = {}
        self._excluded: dict[str, CoveredFile] = {}
        self._objects: dict[str, str] = {}
        self._list(base)
        current = {entry.path: entry for entry in head.entries}
        differing = [path for path in self._entries if not self._is_same(path, current.get(path), _algorithm(base))]
        self.changed = frozenset(differing) | (current.keys() - self._entries.keys())
        """Paths of files that the change adds, edits or removes."""
        self._blobs = self._read_blobs(base, differing)

    @property
    def root(self) -> Path | None:
        """None: it is no folder."""
        return None

    @property
    def entries(self) -> Sequence[Entry]:
        """All files that were not left out, sorted by path."""
        return sorted(self._entries.values(), key=lambda entry: entry.path)

    @property
    def excluded(self) -> Sequence[CoveredFile]:
        """All files and folders that were left out, sorted by path."""
        return sorted(self._excluded.values(), key=lambda file: file.path)

    def read(self, path: str, limit: int = MAX_FILE_BYTES) -> bytes:
        """The bytes of a file."""
        if path not in self._objects:
            raise UnreadableInput("is not in the base", path=path)
        if path not in self.changed:
            return self._head.read(path, limit)
        return self._blob(path, limit)

    def head(self, path: str, size: int) -> bytes:
        """The first bytes of a file.

        Raises:
            UnreadableInput: it has changed, and is too large for every reader.
        """
        return self._blob(path)[:size] if path in self.changed else self._head.head(path, size)

    def sha256(self, path: str) -> str:
        """Digest of a file in hex."""
        return sha256(self._blob(path)).hexdigest() if path in self.changed else self._head.sha256(path)

    def _blob(self, path: str, limit: int = MAX_FILE_BYTES) -> bytes:
        if self._entries[path].size > limit:
            raise UnreadableInput(f"larger than {human_size(limit)}", path=path, hint="exclude it with a reason")
        return self._blobs[path]

    def _list(self, base: Base) -> None:
        completed = git(base.root, "ls-tree", "-r", "-z", "--long", base.commit)
        if completed.exit_code != 0:
            raise Undecidable(
                f"the files of the base {base.commit[:12]} cannot be listed: {printable(completed.last_words())}",
                hint=_WHOLE_HISTORY,
            )
        for line in completed.stdout.split(b"\0"):
            if not line:
                continue
            about, _, name = line.partition(b"\t")
            mode, _, object_id, size = about.decode("ascii").split()
            path = printable(os.fsdecode(name))
            if mode not in _REGULAR:
                self._excluded[path] = CoveredFile(path, Status.EXCLUDED, "", "default", "a link or a submodule")
            elif (left_out := self._left_out(path)) is not None:
                self._excluded.setdefault(left_out.path, left_out)
            elif not size.isdigit():  # git says BAD
                raise _missing(path)
            else:
                self._entries[path] = Entry(path, int(size), mode == "100755")
                self._objects[path] = object_id
        if len(self._entries) > MAX_FILES:
            raise Undecidable(f"the base holds more than {MAX_FILES} files", hint="inspect a smaller folder")

    def _left_out(self, path: str) -> CoveredFile | None:
        parts = path.split("/")
        for length in range(1, len(parts) + 1):
            part = "/".join(parts[:length])
            exclusion = self._rules.excluded(part)
            if exclusion is not None and (exclusion.reason == "version control" or not self._rules.included(path)):
                shown = part if length == len(parts) else f"{part}/"
                return CoveredFile(shown, Status.EXCLUDED, "", exclusion.by, exclusion.reason)
        return None

    def _is_same(self, path: str, current: Entry | None, algorithm: str) -> bool:
        before = self._entries[path]
        if current is None or (current.size, current.executable) != (before.size, before.executable):
            return False
        if before.size > MAX_FILE_BYTES:
            return False
        return blob_id(self._head.read(path), algorithm) == self._objects[path]

    def _read_blobs(self, base: Base, paths: Sequence[str]) -> Mapping[str, bytes]:
        blobs: dict[str, bytes] = {}
        algorithm = _algorithm(base)
        for batch in self._batches(paths):
            asked = "".join(f"{self._objects[path]}\n" for path in batch).encode()
            size = sum(self._entries[path].size for path in batch)
            limits = Limits(seconds=60, output=size + 200 * len(batch) + 1024)
            answer = git(base.root, "cat-file", "--batch", stdin=asked, limits=limits).stdout
            start = 0
            for path in batch:
                end = answer.find(b"\n", start)
                header = answer[start:end].split()
                if end < 0 or len(header) != 3 or header[1] != b"blob" or header[0].decode() != self._objects[path]:
                    raise _missing(path)
                start = end + 1 + int(header[2]) + 1
                blobs[path] = answer[end + 1 : start - 1]
                # git does not compare what it reads with its name.
                if blob_id(blobs[path], algorithm) != self._objects[path]:
                    raise Undecidable(f"{path}: its object in the base is damaged", hint=_FRESH)
        return blobs

    def _batches(self, paths: Sequence[str]) -> Iterator[list[str]]:
        """Files to be read at once. Those too large for every reader are not read: their size says enough."""
        batch: list[str] = []
        total = 0
        for path in paths:
            size = self._entries[path].size
            if size > MAX_FILE_BYTES:
                continue
            if batch and total + size > _BATCH_BYTES:
                yield batch
                batch, total = [], 0
            batch.append(path)
            total += size
        if batch:
            yield batch


class Selection:
    """Some files of a tree, as a tree."""

    def __init__(self, tree: Tree, paths: frozenset[str]) -> None:
        self._tree = tree
        self._paths = paths

    @property
    def root(self) -> Path | None:
        """The folder of the whole tree."""
        return self._tree.root

    @property
    def entries(self) -> Sequence[Entry]:
        """The chosen files that are there, sorted by path."""
        return [entry for entry in self._tree.entries if entry.path in self._paths]

    @property
    def excluded(self) -> Sequence[CoveredFile]:
        """None: nothing was left out of a choice."""
        return ()

    def read(self, path: str, limit: int = MAX_FILE_BYTES) -> bytes:
        """The bytes of a file."""
        return self._tree.read(path, limit)

    def head(self, path: str, size: int) -> bytes:
        """The first bytes of a file."""
        return self._tree.head(path, size)

    def sha256(self, path: str) -> str:
        """Digest of a file in hex."""
        return self._tree.sha256(path)


def _algorithm(base: Base) -> str:
    return "sha1" if len(base.commit) == 40 else "sha256"


def _missing(path: str) -> Undecidable:
    return Undecidable(f"{path}: its object in the base is not in this clone", hint=_WHOLE_HISTORY)


def _line(root: Path, *arguments: str) -> str | None:
    """The line that git prints, None where it refuses."""
    completed = git(root, *arguments)
    return completed.stdout.decode("utf-8", "replace").strip() if completed.exit_code == 0 else None


def base_file(base: Base, name: str, limit: int) -> bytes | None:
    """The bytes of a file at the top of the inspected folder as the base has it, None where it has none.

    Raises:
        UnreadableInput: it is a link, or larger than ``limit`` bytes.
        Undecidable: its object is not here.
    """
    listing = git(base.root, "ls-tree", "-z", "--long", base.commit, "--", name)
    if listing.exit_code != 0:
        raise _missing(name)
    if not listing.stdout:
        return None
    mode, kind, object_id, size = listing.stdout.partition(b"\t")[0].decode("ascii").split()
    if mode not in _REGULAR or kind != "blob":
        raise UnreadableInput("must be a regular file, not a link", path=name)
    if not size.isdigit():
        raise _missing(name)
    if int(size) > limit:
        raise UnreadableInput(f"larger than {human_size(limit)}", path=name)
    content = git(base.root, "cat-file", "blob", object_id, limits=Limits(seconds=30, output=limit + 1024))
    if content.exit_code != 0:
        raise _missing(name)
    return content.stdout
