"""What would cost much to parse is refused before: many small values take far more memory than bytes."""

from __future__ import annotations

import re

_TOKEN = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[\[{]|[\]}]', re.DOTALL)


def check_json(data: bytes, *, values: int, depth: int) -> None:
    """Bound the values and the nesting of JSON that was not parsed yet, in linear time.

    Raises:
        ValueError: it may hold more than ``values`` values, or nests deeper than ``depth``.
    """
    openers = data.count(b"{") + data.count(b"[")
    if openers + data.count(b",") > values:
        raise ValueError(f"more than {values} values")
    if openers <= depth:
        return
    level = 0
    for match in _TOKEN.finditer(data):
        first = data[match.start()]
        level += (first in b"[{") - (first in b"]}")
        if level > depth:
            raise ValueError(f"nests deeper than {depth}")
