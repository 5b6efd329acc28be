"""Spec "Signature Verification": one of a statement's subjects is the artifact.

A statement's subjects are kept by their digests, so that each of many artifacts finds itself in it at once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from gatekeeper.errors import VerificationFailure
from gatekeeper.formats.statement import Statement
from gatekeeper.formats.statement import Subject as StatedSubject

STRONG = ("sha256", "sha512", "gitTree-256")
_GIT_SHA256_DIGITS = 64


class Artifact(Protocol):
    """What is verified, by its digests: hex by the names that ``verification.subjects`` gives them."""

    @property
    def digests(self) -> Mapping[str, str]:
        """Those that are known at once."""
        ...

    def digests_beside(self, stated: Mapping[str, str]) -> Mapping[str, str]:
        """These, and those of ``stated`` that can be computed over the bytes as well."""
        ...


@dataclass(frozen=True, slots=True)
class About:
    """A statement; ``numbers`` are those of its subjects, by each of their digests in hex.

    ``comparable`` says whether one of them has a digest that cannot be forged.
    """

    statement: Statement
    numbers: Mapping[str, Sequence[int]]
    comparable: bool

    @classmethod
    def of(cls, statement: Statement) -> About:
        """The statement with its index."""
        numbers: dict[str, list[int]] = defaultdict(list)
        comparable = False
        for number, one in enumerate(statement.subjects):
            for digest in one.digests.values():
                numbers[digest].append(number)
            comparable = comparable or any(name in STRONG for name in digests_of(one))
        return cls(statement, numbers, comparable)

    def check(self, subject: Artifact) -> None:
        """See that one of the statement's subjects is this one.

        Every digest of it that can be computed must match, and one must be of a kind that cannot be forged.

        Raises:
            VerificationFailure: none is.
            UnreadableInput: a file cannot be read again for a digest, or was changed.
        """
        nearest: VerificationFailure | None = None
        found = {number for digest in subject.digests.values() for number in self.numbers.get(digest, ())}
        for number in sorted(found):
            stated = digests_of(self.statement.subjects[number])
            computed = subject.digests_beside(stated)
            common = sorted(stated.keys() & computed.keys())
            equal = [name for name in common if stated[name] == computed[name]]
            if common and equal == common and any(name in STRONG for name in common):
                return
            if equal and nearest is None:
                nearest = _almost(stated, computed, common, equal)
        raise nearest or self._another(subject)

    def _another(self, subject: Artifact) -> VerificationFailure:
        subjects = self.statement.subjects
        expected = ", ".join(f"{name}:{subject.digests[name]}" for name in STRONG if name in subject.digests)
        more = f" and {len(subjects) - 3} more" if len(subjects) > 3 else ""
        return VerificationFailure(
            "about another artifact" if self.comparable else "about something that no digest names that counts",
            expected=expected,
            found="; ".join(_shown(one) for one in subjects[:3]) + more,
            hint="the artifact was changed, or the attestation belongs to another one"
            if self.comparable
            else f"nothing can be compared with it: it has none of {', '.join(STRONG)}",
            step="subject",
        )


def digests_of(subject: StatedSubject) -> dict[str, str]:
    """The digests by the names that subjects have: git's trees of two formats have one name in statements."""
    return {
        f"{name}-256" if name == "gitTree" and len(digest) == _GIT_SHA256_DIGITS else name: digest
        for name, digest in subject.digests.items()
    }


def _almost(
    stated: Mapping[str, str], computed: Mapping[str, str], common: Sequence[str], equal: Sequence[str]
) -> VerificationFailure:
    different = [name for name in common if name not in equal]
    return VerificationFailure(
        "one digest fits the subject, another does not" if different else "no digest that cannot be forged",
        expected=", ".join(f"{name}:{computed[name]}" for name in different) or f"one of {', '.join(STRONG)}",
        found=", ".join(f"{name}:{stated[name]}" for name in different) or ", ".join(equal),
        step="subject",
    )


def _shown(subject: StatedSubject) -> str:
    digests = ", ".join(f"{name}:{digest}" for name, digest in subject.digests.items())
    return f"{subject.name or subject.uri} {digests}".strip()
