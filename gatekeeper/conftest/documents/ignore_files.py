"""``.gitignore``, ``.dockerignore``: an array of one array of lines, as conftest takes it for one document.

A line is ``{"Kind": "Path" | "NegatedPath" | "Comment" | "Empty", "Value": str, "Original": str}``. Backslashes are
taken out of paths, whose bytes beyond ASCII come out as one character each. Lines end at LF only: a CR stays.
"""

from __future__ import annotations

from gatekeeper.conftest.documents.base import Parsed
from gatekeeper.conftest.documents.golang import SPACE, text_of
from gatekeeper.errors import UnreadableInput
from gatekeeper.model.json import Json


def parse(path: str, data: bytes) -> Parsed:
    """The lines of a file."""
    return Parsed([[_entry(line, count) for count, line in enumerate(data.split(b"\n"), 1)]], (1,))


def _entry(line: bytes, count: int) -> Json:
    stripped = line.rstrip(b" ")
    if stripped.endswith(b"\\"):
        if len(stripped) == len(line):
            # conftest itself crashes on these.
            raise UnreadableInput("a line ends in a backslash, which escapes nothing", line=count)
        stripped = line[: len(stripped) + 1]
    if not stripped:
        kind, value = "Empty", text_of(line)
    elif line.startswith(b"#"):
        kind, value = "Comment", text_of(stripped[1:]).strip(SPACE)
    elif line.startswith(b"!"):
        kind, value = "NegatedPath", _unescaped(stripped[1:])
    else:
        kind, value = "Path", _unescaped(stripped)
    return {"Kind": kind, "Value": value, "Original": text_of(line)}


def _unescaped(path: bytes) -> str:
    return b"\\".join(part.replace(b"\\", b"") for part in path.split(b"\\\\")).decode("latin-1")
