"""Checkpoints of logs: signed notes (C2SP signed-note and tlog-checkpoint)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from gatekeeper.formats import base64

MAX_CHARACTERS = 64 << 10
MAX_SIGNATURES = 64
_SIZE = re.compile(r"(0|[1-9][0-9]{0,18})\Z")
_TREE = re.compile(r" - ([0-9]{1,20})\Z")
_SIGNATURE = re.compile(r"— ([^\s+]+) ([A-Za-z0-9+/=]+)\Z")


@dataclass(frozen=True, slots=True)
class NoteSignature:
    """One line of a note: who signed, four bytes that name the key, the signature."""

    name: str
    key_hint: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The size and root of a log's tree, and who vouches for them.

    ``tree`` is the number of a tree of Rekor v1, "" of other logs; ``note`` is what is signed.
    """

    origin: str
    tree: str
    tree_size: int
    root_hash: bytes
    note: bytes
    signatures: tuple[NoteSignature, ...]

    @property
    def name(self) -> str:
        """The log's name: the origin without the tree's number behind it."""
        return self.origin.removesuffix(f" - {self.tree}") if self.tree else self.origin

    @classmethod
    def decode(cls, text: str) -> Checkpoint:
        """The checkpoint.

        Raises:
            ValueError: it is malformed, or signed by nobody.
        """
        if len(text) > MAX_CHARACTERS:
            raise ValueError(f"a checkpoint of more than {MAX_CHARACTERS} characters")
        body, blank, below = text.rpartition("\n\n")
        lines = body.split("\n")
        if not blank or len(lines) < 3 or not all(lines) or not _SIZE.match(lines[1]):
            raise ValueError("a checkpoint has an origin, a size and a root hash, a blank line, and signatures")
        signatures = _signatures(below)
        tree = _TREE.search(lines[0])
        return cls(
            lines[0], tree[1] if tree else "", int(lines[1]), base64.decode(lines[2]), f"{body}\n".encode(), signatures
        )


def _signatures(text: str) -> tuple[NoteSignature, ...]:
    if not text.endswith("\n"):
        raise ValueError("a checkpoint ends with a line of a signature")
    lines = text[:-1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise ValueError(f"a checkpoint with more than {MAX_SIGNATURES} signatures")
    result = []
    for line in lines:
        match = _SIGNATURE.match(line)
        raw = base64.decode(match[2]) if match else b""
        if match is None or len(raw) < 5:
            raise ValueError(f"no signature of a checkpoint: {line!r:.60}")
        result.append(NoteSignature(match[1], raw[:4], raw[4:]))
    return tuple(result)
