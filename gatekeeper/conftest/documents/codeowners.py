"""CODEOWNERS files: ``{"rules": [{"pattern", "owners": [{"type", "value"}], "comment", "lineNumber"}]}``.

``type`` is ``email``, ``team`` or ``username``, the last two without their ``@``; ``rules`` is null where there are
none.
"""

from __future__ import annotations

import re
from typing import NoReturn

from gatekeeper.conftest.documents.base import Parsed
from gatekeeper.conftest.documents.golang import SPACE, text_of
from gatekeeper.errors import UnreadableInput
from gatekeeper.model.json import Json

_PATTERN = re.compile(r"(?:\\+[ \t]?|[A-Za-z0-9*?./@_+()-])*+")
_OWNER = re.compile(r"[A-Za-z0-9.@/_%+-]++")
_OWNERS = (
    ("email", re.compile(r"([A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,6})")),
    ("team", re.compile(r"@([a-zA-Z0-9-]+/[a-zA-Z0-9_-]+)")),
    ("username", re.compile(r"@([a-zA-Z0-9_-]+)")),
)
_LONGEST_LINE = (1 << 16) - 1


def parse(path: str, data: bytes) -> Parsed:
    """The rules of a file."""
    rules = []
    for number, line in enumerate(data.split(b"\n"), 1):
        if len(line) >= _LONGEST_LINE:
            # conftest silently reads nothing from such a line on.
            raise UnreadableInput(f"a line is longer than {_LONGEST_LINE} bytes", line=number)
        text = text_of(line).strip(SPACE)
        if text and not text.startswith("#"):
            rules.append(_rule(text, number))
    return Parsed({"rules": rules or None}, (rules[0]["lineNumber"] if rules else 1,))


def _rule(text: str, number: int) -> Json:
    body, _, comment = text.partition("#")
    matched = _PATTERN.match(body)
    pattern = matched[0] if matched else ""
    rest = body[len(pattern) :]
    if rest and rest[0] not in " \t":
        _refuse_character(rest[0], len(pattern), number)
    if not pattern:
        raise UnreadableInput("a rule has no pattern", line=number)
    _check(pattern, number)
    owners, place = [], len(pattern)
    for word in re.split(r"[ \t]", rest):
        if word:
            owner = _OWNER.match(word)
            if owner is None or owner.end() < len(word):
                _refuse_character(word[owner.end() if owner else 0], place + (owner.end() if owner else 0), number)
            owners.append(_owner(word, place, number))
        place += len(word) + 1
    return {"pattern": pattern, "owners": owners, "comment": comment.strip(SPACE), "lineNumber": number}


def _owner(word: str, place: int, number: int) -> Json:
    for kind, expression in _OWNERS:
        if match := expression.fullmatch(word):
            return {"type": kind, "value": match[1]}
    raise UnreadableInput(
        f"{word[:60]!r} is no owner", line=number, column=place + 1, hint="write @user, @org/team or an e-mail address"
    )


def _check(pattern: str, number: int) -> None:
    if "***" in pattern:
        raise UnreadableInput("*** is no pattern", line=number)


def _refuse_character(character: str, place: int, number: int) -> NoReturn:
    raise UnreadableInput(f"{character!r} cannot stand here", line=number, column=place + 1)
