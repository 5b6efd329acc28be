"""Java's properties files: an object of strings.

References (``${name}``) stay as they are written, but must end, and must not lead back to themselves. Lines end at
CR or LF; a backslash at the end of a CRLF line joins nothing.
"""

from __future__ import annotations

import re

from gatekeeper.conftest.documents.base import Parsed
from gatekeeper.conftest.documents.golang import text_of
from gatekeeper.errors import UnreadableInput

_BOM = b"\xef\xbb\xbf"
_SKIPPED = re.compile(r"(?:[ \f\t\r\n]++|[#!][^\r\n]*+)*+")
_KEY = re.compile(r"(?:[^\\ \f\t\r\n:=]|\\[\s\S])*+")
_SIGN = re.compile(r"[ \f\t]*+[:=]?+[ \f\t]*+")
_VALUE = re.compile(r"(?:[^\\\r\n]|\\[\s\S])*+")
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|([\r\n][ \f\t]*)|([\s\S]))")
_LETTERS = {"f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_MAX_REFERENCES = 64


def parse(path: str, data: bytes) -> Parsed:
    """The properties of a file."""
    text = text_of(data.removeprefix(_BOM))
    properties: dict[str, str] = {}
    lines: dict[str, int] = {}
    line = counted = place = 0
    while True:
        place = _end(_SKIPPED, text, place)
        line += text.count("\n", counted, place)
        counted = place
        if place == len(text):
            break
        key_end = _end(_KEY, text, place)
        key = _unescaped(text[place:key_end], line + 1, in_key=True)
        if not key:
            raise UnreadableInput(
                "a line has no key" if key_end > place or text[place] != "\\" else "ends in a backslash", line=line + 1
            )
        start = _end(_SIGN, text, key_end)
        place = _end(_VALUE, text, start)
        _refuse_backslash(text, place, line)
        properties[key] = _unescaped(text[start:place], line + 1, in_key=False)
        lines[key] = line + 1
    _check_references(properties, lines)
    return Parsed(properties, (min(lines.values(), default=1),))


def _end(expression: re.Pattern[str], text: str, place: int) -> int:
    match = expression.match(text, place)
    assert match is not None
    return match.end()


def _refuse_backslash(text: str, place: int, line: int) -> None:
    if text.startswith("\\", place):
        raise UnreadableInput("ends in a backslash", line=line + 1)


def _unescaped(text: str, line: int, *, in_key: bool) -> str:
    if "\\" not in text:
        return text

    def replace(match: re.Match[str]) -> str:
        if match[1]:
            code = int(match[1], 16)
            return "\ufffd" if 0xD800 <= code <= 0xDFFF else chr(code)
        if match[2]:
            return match[2] if in_key else ""
        if match[3] == "u":
            raise UnreadableInput("\\u needs four hexadecimal digits", line=line)
        return _LETTERS.get(match[3], match[3])

    return _ESCAPE.sub(replace, text)


def _check_references(properties: dict[str, str], lines: dict[str, int]) -> None:
    heights: dict[str, int] = {}

    def height(key: str, level: int, line: int) -> int:
        if key in heights:
            return heights[key]
        if level > _MAX_REFERENCES:
            raise UnreadableInput("a reference leads back to itself, or through too many others", line=line)
        below = (height(name, level + 1, line) for name in _references(properties.get(key, ""), line))
        heights[key] = 1 + max(below, default=0)
        if heights[key] > _MAX_REFERENCES:
            raise UnreadableInput("a reference leads through too many others", line=line)
        return heights[key]

    for key, line in lines.items():
        height(key, 1, line)


def _references(value: str, line: int) -> list[str]:
    names, place = [], 0
    while (start := value.find("${", place)) >= 0:
        end = value.find("}", start + 2)
        if end < 0:
            raise UnreadableInput("a reference ${ has no end", line=line)
        names.append(value[start + 2 : end])
        place = end + 1
    return names
