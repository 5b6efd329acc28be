"""How many persons signed: one certificate identity, or one key, is one person, whatever names a trust file gives."""

from __future__ import annotations

from collections.abc import Iterable

from gatekeeper.crypto import public_keys
from gatekeeper.verification.trust.counting import Counted
from gatekeeper.verification.trust.model import Signer

Mark = tuple[str, ...]
# Somebody by the trust file's name, and by what the signature shows.
Signing = tuple[str, tuple[Mark, ...]]


def marks(one: Counted) -> tuple[Mark, ...]:
    """What a signature itself shows of who made it: the key, and the identity in its certificate."""
    signer = one.signed.signer
    key = ("key", public_keys.hint(signer.key))
    identity = signer.identity
    return (key, ("identity", identity.issuer, identity.subject)) if identity else (key,)


def signing(one: Counted, counts_as: Signer) -> Signing:
    """As whom a signature counts."""
    return counts_as.who, marks(one)


def distinct(signings: Iterable[Signing]) -> list[str]:
    """The persons, each by the first of its names: what shares a name or a mark is one."""
    return list(dict.fromkeys(first_names(signings).values()))


def first_names(signings: Iterable[Signing]) -> dict[str, str]:
    """By each name of a person the first of them."""
    parents: dict[Mark, Mark] = {}

    def root(mark: Mark) -> Mark:
        while (parent := parents.setdefault(mark, mark)) != mark:
            parents[mark] = mark = parents[parent]
        return mark

    names: dict[str, Mark] = {}
    for who, shown in sorted(signings):
        own = names.setdefault(who, ("name", who))
        for mark in shown:
            parents[root(mark)] = root(own)
    first: dict[Mark, str] = {}
    for who, mark in names.items():
        first.setdefault(root(mark), who)
    return {who: first[root(mark)] for who, mark in names.items()}
