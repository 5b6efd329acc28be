"""JSON as Go's encoding/json reads it into a value of any type.

Of a key that stands twice the last one counts, numbers are 64 bit floats, bytes that are no UTF-8 and halves of
surrogate pairs become U+FFFD, a byte order mark is skipped.
"""

from __future__ import annotations

import json
import re
from typing import NoReturn

from gatekeeper.conftest.documents.base import Parsed
from gatekeeper.conftest.documents.golang import check_depth, number, text_of, whole
from gatekeeper.errors import UnreadableInput
from gatekeeper.model.json import Json
from gatekeeper.syntax.json import find_many
from gatekeeper.syntax.text import collector_paused

_BOM = b"\xef\xbb\xbf"
_ESCAPED_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_CONTENT = re.compile(rb"[^ \t\r\n]")


def parse(path: str, data: bytes) -> Parsed:
    """The value of a file."""
    body = data.removeprefix(_BOM)
    value = loads(text_of(body))
    content = _CONTENT.search(body)
    first = body.count(b"\n", 0, content.start() if content else 0) + 1
    if isinstance(value, list) and value:
        try:
            spans = find_many(data, [[index] for index in range(len(value))])
        except UnreadableInput:  # bytes that are no UTF-8
            return Parsed(value, (first,))
        return Parsed(value, tuple(span.line if span else first for span in spans))
    return Parsed(value, (first,))


def loads(text: str) -> Json:
    """The value of a text.

    Raises:
        UnreadableInput: it is not JSON, holds a number beyond 64 bit floats, or nests too deeply.
    """
    with collector_paused():
        try:
            value = json.loads(text, parse_int=_integer, parse_float=_float, parse_constant=_refuse_constant)
        except json.JSONDecodeError as error:
            message = f"is not valid JSON: {error.msg}"
            raise UnreadableInput(message, line=error.lineno, column=error.colno) from None
        check_depth(value)
        return _whole(value) if _ESCAPED_SURROGATE.search(text) else value


def _integer(text: str) -> Json:
    return int(text) if len(text) < 16 else _float(text)


def _float(text: str) -> Json:
    value = number(float(text))
    if value is None:
        raise UnreadableInput(f"the number {text[:40]} is too large")
    return value


def _refuse_constant(text: str) -> NoReturn:
    raise UnreadableInput(f"is not valid JSON: {text}")


def _whole(value: Json) -> Json:
    if isinstance(value, str):
        return whole(value)
    if isinstance(value, list):
        return [_whole(item) for item in value]
    if isinstance(value, dict):
        return {whole(key): _whole(item) for key, item in value.items()}
    return value
