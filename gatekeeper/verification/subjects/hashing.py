"""Digests that statements name beside those that every subject has: computed where one names them, and once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import new as new_hash
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hashlib import _Hash as Hash

# The names of in-toto's digest sets that are over the bytes themselves, and their hexadecimal digits. ``shake128`` and
# ``shake256`` have no length, ``dirHash`` and the other names of git are over something else than a file's bytes.
_PLAIN = {
    "md5": 32,
    "sha1": 40,
    "sha224": 56,
    "sha256": 64,
    "sha384": 96,
    "sha512": 128,
    "sha512_224": 56,
    "sha512_256": 64,
    "sha3_224": 56,
    "sha3_256": 64,
    "sha3_384": 96,
    "sha3_512": 128,
    "blake2b": 128,
    "blake2s": 64,
}
# The same bytes behind a header; git has two formats, told apart by the number of hexadecimal digits.
_GIT_BLOB = "gitBlob"
_GIT_ALGORITHMS = {40: "sha1", 64: "sha256"}


def computable(name: str, digits: int) -> bool:
    """Whether a digest of this name and number of hexadecimal digits can be computed over bytes."""
    return _PLAIN.get(name) == digits or (name == _GIT_BLOB and digits in _GIT_ALGORITHMS)


def digests(pieces: Iterable[bytes], size: int, wanted: Mapping[str, int]) -> dict[str, str]:
    """Digests in hex over ``size`` bytes; ``wanted`` are computable names, each with its hexadecimal digits."""
    hashes = {name: _hash(name, digits, size) for name, digits in wanted.items()}
    for piece in pieces:
        for one in hashes.values():
            one.update(piece)
    return {name: one.hexdigest() for name, one in hashes.items()}


def _hash(name: str, digits: int, size: int) -> Hash:
    # They are compared beside strong ones, and never count alone.
    if name != _GIT_BLOB:
        return new_hash(name, usedforsecurity=False)
    return new_hash(_GIT_ALGORITHMS[digits], b"blob %d\0" % size, usedforsecurity=False)
