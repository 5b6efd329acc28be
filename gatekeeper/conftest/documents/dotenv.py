"""``.env`` files as gotenv reads them: an object of strings.

``NAME=value`` or ``NAME: value``, perhaps behind ``export``. A value in quotes may go over several lines. In double
quotes ``\\n`` and ``\\r`` are line ends and a backslash takes itself away. Outside of single quotes ``$NAME`` and
``${NAME}``, capitals only, stand for a variable defined above, or for nothing.

Other than conftest: its own environment, which comes first there, is kept out of what policies are given.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from gatekeeper.conftest.documents.base import Parsed
from gatekeeper.conftest.documents.golang import SPACE, text_of
from gatekeeper.errors import UnreadableInput

_BLANK = r"[\t\n\f\r ]"
_LINE = re.compile(
    rf"(?:export{_BLANK}++)?([0-9A-Za-z_.]++)(?:{_BLANK}*+={_BLANK}*+|:{_BLANK}|:{_BLANK}++)"
    rf"('[\s\S]*'|\"[\s\S]*\"|[^#\n]++)?{_BLANK}*+(?:#[^\n]*+)?\Z"
)
_VARIABLE = re.compile(r"(\\)?\$(\{?([A-Z0-9_]++)?\}?)")
_ESCAPED = re.compile(r"\\([^$])")
_LINE_END = re.compile(rb"\r\n|\r|\n")
_LONGEST_LINE = 1 << 16
_LONGEST_VALUE = 1 << 20  # with its variables filled in, which may double at each line
_ENCODINGS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))


def parse(path: str, data: bytes) -> Parsed:
    """The variables of a file."""
    variables: dict[str, str] = {}
    first = 0
    for number, line in _statements(_decoded(data)):
        first = first or number
        match = _LINE.match(line)
        if match is None:
            raise UnreadableInput(f"{line[:40]!r} is not of the form NAME=value", line=number)
        value = _value((match[2] or "").strip(SPACE), variables)
        if len(value) > _LONGEST_VALUE:
            raise UnreadableInput(f"a value is longer than {_LONGEST_VALUE} characters", line=number)
        variables[match[1]] = value
    return Parsed(variables, (first or 1,))


def _decoded(data: bytes) -> bytes:
    for mark, encoding in _ENCODINGS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace").encode()
    return data


def _statements(data: bytes) -> Iterator[tuple[int, str]]:
    """Statements with the numbers of their first lines; a quoted value that goes on takes the lines below."""
    lines = _LINE_END.split(data)
    number = 0
    while number < len(lines):
        number += 1
        first = number
        statement = _checked(lines[number - 1], number).strip(SPACE)
        if not statement or statement.startswith("#"):
            continue
        pieces = [statement]
        quote = _open_quote(statement)
        while quote and number < len(lines):
            number += 1
            line = _checked(lines[number - 1], number)
            pieces.append(line)
            closing = line.rfind(quote)
            if closing >= 0 and not (closing and line[closing - 1] == "\\"):
                quote = ""
        if quote:
            raise UnreadableInput("a quoted value has no end", line=first)
        yield first, "\n".join(pieces)


def _checked(line: bytes, number: int) -> str:
    if len(line) >= _LONGEST_LINE:
        raise UnreadableInput(f"a line is longer than {_LONGEST_LINE} bytes", line=number)
    return text_of(line)


def _open_quote(statement: str) -> str:
    """The quotation mark of a value that does not end on its line."""
    equals = statement.find("=")
    sign = equals if equals >= 0 else statement.find(":")
    if not 0 < sign < len(statement) - 1:
        return ""
    value = statement[sign + 1 :].strip(SPACE)
    quote = value[0]
    if quote not in "\"'":
        return ""
    closing = value[1:].strip(SPACE).rfind(quote)
    return "" if closing >= 0 and value[closing] != "\\" else quote


def _value(value: str, variables: dict[str, str]) -> str:
    quote = value[0] if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'" else ""
    if quote:
        value = value[1:-1]
    if quote == '"':
        value = _ESCAPED.sub(r"\1", value.replace(r"\n", "\n").replace(r"\r", "\r"))
    if quote == "'":
        return value

    def replace(match: re.Match[str]) -> str:
        if match[1]:
            return match[0][1:]
        return variables.get(match[3], "") if match[3] else match[0]

    return _VARIABLE.sub(replace, value)
