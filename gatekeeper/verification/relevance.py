"""Which of many attestations can be about a subject: by what they claim, so that none that could count is left out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from gatekeeper.errors import VerificationFailure
from gatekeeper.formats.attestations import simple_signing
from gatekeeper.formats.attestations.base import Attestation
from gatekeeper.formats.dsse import Envelope
from gatekeeper.formats.sigstore.bundle import Bundle, MessageSignature
from gatekeeper.formats.statement import Statement
from gatekeeper.verification.gathering import Source, Unread
from gatekeeper.verification.subjects.base import Subject

FEW = 50


@dataclass(frozen=True, slots=True)
class Relevant:
    """The attestations that can be about a subject, in their order, and how many others there are."""

    attestations: tuple[Attestation, ...]
    others: int


class Relevance:
    """Attestations by the digests and names of what they claim to be about."""

    def __init__(self, attestations: Sequence[Attestation], subjects: Iterable[Subject]) -> None:
        """``subjects`` are all those that are asked for: what else the attestations are about is not kept."""
        self._attestations = attestations
        wanted = [(subject.digests.values(), _base(subject.name)) for subject in subjects]
        wanted_digests = {digest for digests, _ in wanted for digest in digests}
        wanted_names = {name for _, name in wanted}
        self._by_digest: dict[str, list[int]] = defaultdict(list)
        self._by_name: dict[str, list[int]] = defaultdict(list)
        self._always: list[int] = []
        for number, one in enumerate(attestations):
            digests, names = _claims(one)
            for digest in digests & wanted_digests:
                self._by_digest[digest].append(number)
            for name in names & wanted_names:
                self._by_name[name].append(number)
            if not digests and isinstance(one.content, Bundle) and isinstance(one.content.content, MessageSignature):
                self._always.append(number)

    def of(self, subject: Subject) -> Relevant:
        """Those with a digest of the subject, of its name, or signing who knows what; of few all, where there are none.

        A statement counts only if one of its digests is the subject's: nothing that could count is left out.
        """
        numbers = set(self._always)
        for digest in subject.digests.values():
            numbers.update(self._by_digest.get(digest, ()))
        numbers.update(self._by_name.get(_base(subject.name), ()))
        if not numbers and len(self._attestations) <= FEW:
            numbers = set(range(len(self._attestations)))
        chosen = tuple(self._attestations[number] for number in sorted(numbers))
        return Relevant(chosen, len(self._attestations) - len(chosen))


def _claims(attestation: Attestation) -> tuple[set[str], set[str]]:
    """Digests and names of what it is about; no digests where it does not say."""
    content = attestation.content
    signed = content if isinstance(content, Envelope) else content.content
    if not isinstance(signed, Envelope):
        digest = _image(attestation.payload) if attestation.payload is not None else signed.digest.hex()
        return {digest} - {""}, set(_prefixes(attestation.name))
    try:
        subjects = Statement.decode(signed.payload).subjects
    except (ValueError, RecursionError):
        return set(), set(_prefixes(attestation.name))
    return {digest for one in subjects for digest in one.digests.values()}, {_base(one.name) for one in subjects}


def _image(payload: bytes) -> str:
    """The image that is signed by an elder cosign; "" where it does not say."""
    try:
        return simple_signing.read(payload).sha256
    except ValueError:
        return ""


class Unreadable:
    """What could not be read in a place, by the names of what it could belong to."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._by_name: dict[str, list[Unread]] = defaultdict(list)
        for one in source.unread:
            for name in _prefixes(one.name):
                self._by_name[name].append(one)

    def of(self, subject: Subject) -> list[Unread]:
        """What has the subject's name, first, and the rest: of many, their number."""
        named = self._by_name.get(_base(subject.name), [])
        chosen = {id(one) for one in named}
        if not self._source.shared or len(self._source.unread) <= FEW:
            return [*named, *(one for one in self._source.unread if id(one) not in chosen)]
        rest = len(self._source.unread) - len(named)
        failure = VerificationFailure("not bundles that can be read", step="format")
        return [*named, *([Unread(f"{self._source.place}: {rest} more", "", failure)] if rest else [])]


def _prefixes(name: str) -> Iterator[str]:
    """``app.tar``, ``app`` of ``app.tar.sigstore.json:1``: what a file of that name could belong to."""
    parts = _base(name).split(".")[:8]
    return (".".join(parts[:number]) for number in range(1, len(parts)))


def _base(name: str) -> str:
    return name.rpartition("/")[2]
