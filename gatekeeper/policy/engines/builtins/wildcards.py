"""``glob.match`` as github.com/gobwas/glob answers, which OPA uses: patterns become regular expressions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from gatekeeper.model.json import Json
from gatekeeper.policy.engines.builtins.base import BuiltinError, Functions, sequence, text
from gatekeeper.policy.engines.builtins.patterns import asked

_BREAKERS = "?*[{"
_DEFAULT = "."


def match(pattern: Json, delimiters: Json, value: Json) -> Json:
    """``glob.match``: without delimiters (null) ``*`` goes over everything, with none named over all but ``.``."""
    expression = text(pattern, 1)
    named = None if delimiters is None else sequence(delimiters, 2)
    marks = "" if named is None else "".join(_delimiter(one) for one in named) or _DEFAULT
    return asked(_translate(expression, marks), text(value, 3))


def _delimiter(value: Json) -> str:
    if not isinstance(value, str) or len(value) != 1:
        raise BuiltinError("a delimiter is a single character")
    return value


@lru_cache(maxsize=4096)
def _translate(pattern: str, delimiters: str) -> str:
    return f"(?s)\\A(?:{_Translation(pattern, delimiters).whole()})\\z"


class _Translation:
    def __init__(self, pattern: str, delimiters: str) -> None:
        self._text = pattern
        self._at = 0
        self._any = f"[^{_literals(delimiters)}]" if delimiters else "."

    def whole(self) -> str:
        parts: list[str] = []
        depth = 0
        while self._at < len(self._text):
            character = self._text[self._at]
            self._at += 1
            if character == "{":
                depth += 1
                parts.append("(?:")
            elif character == "," and depth:
                parts.append("|")
            elif character == "}" and depth:
                depth -= 1
                parts.append(")")
            elif character == "[":
                parts.append(self._range())
            elif character == "?":
                parts.append(self._any)
            elif character == "*":
                wide = self._text.startswith("*", self._at)
                self._at += wide
                parts.append(".*" if wide else f"{self._any}*")
            else:
                self._at -= 1
                parts.append(_literals(self._plain(_BREAKERS + ("}," if depth else ""))))
        if depth:
            raise BuiltinError("glob: unclosed `{`")
        return "".join(parts)

    def _range(self) -> str:
        negated = self._text.startswith("!", self._at)
        self._at += negated
        sign = "^" if negated else ""
        if self._text.startswith("-", self._at + 1):
            low, high = self._text[self._at], self._text[self._at + 2 : self._at + 3]
            self._at += 3
            if not high or high < low:
                raise BuiltinError("hi character should be greater than lo")
            inside = f"{_literals(low)}-{_literals(high)}"
        else:
            inside = _literals(self._plain("]"))
        if not inside or not self._text.startswith("]", self._at):
            raise BuiltinError("could not parse range")
        self._at += 1
        return f"[{sign}{inside}]"

    def _plain(self, breakers: str) -> str:
        found, escaped = [], False
        while self._at < len(self._text):
            character = self._text[self._at]
            if not escaped and character in breakers:
                break
            self._at += 1
            if not escaped and character == "\\":
                escaped = True
                continue
            escaped = False
            found.append(character)
        if escaped:
            raise BuiltinError("glob: trailing backslash")
        return "".join(found)


def _literals(characters: Sequence[str]) -> str:
    return "".join(
        one if one.isascii() and re.fullmatch(r"[A-Za-z0-9_]", one) else f"\\x{{{ord(one):x}}}" for one in characters
    )


FUNCTIONS: Functions = {"glob.match": match}
