"""Names of files, for people."""

from __future__ import annotations

import os


def printable(name: str) -> str:
    """A file name that can be shown, and stored as UTF-8: control characters and foreign bytes become ``\\xNN``."""
    text = os.fsencode(name.replace("\\", "\\\\")).decode("utf-8", "backslashreplace")
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
