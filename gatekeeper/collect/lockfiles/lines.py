"""Bytes to lines, for the formats that are read line by line."""

from __future__ import annotations

import re

from gatekeeper.errors import UnreadableInput
from gatekeeper.syntax.text import Lines, decode

# Other tools end a line here, gatekeeper does not: what follows would be read by one of them only.
_AMBIGUOUS = re.compile("[\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029]|\r(?!\n)")


def read_lines(data: bytes) -> list[str]:
    """The lines, which end at LF or CRLF.

    Raises:
        UnreadableInput: it is no text, or a character that other tools take for the end of a line stands in it.
    """
    text = decode(data)
    ambiguous = _AMBIGUOUS.search(text)
    if ambiguous is not None:
        line, column = Lines(text).position(ambiguous.start())
        raise UnreadableInput(
            f"the character U+{ord(ambiguous.group()):04X} is not allowed: some tools end a line there, some do not",
            line=line,
            column=column,
            hint="remove the character",
        )
    return [line.removesuffix("\r") for line in text.split("\n")]
