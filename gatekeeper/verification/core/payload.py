"""Spec "Signature Verification": what an envelope holds is an in-toto statement."""

from __future__ import annotations

from gatekeeper.errors import VerificationFailure
from gatekeeper.formats.dsse import Envelope
from gatekeeper.formats.statement import PAYLOAD_TYPE, Statement


def statement_of(envelope: Envelope) -> Statement:
    """The statement in an envelope whose signature holds.

    Raises:
        VerificationFailure: something else was signed, or it is malformed.
    """
    if envelope.payload_type != PAYLOAD_TYPE:
        raise VerificationFailure(
            "no in-toto statement", expected=PAYLOAD_TYPE, found=envelope.payload_type, step="payload type"
        )
    try:
        return Statement.decode(envelope.payload)
    except ValueError as error:
        raise VerificationFailure(f"the signed payload is no statement: {error}", step="statement") from None
