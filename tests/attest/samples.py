"""Statements, tokens and clocks for tests of signing."""

from __future__ import annotations

import base64
import datetime
import json

from gatekeeper.formats.statement import Statement, Subject
from gatekeeper.model.json import Json

STATEMENT = Statement(
    (Subject("app.tar.gz", {"sha256": "ab" * 32}), Subject("", {"gitTree": "cd" * 32})),
    "https://example.com/release/v1",
    {"reviewed": True},
)
NOW = datetime.datetime(2025, 11, 1, 12, 0, tzinfo=datetime.UTC)
SIGNATURE = "c2lnbmF0dXJlLW9mLXRoZS1pc3N1ZXI"


def clock() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


def token(payload: bytes | None = None, **claims: Json) -> str:
    """A token that is valid for five minutes around NOW; claims that are None are left out."""
    now = int(NOW.timestamp())
    all_claims: dict[str, Json] = {
        "iss": "https://issuer.example",
        "sub": "release",
        "aud": "sigstore",
        "iat": now - 60,
        "exp": now + 240,
    }
    kept = {name: value for name, value in (all_claims | claims).items() if value is not None}
    parts = (b'{"alg":"RS256"}', json.dumps(kept).encode() if payload is None else payload)
    encoded = [base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts]
    return ".".join([*encoded, SIGNATURE])
