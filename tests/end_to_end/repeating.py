"""Services that repeat whatever they are sent, and the search for it in all that a run of gatekeeper shows."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from pathlib import Path

from tests.cli.signing.test_secrets import Seen, check
from tests.registry.servers import Asked, Send, answer

SECRET = "sentinel-of-a-secret-9c4e51d07b"


@dataclass(frozen=True, slots=True)
class Repeat:
    """Answers with ``status`` and what it was sent: in headers, in the reason, and in the body as JSON or as text."""

    status: int
    media_type: str = "application/json"

    def __call__(self, asked: Asked, send: Send) -> None:
        sent = asked.headers.get("authorization", "")
        kind, _, value = sent.partition(" ")
        pair = base64.b64decode(value).decode() if kind == "Basic" else ""
        text = f"I got {sent} {pair} {asked.body.decode(errors='replace')}"
        errors = [{"message": text, "code": text, "detail": text}]
        body = json.dumps({"message": text, "errors": errors}) if "json" in self.media_type else text
        headers = {"Content_Type": self.media_type, "X_Got": sent, "Docker_Content_Digest": sent, "Location": sent}
        whole = answer(self.status, body.encode(), **headers)
        send(whole.replace(b" X\r\n", f" {sent}\r\n".encode(), 1))


def nothing_of(secret: str, seen: Seen, *folders: Path) -> None:
    """Neither the secret, nor a half of it, nor what it looks like in a ``Basic`` header."""
    pair = base64.b64encode(f"ann:{secret}".encode()).decode()
    for one in (secret[: len(secret) // 2], secret[len(secret) // 2 :], pair[8:-4]):
        check(seen, one, *folders)
    for trouble in (b"Traceback", b"internal error"):
        assert trouble not in seen.printed, seen.printed
