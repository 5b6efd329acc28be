"""The whole of a private key whose first line was found."""

from __future__ import annotations

import re

from gatekeeper.analyze.secrets.values import PLACEHOLDER
from gatekeeper.workspace.randomness import is_random

LONGEST = 20_000  # characters: RSA of 16,384 bits has 12,900
END = re.compile(
    r"-----END [A-Z0-9 ]{0,40}KEY(?: BLOCK)?-----|---- END SSH2 [A-Z ]{0,40}KEY ----|Private-MAC: [0-9a-f]+"
)
BODY = re.compile(r"[0-9A-Za-z+/]{20,}")
LINES = re.compile(r"(?:[\w+/=:,. -]|\\[nr]|\r?\n)*")


def extent(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Offsets of the whole key around its first line's ``BEGIN ... KEY``; None where no key follows.

    Programs that look for keys, and documents that leave the key out, hold the first line alone.
    """
    stop = END.search(text, end, end + LONGEST)
    begin = start
    while begin > 0 and text[begin - 1] == "-" and start - begin < 5:
        begin -= 1
    region = text[end : stop.start()] if stop else text[end : end + 400]
    body = next((match for match in BODY.finditer(region) if is_random(match[0], 20)), None)
    if body is None or PLACEHOLDER.search(body[0]):
        return None
    if stop:
        return begin, stop.end()
    rest = LINES.match(text, end + body.start(), end + LONGEST)
    assert rest is not None
    return begin, end + body.start() + len(rest[0].rstrip())
