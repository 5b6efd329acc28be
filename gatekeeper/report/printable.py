"""Text from elsewhere, made safe to print."""

from __future__ import annotations

import re

LIMIT = 400

# GitHub and Azure obey ``##[`` and ``##vso[`` wherever they stand in a line, TeamCity ``##teamcity[``.
_MARKED_COMMAND = re.compile(r"##(?=\w*\[)")


def printable(text: str, limit: int = LIMIT) -> str:
    r"""``text`` as a part of one line that a terminal shows and neither it nor a CI runner obeys.

    - What cannot be seen becomes an escape such as ``\x1b``, ``\n`` or ``\u202e``: control characters, line ends,
      direction and zero-width marks, lone surrogates, spaces other than the common one. A tab becomes a space.
    - Commands to a CI runner are broken by a backslash: ``::error::`` at the start, ``##[...]`` anywhere.
    - Of more than ``limit`` characters the rest is cut off, and ``...`` says so.
    """
    shown = text[:limit].replace("\t", " ")
    if not shown.isprintable():
        shown = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in shown)
    shown = _MARKED_COMMAND.sub(r"#\\#", shown)
    if shown.lstrip().startswith("::"):
        shown = shown.replace("::", r"\::", 1)
    return f"{shown}..." if len(text) > limit else shown


def counted(number: int, noun: str) -> str:
    """``1 file``, ``2 files``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def listed(names: list[str], shown: int) -> str:
    """The first names, made printable, and how many more there are."""
    listing = ", ".join(printable(name) for name in names[:shown])
    return f"{listing} and {len(names) - shown} more" if len(names) > shown else listing
