"""Which tree is inspected: its digest, and which commit it is."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from hashlib import new as new_hash
from hashlib import sha256
from pathlib import Path

from gatekeeper.model.decision import Source
from gatekeeper.workspace.git import git_output
from gatekeeper.workspace.names import printable
from gatekeeper.workspace.tree import Entry, Tree

# Everything in front of the last @ may be a password, and a query may hold tokens.
_CREDENTIALS = re.compile(r"(?<=://)[^\s]*@|[?#].*")


def describe_source(tree: Tree) -> Source:
    """Digest of all files that were not excluded, and, in a git work tree, the commit that they are compared with.

    Files are compared with the commit by their object ids, computed here: git is never asked for the status of the
    work tree, which would run the filters and monitors that a repository configures.
    """
    commit = _head(tree.root) if tree.root else None
    digest = sha256()
    clean = commit is not None
    for entry in tree.entries:
        content, object_id = _digests(tree, entry, commit.algorithm if commit else "")
        digest.update(f"{'x' if entry.executable else '-'} {content} {entry.path}\n".encode())
        if commit and commit.files.pop(entry.path, None) != (entry.executable, object_id):
            clean = False
    tree_digest = f"sha256:{digest.hexdigest()}"
    if commit is None:
        return Source(tree_digest)
    # What is left was excluded, is a link or a submodule, or has been deleted.
    if any(not os.path.lexists(tree.root / path) for path in commit.files if tree.root):
        clean = False
    return Source(tree_digest, commit.id, clean, commit.repository)


@dataclass(slots=True)
class _Commit:
    id: str
    algorithm: str
    files: dict[str, tuple[bool, str]]
    repository: str


def _head(root: Path) -> _Commit | None:
    identity = git_output(root, "rev-parse", "--verify", "--quiet", "--end-of-options", "HEAD^{commit}")
    listing = git_output(root, "ls-tree", "-r", "-z", "HEAD") if identity else None
    if identity is None or listing is None:
        return None
    files = {}
    for line in listing.split(b"\0"):
        if line:
            about, _, name = line.partition(b"\t")
            mode, kind, object_id = about.decode("ascii").split(" ")
            if kind == "blob" and mode != "120000":
                files[printable(os.fsdecode(name))] = (mode == "100755", object_id)
    commit = identity.decode().strip()
    remote = git_output(root, "config", "--local", "--get", "remote.origin.url") or b""
    url = _CREDENTIALS.sub("", printable(os.fsdecode(remote.strip())))
    return _Commit(commit, "sha1" if len(commit) == 40 else "sha256", files, url)


def _digests(tree: Tree, entry: Entry, algorithm: str) -> tuple[str, str]:
    if not algorithm or entry.size > 64 << 20:
        return tree.sha256(entry.path), ""
    data = tree.read(entry.path, 64 << 20)
    return sha256(data).hexdigest(), blob_id(data, algorithm)


def blob_id(data: bytes, algorithm: str) -> str:
    """The id that git gives to a file of these bytes, in a repository of that hash (sha1 or sha256)."""
    object_id = new_hash(algorithm, b"blob %d\0" % len(data), usedforsecurity=False)
    object_id.update(data)
    return object_id.hexdigest()
