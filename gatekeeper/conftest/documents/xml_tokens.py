"""The tags and texts of an XML document, without its document type: nothing is ever expanded but characters.

Python's own parsers turn line ends in attributes into blanks, which conftest does not, and expand entities.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NoReturn

from gatekeeper.errors import UnreadableInput
from gatekeeper.syntax.text import Lines

_NAME = r"[A-Za-z_:\u0080-\U0010ffff][\w:.\-\u0080-\U0010ffff]*+"
_ATTRIBUTE = re.compile(rf"\s++({_NAME})\s*+=\s*+(?:\"([^<\"]*+)\"|'([^<']*+)')")
_START = re.compile(rf"<({_NAME})")
_END = re.compile(rf"</({_NAME})\s*+>")
_CLOSE = re.compile(r"\s*+(/?)>")
_TEXT = re.compile(r"[^<]++")
_REFERENCE = re.compile(r"&([^;&]{1,12};|)")
_CHARACTERS = {"lt": "<", "gt": ">", "amp": "&", "apos": "'", "quot": '"'}
_NO_CHARACTER = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_VERSION = re.compile(rb"<\?xml[^>]*?\sversion\s*=\s*[\"']([^\"']*)[\"']")
_ENCODING = re.compile(rb"<\?xml[^>]*?\sencoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")
_ENCODINGS = {
    **dict.fromkeys(("utf-8", "utf8"), "utf-8"),
    **{name: name for name in (*(f"windows-{page}" for page in range(1250, 1259)), "koi8-r", "koi8-u")},
    **{f"iso-8859-{part}": f"iso8859-{part}" for part in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)},
    **dict.fromkeys(("iso-8859-1", "us-ascii", "ascii", "latin1", "windows-1252"), "cp1252"),
}


@dataclass(frozen=True, slots=True)
class Start:
    """A start tag; names without their prefixes."""

    name: str
    attributes: list[tuple[str, str]]
    line: int


@dataclass(frozen=True, slots=True)
class End:
    """An end tag, or the end of an empty element."""

    line: int


@dataclass(frozen=True, slots=True)
class Text:
    """Text between tags, comments and instructions."""

    text: str
    line: int


def decode(data: bytes) -> str:
    """The text of a document, line ends as LF.

    Raises:
        UnreadableInput: its encoding is not known, or it holds characters that XML does not have.
    """
    data = data.removeprefix(b"\xef\xbb\xbf")
    if (version := _VERSION.match(data)) and version[1] != b"1.0":
        raise UnreadableInput("is of another version than XML 1.0", line=1)
    declared = _ENCODING.match(data)
    name = declared[1].decode() if declared else "utf-8"
    encoding = _ENCODINGS.get(name.lower())
    if encoding is None:
        raise UnreadableInput(f"the encoding {name[:40]} is not known", line=1, hint="save the file as UTF-8")
    try:
        text = data.decode(encoding, "strict" if encoding == "utf-8" else "replace")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UnreadableInput("is not UTF-8", line=line, hint="save the file as UTF-8") from None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if wrong := _NO_CHARACTER.search(text):
        raise UnreadableInput("holds a character that XML does not have", line=text.count("\n", 0, wrong.start()) + 1)
    return text


def tokens(text: str) -> Iterator[Start | End | Text]:
    """The tokens of a document; end tags match start tags.

    Raises:
        UnreadableInput: it is not well-formed, or uses an entity that only its document type could explain.
    """
    return _Scanner(text).tokens()


class _Scanner:
    def __init__(self, text: str) -> None:
        self._text = text
        self._lines = Lines(text)
        self._open: list[str] = []

    def tokens(self) -> Iterator[Start | End | Text]:
        text, place = self._text, 0
        while place < len(text):
            if found := _TEXT.match(text, place):
                if "]]>" in found[0]:
                    self._refuse("]]> stands in a text", place)
                yield Text(self._resolved(found[0], place), self._line(place))
                place = found.end()
            elif text.startswith("<![CDATA[", place):
                end = self._behind("]]>", place + 9)
                yield Text(text[place + 9 : end - 3], self._line(place))
                place = end
            elif text.startswith(("<!", "<?"), place):
                place = self._aside(place)
            elif found := _END.match(text, place):
                if not self._open or self._open.pop() != found[1]:
                    self._refuse(f"</{found[1][:40]}> closes nothing that is open", place)
                yield End(self._line(place))
                place = found.end()
            elif found := _START.match(text, place):
                attributes, place = self._attributes(found.end())
                yield Start(_local(found[1]), attributes, self._line(found.start()))
                if text[place - 2] == "/":
                    yield End(self._line(place - 1))
                else:
                    self._open.append(found[1])
            else:
                self._refuse("a tag is broken", place)
        if self._open:
            self._refuse(f"<{self._open[-1][:40]}> is never closed", len(text))

    def _attributes(self, place: int) -> tuple[list[tuple[str, str]], int]:
        attributes = []
        while found := _ATTRIBUTE.match(self._text, place):
            value = found[2] if found[2] is not None else found[3]
            attributes.append((_local(found[1]), self._resolved(value, found.start())))
            place = found.end()
        closing = _CLOSE.match(self._text, place)
        if closing is None:
            self._refuse("a tag is broken", place)
        return attributes, closing.end()

    def _behind(self, end: str, place: int) -> int:
        found = self._text.find(end, place)
        if found < 0:
            self._refuse(f"{end} is missing", place)
        return found + len(end)

    def _aside(self, place: int) -> int:
        """The index behind a comment, a processing instruction or a document type."""
        if self._text.startswith("<?", place):
            return self._behind("?>", place + 2)
        if not self._text.startswith("<!--", place):
            return self._directive(place)
        end = self._behind("--", place + 4)
        if not self._text.startswith(">", end):
            self._refuse("-- stands in a comment", end)
        return end + 1

    def _directive(self, place: int) -> int:
        """The index behind a document type, which may hold declarations in brackets."""
        depth, quote = 0, ""
        for index in range(place, len(self._text)):
            character = self._text[index]
            if quote:
                quote = "" if character == quote else quote
            elif character in "\"'":
                quote = character
            elif character in "<>":
                depth += 1 if character == "<" else -1
                if not depth:
                    return index + 1
        return self._refuse("<! has no end", place)

    def _resolved(self, text: str, place: int) -> str:
        if "&" not in text:
            return text

        def replace(match: re.Match[str]) -> str:
            name = match[1][:-1]
            if name in _CHARACTERS:
                return _CHARACTERS[name]
            try:
                code = int(name[2:], 16) if name.startswith("#x") else int(name[1:]) if name.startswith("#") else -1
                character = chr(code)
            except (ValueError, OverflowError):
                character = "\0"
            if _NO_CHARACTER.match(character):
                self._refuse(f"&{match[1] or '...'} is not known", place)
            return character

        return _REFERENCE.sub(replace, text)

    def _line(self, place: int) -> int:
        return self._lines.position(place)[0]

    def _refuse(self, message: str, place: int) -> NoReturn:
        line, column = self._lines.position(place)
        raise UnreadableInput(f"is not well-formed XML: {message}", line=line, column=column)


def _local(name: str) -> str:
    prefix, colon, local = name.partition(":")
    return local if colon and prefix and local and ":" not in local else name
