"""JSON documents: values, and the places of keys in large ones.

Of a key that stands twice in an object the last one counts, for values and places alike: that is what nearly all
programs do that the file is meant for (https://www.rfc-editor.org/rfc/rfc8259#section-4). Integers beyond 64 bits
become floats. Comments and trailing commas are not JSON.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NoReturn

import orjson

from gatekeeper.errors import UnreadableInput
from gatekeeper.model.json import Json
from gatekeeper.model.place import Key, Span
from gatekeeper.syntax.text import MAX_DEPTH, Lines, collector_paused, decode

# Possessive all over: no input makes these go back.
_STRING = r'"(?:[^"\\]++|\\.)*+"'
_FLAT = rf'(?:[^"{{}}\[\]]++|{_STRING})*+'
_LEAF = rf"[{{\[]{_FLAT}[}}\]]"
_NEXT_BRACKET = re.compile(rf'(?:[^"{{}}\[\]]++|{_STRING}|{_LEAF})*+([{{}}\[\]])', re.DOTALL)
_MEMBER = re.compile(rf'[\s,]*+({_STRING})\s*+:\s*+(?=["\w\[{{+-])', re.DOTALL)
_ITEM = re.compile(r'[\s,]*+(?=["\w\[{+-])')
_SPACE = re.compile(r"[\s,]*+")
_SCALAR = re.compile(rf'{_STRING}|[^\s,\]}}"\[{{]++', re.DOTALL)


def load(data: bytes) -> Json:
    """The value of a document.

    Raises:
        UnreadableInput: it is not JSON, not UTF-8 or UTF-16, holds half of a surrogate pair, or nests too deeply.
    """
    text = decode(data)
    with collector_paused():
        try:
            value = orjson.loads(text)
        except orjson.JSONDecodeError as error:
            line, column = Lines(text).position(error.pos)
            raise UnreadableInput(f"is not valid JSON: {error.msg}", line=line, column=column) from None
        level = [value] if type(value) in (dict, list) else []
        for _ in range(MAX_DEPTH):
            level = list(_containers(level))
            if not level:
                return value
    raise UnreadableInput(f"nests deeper than {MAX_DEPTH} levels")


def _containers(level: Sequence[Json]) -> Iterator[Json]:
    for container in level:
        for child in container.values() if type(container) is dict else container:
            if type(child) is dict or type(child) is list:
                yield child


def find_many(data: bytes, key_paths: Sequence[Sequence[Key]]) -> list[Span | None]:
    """Where the deepest existing part of each path of keys stands, in one pass that skips all else.

    That is, for a member of an object, from its key to the end of its value where that is a scalar, else the key; for
    an item of an array or for the document itself, its first line. None where the document is empty.

    Raises:
        UnreadableInput: it is not JSON.
    """
    text = decode(data)
    wanted = _Wanted()
    for path in key_paths:
        wanted.add(path)
    scanner = _Scanner(text)
    match = _ITEM.match(text)
    if match is not None:
        end = scanner.value(match.end(), wanted)
        wanted.found = (match.end(), end, False)
    lines = Lines(text)
    return [None if found is None else _span(found, lines) for found in map(wanted.deepest, key_paths)]


def leading_keys(text: str) -> tuple[list[str], bool]:
    """The keys of the object that a text begins with, and whether the text holds the whole object.

    Made for the first bytes of a file: what is cut off or broken ends the list.
    """
    match = _ITEM.match(text)
    if match is None or text[match.end()] != "{":
        return [], match is not None
    scanner, keys, index = _Scanner(text), [], match.end() + 1
    try:
        while member := _MEMBER.match(text, index):
            keys.append(member[1][1:-1])
            index = scanner.value(member.end(), None)
    except UnreadableInput:
        return keys, False
    return keys, text[index:].lstrip().startswith("}")


_Found = tuple[int, int, bool]  # first index, the one behind the last, whether it is a member


def _span(found: _Found, lines: Lines) -> Span:
    start, end, is_member = found
    return lines.span(start, end) if is_member else lines.first_line(start, end)


class _Wanted:
    """The wanted paths as a tree, with what was found of them."""

    __slots__ = ("below", "found")

    def __init__(self) -> None:
        self.below: dict[Key, _Wanted] = {}
        self.found: _Found | None = None

    def add(self, path: Sequence[Key]) -> None:
        node = self
        for key in path[:MAX_DEPTH]:
            node = node.below.setdefault(key, _Wanted())

    def deepest(self, path: Sequence[Key]) -> _Found | None:
        node, found = self, self.found
        for key in path[:MAX_DEPTH]:
            node = node.below[key]
            if node.found is None:
                break
            found = node.found
        return found

    def forget(self) -> None:
        pending = [self]
        while pending:
            node = pending.pop()
            node.found = None
            pending.extend(node.below.values())


class _Scanner:
    """Walks into what is wanted and skips the rest."""

    def __init__(self, text: str) -> None:
        self._text = text

    def value(self, start: int, wanted: _Wanted | None) -> int:
        """The index behind the value that begins at ``start``."""
        opening = self._text[start]
        if opening not in "{[":
            match = _SCALAR.match(self._text, start)
            if match is None:
                self._fail(start)
            return match.end()
        if wanted is None or not wanted.below:
            return self._skip(start)
        return self._object(start + 1, wanted) if opening == "{" else self._array(start + 1, wanted)

    def _object(self, index: int, wanted: _Wanted) -> int:
        text, below = self._text, wanted.below
        while match := _MEMBER.match(text, index):
            child = below.get(self._key(match))
            if child is not None and child.found is not None:
                child.forget()
            index = self.value(match.end(), child)
            if child is not None:
                is_scalar = text[match.end()] not in "{["
                child.found = (match.start(1), index if is_scalar else match.end(1), True)
        return self._close(index, "}")

    def _array(self, index: int, wanted: _Wanted) -> int:
        ordinal = 0
        while match := _ITEM.match(self._text, index):
            child = wanted.below.get(ordinal)
            index = self.value(match.end(), child)
            if child is not None:
                child.found = (match.end(), index, False)
            ordinal += 1
        return self._close(index, "]")

    def _key(self, match: re.Match[str]) -> str:
        quoted = match[1]
        if "\\" not in quoted:
            return quoted[1:-1]
        try:
            return str(orjson.loads(quoted))
        except orjson.JSONDecodeError:
            self._fail(match.start(1))

    def _close(self, index: int, bracket: str) -> int:
        match = _SPACE.match(self._text, index)
        end = match.end() if match else index
        if not self._text.startswith(bracket, end):
            self._fail(end)
        return end + 1

    def _skip(self, start: int) -> int:
        depth, index = 1, start + 1
        while depth:
            match = _NEXT_BRACKET.match(self._text, index)
            if match is None:
                self._fail(index)
            depth += 1 if match[1] in "{[" else -1
            index = match.end()
        return index

    def _fail(self, index: int) -> NoReturn:
        line, column = Lines(self._text).position(index)
        raise UnreadableInput("is not valid JSON", line=line, column=column)
