"""Statements, each decoded once a run, however many subjects are judged by them."""

from __future__ import annotations

from gatekeeper.errors import VerificationFailure
from gatekeeper.formats.attestations.base import Attestation
from gatekeeper.formats.dsse import Envelope
from gatekeeper.formats.statement import PAYLOAD_TYPE, Statement
from gatekeeper.verification.core.results import Signed
from gatekeeper.verification.trust.about import About


class Statements:
    """What was decoded so far: of all that is signed by somebody known, and the kinds of all else."""

    def __init__(self) -> None:
        self._known: dict[bytes, About | VerificationFailure] = {}
        self._kinds: dict[bytes, str] = {}

    def signed(self, signed: Signed) -> About | None:
        """The statement that was signed; None where the signature is over the file.

        Raises:
            VerificationFailure: something else was signed, or it is malformed.
        """
        envelope = signed.content
        if not isinstance(envelope, Envelope):
            return None
        if envelope.payload_type != PAYLOAD_TYPE:
            raise VerificationFailure(
                "no in-toto statement", expected=PAYLOAD_TYPE, found=envelope.payload_type, step="payload type"
            )
        known = self._known.get(envelope.payload)
        if known is None:
            known = self._known[envelope.payload] = _decoded(envelope.payload)
        if isinstance(known, VerificationFailure):
            raise known.with_traceback(None)  # it is raised for each subject anew
        return known

    def kind(self, attestation: Attestation) -> str:
        """The predicate type that it claims, good enough to choose what to tell; "" where it claims none."""
        content = attestation.content
        envelope = content if isinstance(content, Envelope) else content.content
        if not isinstance(envelope, Envelope):
            return ""
        if envelope.payload not in self._kinds:
            try:
                self._kinds[envelope.payload] = Statement.decode(envelope.payload).predicate_type
            except ValueError:
                self._kinds[envelope.payload] = ""
        return self._kinds[envelope.payload]


def _decoded(payload: bytes) -> About | VerificationFailure:
    try:
        return About.of(Statement.decode(payload))
    except ValueError as error:
        return VerificationFailure(f"the signed payload is no statement: {error}", step="statement")
