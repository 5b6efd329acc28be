"""INI files as go-ini reads them: an object of sections, each an object of its keys.

What stands above the first section, and in a section ``DEFAULT``, is lost. Values are numbers and booleans where
they look like one (``1`` is a number, ``t`` is true), else strings; nothing is interpolated. ``#`` and ``;`` start a
comment anywhere in a value, a backslash at its end joins the next line, backticks and three double quotes enclose
values of several lines. The key ``-`` is numbered: ``#1``, ``#2``.
"""

from __future__ import annotations

import re
from typing import NoReturn

from gatekeeper.conftest.documents.base import Parsed
from gatekeeper.conftest.documents.golang import SPACE, number, parse_float, text_of
from gatekeeper.errors import UnreadableInput
from gatekeeper.model.json import Json, JsonObject

_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_SIGN = re.compile("[=:]")
_COMMENT = re.compile("[#;]")
_BOOLEANS: dict[str, Json] = {
    **dict.fromkeys(("1", "t", "T", "true", "TRUE", "True"), True),
    **dict.fromkeys(("0", "f", "F", "false", "FALSE", "False"), False),
}


def parse(path: str, data: bytes) -> Parsed:
    """The sections of a file."""
    mark = next((mark for mark in _MARKS if data.startswith(mark)), b"")
    return _Reader(text_of(data.removeprefix(mark))).read()


class _Reader:
    def __init__(self, text: str) -> None:
        self._lines: list[str] = re.findall(r"[^\n]*\n|[^\n]+", text)
        self._next = 0

    def read(self) -> Parsed:
        sections: dict[str, JsonObject] = {}
        keys: JsonObject = {}
        numbered, first = 0, 0
        while (line := self._line()) is not None:
            line = line.lstrip(SPACE)
            if not line or line[0] in "#;":
                continue
            first = first or self._next
            if line[0] == "[":
                end = line.rfind("]")
                if end < 2:
                    self._refuse("a section has no ]" if end < 0 else "a section has no name")
                keys, numbered = sections.setdefault(line[1:end], {}), 0
                continue
            key, rest = self._key(line)
            if key == "-":
                numbered += 1
                key = f"#{numbered}"
            if not key:
                self._refuse("a key has no name")
            keys[key] = _typed(self._value(rest))
        sections.pop("DEFAULT", None)
        return Parsed(sections, (first or 1,))

    def _line(self) -> str | None:
        if self._next == len(self._lines):
            return None
        self._next += 1
        return self._lines[self._next - 1]

    def _refuse(self, message: str) -> NoReturn:
        raise UnreadableInput(message, line=self._next)

    def _key(self, line: str) -> tuple[str, str]:
        """The key of a line, and what stands behind its ``=`` or ``:``."""
        quote = '"""' if line.startswith('"""') and len(line) > 6 else line[0] if line[0] in '"`' else ""
        if not quote:
            sign = _SIGN.search(line)
            if sign is None or not sign.start():
                self._refuse("a line has no = or :" if sign is None else "a key has no name")
            return line[: sign.start()].strip(SPACE), line[sign.end() :]
        size = len(quote)
        end = line.find(quote, size)
        sign = None if end < 0 else _SIGN.search(line, end + size)
        if sign is None:
            self._refuse("a quoted key has no end" if end < 0 else "a line has no = or :")
        return line[size:end].strip(SPACE), line[sign.end() :]

    def _value(self, text: str) -> str:
        value = text.lstrip(SPACE)
        if not value:
            return ""
        quote = '"""' if value.startswith('"""') and len(value) > 3 else "`" if value[0] == "`" else ""
        if quote:
            body = value[len(quote) :]
            end = body.rfind(quote)
            return body[:end] if end >= 0 else self._until(quote, body)
        value = value.rstrip(SPACE)
        if value.endswith("\\"):
            return self._continued(value[:-1])
        if comment := _COMMENT.search(value):
            value = value[: comment.start()].strip(SPACE)
        for mark in "'\"":
            if len(value) > 1 and value[0] == mark and value.find(mark, 1) == len(value) - 1:
                return value[1:-1]
        return value

    def _until(self, quote: str, value: str) -> str:
        pieces, opened = [value], self._next
        while (line := self._line()) is not None:
            end = line.rfind(quote)
            if end >= 0:
                return "".join([*pieces, line[:end]])
            pieces.append(line)
        raise UnreadableInput("a quoted value has no end", line=opened)

    def _continued(self, value: str) -> str:
        pieces = [value]
        while (line := self._line()) is not None and (line := line.strip(SPACE)):
            if not line.endswith("\\"):
                return "".join([*pieces, line])
            pieces.append(line[:-1])
        return "".join(pieces)


def _typed(value: str) -> Json:
    if (found := parse_float(value)) is not None:
        return number(found)
    return _BOOLEANS.get(value, value)
