"""Patterns of RE2 (Go's ``regexp``) in the words of the embedded engine's own syntax.

Both look alike and differ silently: there ``\\d``, ``\\w``, ``\\s`` and ``\\b`` know all of Unicode, ``[a&&b]`` and
``[a--b]`` are operations on classes, ``\\<`` is a place, ``a++`` and ``(?x)`` mean something. What cannot be said there
is refused, so that nothing has another meaning without a word.
Syntax: https://github.com/google/re2/wiki/Syntax
"""

from __future__ import annotations

import re
from functools import lru_cache

from gatekeeper.policy.engines.builtins.base import BuiltinError

_DIGIT, _SPACE, _WORD = "0-9", r"\t\n\f\r ", "0-9A-Za-z_"
_CLASSES = {
    "d": f"[{_DIGIT}]", "s": f"[{_SPACE}]", "w": f"[{_WORD}]",
    "D": f"[^{_DIGIT}]", "S": f"[^{_SPACE}]", "W": f"[^{_WORD}]",
}  # fmt: skip
_PLACES = {"A": r"\A", "z": r"\z", "b": r"(?-u:\b)", "B": r"(?:(?-u:\B))"}
_CONTROLS = {"a": 7, "f": 12, "n": 10, "r": 13, "t": 9, "v": 11}
_NAMED = re.compile("alnum|alpha|ascii|blank|cntrl|digit|graph|lower|print|punct|space|upper|word|xdigit")
_SCRIPTS = re.compile("Arabic|Cyrillic|Devanagari|Greek|Han|Hangul|Hebrew|Hiragana|Katakana|Latin|Thai")

_REPEAT = re.compile(r"\{([0-9]+)(?:(,)([0-9]*))?\}")
_GROUP = re.compile(r"\((?:\?(?:P?<([A-Za-z0-9_]+)>|([imsU]*(?:-[imsU]+)?)([:)])))?")
_PROPERTY = re.compile(r"([pP])(?:\{(\^?)([A-Za-z_]+)\}|([A-Z]))")
_HEX = re.compile(r"x(?:([0-9A-Fa-f]{2})|\{([0-9A-Fa-f]{1,8})\})")
_OCTAL = re.compile(r"(?:0[0-7]{0,2}|[1-7][0-7]{1,2})")
_POSIX = re.compile(r"\[:(\^?)([a-z]+):\]")
_MOST = 1000  # repetitions


@lru_cache(maxsize=4096)
def translate(pattern: str) -> str:
    """The same pattern for the embedded engine.

    Raises:
        BuiltinError: RE2 does not take it, or it cannot be said.
    """
    return _Translation(pattern).whole()


class _Translation:
    def __init__(self, pattern: str) -> None:
        self._text = pattern
        self._at = 0

    def whole(self) -> str:
        parts: list[str] = []
        repeated = False
        while self._at < len(self._text):
            part, repeats = self._next()
            if repeats and repeated:
                raise self._wrong("invalid nested repetition operator")
            repeated = repeats
            parts.append(part)
        return "".join(parts)

    def _wrong(self, reason: str) -> BuiltinError:
        return BuiltinError(f"error parsing regexp: {reason}: `{self._text:.100}`")

    def _take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        found = pattern.match(self._text, self._at)
        if found:
            self._at = found.end()
        return found

    def _next(self) -> tuple[str, bool]:
        """The next piece, and whether it repeats the one before."""
        character = self._text[self._at]
        if character == "\\":
            return self._escape(), False
        if character == "[":
            return self._class(), False
        if character == "(":
            return self._group(), False
        if character == "{" and (found := self._take(_REPEAT)):
            if max(int(found[1][:5]), int((found[3] or "0")[:5])) > _MOST:
                raise self._wrong("invalid repeat count")
            return found[0] + self._lazy(), True
        self._at += 1
        if character in "*+?":
            return character + self._lazy(), True
        return (character if character in ".^$|)" else _literal(ord(character))), False

    def _lazy(self) -> str:
        if self._text.startswith("?", self._at):
            self._at += 1
            return "?"
        return ""

    def _group(self) -> str:
        if (found := self._take(_GROUP)) is None or (found[0] == "(" and self._text.startswith("?", self._at)):
            raise self._wrong("invalid or unsupported Perl syntax")
        return f"(?P<{found[1]}>" if found[1] else found[0]

    def _escape(self) -> str:
        self._at += 1
        if self._text.startswith("Q", self._at):
            quoted, _, _ = self._text[self._at + 1 :].partition(r"\E")
            self._at = min(len(self._text), self._at + 1 + len(quoted) + 2)
            return "".join(_literal(ord(character)) for character in quoted)
        letter = self._text[self._at : self._at + 1]
        if letter in _PLACES:
            self._at += 1
            return _PLACES[letter]
        return self._set_escape() or _literal(self._character_escape())

    def _set_escape(self) -> str:
        """What stands for several characters behind a backslash, else nothing."""
        letter = self._text[self._at : self._at + 1]
        if letter in _CLASSES:
            self._at += 1
            return _CLASSES[letter]
        if letter not in ("p", "P"):
            return ""
        found = self._take(_PROPERTY)
        name = found and (found[3] or found[4])
        if not found or not name or not (len(name) <= 2 or _SCRIPTS.fullmatch(name)):
            raise self._wrong("invalid or unsupported character class")
        negated = (found[1] == "P") != bool(found[2])
        return f"\\{'P' if negated else 'p'}{{{name}}}"

    def _character_escape(self) -> int:
        letter = self._text[self._at : self._at + 1]
        if found := self._take(_HEX):
            code = int(found[1] or found[2], 16)
            if code <= 0x10FFFF:
                return code
        elif found := self._take(_OCTAL):
            return int(found[0], 8)
        elif letter in _CONTROLS or (letter.isascii() and letter and not letter.isalnum()):
            self._at += 1
            return _CONTROLS.get(letter, ord(letter))
        raise self._wrong("invalid escape sequence")

    def _class(self) -> str:
        self._at += 1
        negated = self._text.startswith("^", self._at)
        self._at += negated
        parts: list[str] = []
        while not parts or not self._text.startswith("]", self._at):
            parts.append(self._class_part())
        self._at += 1
        return f"[{'^' if negated else ''}{''.join(parts)}]"

    def _class_part(self) -> str:
        if self._at >= len(self._text):
            raise self._wrong("missing closing ]")
        if found := self._take(_POSIX):
            if not _NAMED.fullmatch(found[2]):
                raise self._wrong("invalid character class range")
            return found[0]
        if self._text[self._at] == "\\":
            self._at += 1
            if part := self._set_escape():
                return part
            self._at -= 1
        low = self._class_character()
        if self._text.startswith("-", self._at) and self._text[self._at + 1 : self._at + 2] not in ("]", ""):
            self._at += 1
            high = self._class_character()
            if high < low:
                raise self._wrong("invalid character class range")
            return f"{_literal(low)}-{_literal(high)}"
        return _literal(low)

    def _class_character(self) -> int:
        character = self._text[self._at : self._at + 1]
        self._at += 1
        if not character:
            raise self._wrong("missing closing ]")
        return self._character_escape() if character == "\\" else ord(character)


def _literal(code: int) -> str:
    character = chr(code)
    if character.isascii() and (character.isalnum() or character in " _/:,;=@%'\"!"):
        return character
    if 0xD800 <= code <= 0xDFFF:
        raise BuiltinError("error parsing regexp: a surrogate is no character")
    return f"\\x{{{code:x}}}"
