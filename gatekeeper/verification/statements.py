"""Statements, each decoded once a run, however many subjects are judged by them."""

from __future__ import annotations

from collections.abc import Iterator

from gatekeeper.errors import VerificationFailure
from gatekeeper.formats.attestations.base import Attestation
from gatekeeper.formats.dsse import Envelope
from gatekeeper.formats.statement import Statement
from gatekeeper.formats.statement import Subject as StatedSubject
from gatekeeper.verification.core.payload import statement_of
from gatekeeper.verification.core.results import Signed
from gatekeeper.verification.core.subject import STRONG, About
from gatekeeper.verification.subjects.base import Subject
from gatekeeper.verification.trust.model import SIGNATURE


class Statements:
    """What was decoded so far: of all that is signed by somebody known, and what all else claims."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, bytes], About | VerificationFailure] = {}
        # By the statement, which is kept above, and digests of a subject.
        self._names: dict[tuple[int | str, ...], frozenset[str]] = {}
        self._claims: dict[bytes, tuple[str, frozenset[str] | None]] = {}

    def signed(self, signed: Signed) -> About | None:
        """The statement that was signed; None where the signature is over the file.

        Raises:
            VerificationFailure: something else was signed, or it is malformed.
        """
        envelope = signed.content
        if not isinstance(envelope, Envelope):
            return None
        key = envelope.payload_type, envelope.payload
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = _decoded(envelope)
        if isinstance(known, VerificationFailure):
            raise known.with_traceback(None)  # it is raised for each subject anew
        return known

    def names(self, signed: Signed, subject: Subject) -> frozenset[str]:
        """What a statement calls this subject; of a file or folder also the last parts of these names.

        Raises:
            VerificationFailure: as ``signed`` does.
        """
        about = self.signed(signed)
        strong = sorted(digest for name, digest in subject.digests.items() if name in STRONG)
        if about is None or not strong:
            return frozenset()
        on_disk = subject.is_on_disk
        key: tuple[int | str, ...] = (id(about), on_disk, *strong)
        if key not in self._names:
            numbers = {number for digest in strong for number in about.numbers.get(digest, ())}
            found = {text for number in numbers for text in _called(about.statement.subjects[number], on_disk)}
            self._names[key] = frozenset(found)
        return self._names[key]

    def kind(self, attestation: Attestation) -> str:
        """The predicate type that it claims, good enough to choose what to tell; "" where it claims none."""
        return self._claim(attestation)[0]

    def may_be_about(self, attestation: Attestation, subject: Subject) -> bool:
        """Whether it claims to be about a subject, or does not say what it is about."""
        claimed = self._claim(attestation)[1]
        return claimed is None or not claimed.isdisjoint(subject.digests.values())

    def _claim(self, attestation: Attestation) -> tuple[str, frozenset[str] | None]:
        """Predicate type and digests, "" and None where it claims none."""
        content = attestation.content
        envelope = content if isinstance(content, Envelope) else content.content
        if not isinstance(envelope, Envelope):
            return SIGNATURE, None
        if envelope.payload not in self._claims:
            try:
                statement = Statement.decode(envelope.payload)
                digests = frozenset(digest for one in statement.subjects for digest in one.digests.values())
                self._claims[envelope.payload] = statement.predicate_type, digests
            except ValueError:
                self._claims[envelope.payload] = "", None
        return self._claims[envelope.payload]


def last_part(subject: Subject) -> frozenset[str]:
    """The last part of the name that a file or folder has now; nothing of what lies in a registry or layout."""
    return frozenset({subject.name.rpartition("/")[2]}) if subject.is_on_disk else frozenset()


def _called(one: StatedSubject, on_disk: bool) -> Iterator[str]:
    for text in filter(None, (one.name, one.uri)):
        yield text
        if on_disk:
            yield text.rpartition("/")[2]


def _decoded(envelope: Envelope) -> About | VerificationFailure:
    try:
        return About.of(statement_of(envelope))
    except VerificationFailure as failure:
        failure.__context__ = None  # it would keep what was read in memory
        return failure.with_traceback(None)
