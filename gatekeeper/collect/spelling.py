"""Keys in YAML and JSON that are written so that a pattern at the beginning of a line does not see them.

A key may have escapes, tags and anchors, stand behind a question mark, be an alias, or come out of a merge. What is
found here is only suspicion: whether there is such a key is decided by parsing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from gatekeeper.collect.base import HEAD_BYTES

# What YAML 1.1 takes for the end of a line.
_LINE_END = re.compile("\r\n?|[\x85\u2028\u2029]")
_BOUNDARY = re.compile(r"^(?:---|\.\.\.)(?=[ \t\n]|\Z)", re.MULTILINE)
# A document that is not in plain block style, or a line that begins with a tag, an anchor, an alias or "?"; a merge.
_UNUSUAL = re.compile(
    r"^---[ \t]++[^\s#]|^[ \t]*+(?:[!&]|\*\S++[ \t]++:|\?(?=\s)|<<[ \t]*+:)|\A(?:[ \t]*+(?:#[^\n]*+)?\n)*+[ \t]*+\{"
    r"|^(?:---|\.\.\.)[ \t]*+(?:#[^\n]*+)?\n(?:[ \t]*+(?:#[^\n]*+)?\n)*+[ \t]*+\{",
    re.MULTILINE,
)
_CONTINUED = r"(?:\\[ \t]*+\n\s*+)?+"


def is_cut(head: bytes) -> bool:
    """Whether more may follow behind the beginning of a file."""
    return len(head) >= HEAD_BYTES


def with_line_feeds(text: str) -> str:
    """The text with a line feed wherever YAML has a line end."""
    return _LINE_END.sub("\n", text)


def documents(text: str) -> list[str]:
    """The documents of a YAML stream whose lines end at line feeds, without what marks their ends."""
    return _BOUNDARY.split(text)


def escaped(word: str) -> re.Pattern[str]:
    """What matches the word in double quotes where at least one of its characters is an escape."""
    letters = _CONTINUED.join(
        rf"(?:{letter}|\\(?i:x{ord(letter):02x}|u{ord(letter):04x})|\\U(?i:{ord(letter):08x}))" for letter in word
    )
    return re.compile(rf'"(?!{word}"){_CONTINUED}{letters}{_CONTINUED}"')


def hidden(text: str, words: Iterable[str]) -> bool:
    """Whether all words may be keys at the top of a YAML document, though not written as such keys usually are."""
    spelled = {word: escaped(word).search(text) is not None for word in words}
    if not all(found or word in text for word, found in spelled.items()):
        return False
    return any(spelled.values()) or _UNUSUAL.search(text) is not None
