"""Quotes, escapes and variables of a Dockerfile's words, as BuildKit's shell lexer reads them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from gatekeeper.syntax.dockerfile.lines import SPACE

MAX_DEPTH = 50  # of ${a:-${b:-...}}
MAX_LENGTH = 512  # of what variables add to a text; no image's reference is longer, and defaults that double are bombs

_SPECIAL = frozenset("@*#?-$!0")

# The builder sets these by itself; FROM sees them even where no ARG declares them.
_PLATFORM_VARIABLES = frozenset(
    f"{side}{part}" for side in ("TARGET", "BUILD") for part in ("PLATFORM", "OS", "ARCH", "VARIANT", "OSVERSION")
) | {"TARGETSTAGE"}


class BadSubstitutionError(ValueError):
    """An open quote, an open brace, or a substitution that BuildKit does not know."""


class UnknownVariableError(ValueError):
    """A variable has no value that could be known."""


@dataclass(slots=True)
class _Output:
    """Text as it comes out, and the words that it falls into."""

    text: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    _word: list[str] = field(default_factory=list)

    def quoted(self, text: str) -> None:
        self.text.append(text)
        self._word.append(text)

    def bare(self, text: str) -> None:
        self.text.append(text)
        for character in text:
            if character in SPACE:
                self.end()
            else:
                self._word.append(character)

    def end(self) -> None:
        word = "".join(self._word)
        self._word.clear()
        if word:
            self.words.append(word)


def unquote(text: str, escape: str) -> str:
    """``text`` without its quotes and escapes, variables left as they are written.

    Raises:
        BadSubstitutionError: BuildKit would refuse it.
    """
    if not any(mark in text for mark in ("'", '"', "$", escape)):
        return text
    return "".join(_Lexer(text, escape, None, raw=False).run().text)


def unquoted_words(text: str) -> list[str]:
    """The words of ``text``, quotes and escapes removed, variables left as they are written.

    Raises:
        BadSubstitutionError: BuildKit would refuse it.
    """
    return _Lexer(text, "\\", None, raw=False).run().words


def raw_words(text: str) -> list[str]:
    """The words of a command line, with their quotes, escapes and variables.

    Raises:
        BadSubstitutionError: BuildKit would refuse it.
    """
    return _Lexer(text, "\\", None, raw=True).run().words


def expand(text: str, variables: Mapping[str, str | None], escape: str) -> str:
    """``text`` with variables filled in; one whose value is None is declared and may be given later.

    Raises:
        UnknownVariableError: a variable is needed whose value cannot be known.
        BadSubstitutionError: BuildKit would refuse it.
    """
    return "".join(_Lexer(text, escape, variables, raw=False).run().text)


class _Lexer:
    def __init__(self, source: str, escape: str, variables: Mapping[str, str | None] | None, *, raw: bool) -> None:
        self.source = source
        self.at = 0
        self.escape = escape
        self.variables = variables
        self.raw = raw
        self.filled_in = 0

    def run(self) -> _Output:
        output = self._until(None, 0)
        output.end()
        return output

    def _peek(self) -> str:
        return self.source[self.at : self.at + 1]

    def _take(self) -> str:
        character = self.source[self.at : self.at + 1]
        self.at += 1
        return character

    def _until(self, stop: str | None, depth: int) -> _Output:
        """Everything up to ``stop``, which is taken too."""
        if depth > MAX_DEPTH:
            raise BadSubstitutionError("substitutions are nested too deeply")
        output = _Output()
        while self.at < len(self.source):
            character = self._peek()
            if character == stop:
                self.at += 1
                return output
            if character == "'":
                output.quoted(self._single())
            elif character == '"':
                output.quoted(self._double(depth))
            elif character == "$":
                output.bare(self._dollar(depth))
            elif character == self.escape:
                self.at += 1
                escaped = self._take()
                if escaped:
                    output.quoted(self.escape + escaped if self.raw else escaped)
            else:
                self.at += 1
                output.bare(character)
        if stop is not None:
            raise BadSubstitutionError(f"the matching {stop} is missing")
        return output

    def _single(self) -> str:
        end = self.source.find("'", self.at + 1)
        if end < 0:
            raise BadSubstitutionError("the closing ' is missing")
        start, self.at = self.at, end + 1
        return self.source[start : end + 1] if self.raw else self.source[start + 1 : end]

    def _double(self, depth: int) -> str:
        self.at += 1
        parts = []
        while (character := self._peek()) != '"':
            if not character:
                raise BadSubstitutionError('the closing " is missing')
            if character == "$":
                parts.append(self._dollar(depth))
                continue
            self.at += 1
            if character == self.escape and self._peek() in ('"', "$", self.escape):
                parts.append(character + self._peek() if self.raw else self._peek())
                self.at += 1
            else:
                parts.append(character)
        self.at += 1
        inner = "".join(parts)
        return f'"{inner}"' if self.raw else inner

    def _dollar(self, depth: int) -> str:
        start = self.at
        self.at += 1
        if self._peek() != "{":
            name = self._name()
            if not name:
                return "$"
            return self.source[start : self.at] if self.variables is None else self._value(name)
        self.at += 1
        value = self._braced(depth)
        return self.source[start : self.at] if value is None else value

    def _braced(self, depth: int) -> str | None:
        """The value of what stands behind ``${``; None where variables are to be left alone."""
        if self._peek() in ("", "{", "}", ":"):
            raise BadSubstitutionError("a substitution has no name")
        name, modifier = self._name(), self._take()
        if modifier == "}":
            return None if self.variables is None else self._value(name)
        if modifier == "/":
            if self._peek() == "/":
                self.at += 1
            self._until("/", depth + 1)
            self._until("}", depth + 1)
            return self._computed()
        null_is_unset = modifier == ":"
        if null_is_unset:
            modifier = self._take()
        elif modifier not in ("+", "-", "?", "#", "%"):
            raise BadSubstitutionError(f"the substitution {modifier or '$' + '{'} is not known")
        start = self.at
        if self.variables is None or modifier not in ("+", "-"):
            self._skip(depth)
            if self.variables is not None and modifier == "?":
                return self._value(name)
            return self._computed()
        if name in _PLATFORM_VARIABLES and self.variables.get(name) is None:
            raise UnknownVariableError(name)
        is_set = self.variables.get(name) is not None and not (null_is_unset and not self.variables[name])
        if (modifier == "+") != is_set:
            self._skip(depth)
            return self._value(name) if is_set else ""
        self.at = start
        return "".join(self._until("}", depth + 1).text)

    def _skip(self, depth: int) -> None:
        """Read a word that is not needed: variables in it need no value."""
        variables, self.variables = self.variables, None
        try:
            self._until("}", depth + 1)
        finally:
            self.variables = variables

    def _computed(self) -> str | None:
        if self.variables is None:
            return None
        raise UnknownVariableError("patterns are not evaluated")

    def _value(self, name: str) -> str:
        value = self.variables.get(name) if self.variables else None
        if value is None:
            raise UnknownVariableError(name)
        self.filled_in += len(value)
        if self.filled_in > MAX_LENGTH:
            raise UnknownVariableError(f"{name} makes it too long")
        return value

    def _name(self) -> str:
        start = self.at
        first = self._peek()
        if first.isdecimal():
            while self._peek().isdecimal():
                self.at += 1
        elif first in _SPECIAL:
            self.at += 1
        else:
            while (character := self._peek()) and (character.isalpha() or character.isdecimal() or character == "_"):
                self.at += 1
        return self.source[start : self.at]
