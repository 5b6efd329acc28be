"""What an envelope holds."""

from __future__ import annotations

import pytest

from gatekeeper.errors import VerificationFailure
from gatekeeper.formats.dsse import Envelope
from gatekeeper.formats.statement import PAYLOAD_TYPE, Statement, Subject
from gatekeeper.verification.core.payload import statement_of

STATEMENT = Statement((Subject("a", {"sha256": "ab" * 32}),), "https://example.com/predicate/v1", {"answer": 42})


def test_a_statement() -> None:
    assert statement_of(Envelope(PAYLOAD_TYPE, STATEMENT.encode(), ())) == STATEMENT


@pytest.mark.parametrize(
    ("kind", "payload", "step"),
    [
        ("text/plain", STATEMENT.encode(), "payload type"),
        ("", STATEMENT.encode(), "payload type"),
        (PAYLOAD_TYPE + " ", STATEMENT.encode(), "payload type"),
        (PAYLOAD_TYPE, b"", "statement"),
        (PAYLOAD_TYPE, b"[" * 100_000, "statement"),
    ],
)
def test_what_is_none(kind: str, payload: bytes, step: str) -> None:
    with pytest.raises(VerificationFailure) as caught:
        statement_of(Envelope(kind, payload, ()))
    assert caught.value.step == step
