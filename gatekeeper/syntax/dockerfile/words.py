"""Words and flags of an instruction, quotes kept, with their offsets."""

from __future__ import annotations

from dataclasses import dataclass

from gatekeeper.syntax.dockerfile.lines import SPACE

_BLANK = "\t\n\v\f\r "  # BuildKit looks for flags byte by byte, and so knows no other white space there


@dataclass(frozen=True, slots=True)
class Word:
    """A word as it is written; ``start`` and ``end`` are offsets in the text that it was taken from."""

    text: str
    start: int
    end: int


def split(text: str, start: int, escape: str) -> list[Word]:
    """The words of ``text[start:]``: white space inside quotes or behind an escape does not end one."""
    words = []
    at, length = start, len(text)
    while at < length:
        if text[at] in SPACE:
            at += 1
            continue
        begin = at
        at = _end_of_word(text, at, escape)
        word = text[begin:at]
        if at > length:  # an escape with nothing behind it says nothing
            at, word = length, text[begin : length - 1]
        if word:
            words.append(Word(word, begin, begin + len(word)))
    return words


def _end_of_word(text: str, at: int, escape: str) -> int:
    """Offset behind the word, one behind the text's end where that is an escape."""
    quote, length = "", len(text)
    while at < length:
        character = text[at]
        if character == escape and quote != "'":
            at += 2
            continue
        if quote:
            if character == quote:
                quote = ""
        elif character in SPACE:
            return at
        elif character in "'\"":
            quote = character
        at += 1
    return at


def flags(text: str, start: int) -> tuple[list[str], int]:
    """The flags at ``text[start:]`` without quotes, and the offset of what follows them.

    Flags are escaped by a backslash whatever the file's escape character is; a bare ``--`` ends them.
    """
    found: list[str] = []
    at, length = start, len(text)
    while True:
        while at < length and text[at] in _BLANK:
            at += 1
        if not text.startswith("--", at):
            return found, at
        flag, at = _flag(text, at)
        if flag == "--":
            return found, at
        found.append(flag)


def _flag(text: str, at: int) -> tuple[str, int]:
    parts, quote = [], ""
    while at < len(text):
        character = text[at]
        at += 1
        if character == "\\":
            parts.append(text[at : at + 1])
            at += 1
        elif quote:
            if character == quote:
                quote = ""
            else:
                parts.append(character)
        elif character in _BLANK:
            break
        elif character in "'\"":
            quote = character
        else:
            parts.append(character)
    return "".join(parts), min(at, len(text))
