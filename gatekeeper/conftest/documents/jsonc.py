"""JSON with comments, as the library that conftest uses for it takes them out.

Comments are ``//``, ``#`` and ``/* */``. It looks at one byte after another and knows less than a parser would: a
quotation mark or a backslash in a comment counts like one outside, line ends vanish everywhere, in strings too, and
so do slashes outside of strings. All of this is kept: it decides what policies are given. A comma behind the last
item is refused.
"""

from __future__ import annotations

from gatekeeper.conftest.documents.base import Parsed
from gatekeeper.conftest.documents.golang import text_of
from gatekeeper.conftest.documents.json import loads
from gatekeeper.errors import UnreadableInput

_BACKSLASH, _QUOTE, _LINE_END, _STAR, _SLASH, _HASH = b'\\"\n*/#'
_BLANKS = b" \t"


def parse(path: str, data: bytes) -> Parsed:
    """The value of a file."""
    kept = _kept(data)
    text = text_of(bytes(map(data.__getitem__, kept)))
    try:
        return Parsed(loads(text), (data.count(b"\n", 0, kept[0]) + 1 if kept else 1,))
    except UnreadableInput as error:
        # All is one line by now; the column leads back to the place in the file.
        before = len(text[: max(error.column - 1, 0)].encode())
        place = kept[min(before, len(kept) - 1)] if kept else 0
        error.line = data.count(b"\n", 0, place) + 1
        error.column = place - data.rfind(b"\n", 0, place)
        raise


def _kept(data: bytes) -> list[int]:  # noqa: PLR0912 - one state machine, whose states hang together
    """Offsets of the bytes that are JSON."""
    kept: list[int] = []
    quoted = escaped = in_comment = to_line_end = slash = star = False
    for place, byte in enumerate(data):
        if byte == _BACKSLASH or escaped:
            escaped = not escaped
            if not in_comment:
                kept.append(place)
            continue
        if byte == _QUOTE:
            quoted = not quoted
        if byte in _BLANKS and not quoted:
            continue
        if byte == _LINE_END:
            if to_line_end:
                in_comment = slash = False
        elif in_comment:
            if star and byte == _SLASH and not to_line_end:
                in_comment = slash = False
            else:
                star = byte == _STAR and not to_line_end
        elif quoted:
            kept.append(place)
        elif (slash and byte in (_STAR, _SLASH)) or byte == _HASH:
            in_comment, to_line_end = True, byte != _STAR
        elif byte == _SLASH:
            slash = True
        else:
            kept.append(place)
    return kept
