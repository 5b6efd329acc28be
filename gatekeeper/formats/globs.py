"""Globs over slash-separated paths, matched in bounded time.

``*`` and ``?`` stay inside a segment, ``**`` as a whole segment crosses any number of them. There are no character
classes and no escapes. Patterns may come from an inspected repository, so none may explode: matching takes time
proportional to the product of the lengths.
"""

from __future__ import annotations

from collections.abc import Sequence


def matches(pattern: str, path: str) -> bool:
    """Whether the whole ``path`` matches ``pattern``."""
    return _segments(pattern.split("/"), path.split("/"))


def may_match_below(pattern: str, folder: str) -> bool:
    """Whether some path below ``folder`` could match ``pattern``."""
    segments = folder.split("/")
    for number, part in enumerate(pattern.split("/")):
        if part == "**" or number == len(segments):
            return True
        if not segment_matches(part, segments[number]):
            return False
    return False


def _segments(pattern: Sequence[str], path: Sequence[str]) -> bool:
    # reachable[i]: the first i segments of the path match the pattern so far.
    reachable = [True] + [False] * len(path)
    for part in pattern:
        if part == "**":
            for i in range(len(path)):
                reachable[i + 1] = reachable[i + 1] or reachable[i]
        else:
            reachable = [False] + [reachable[i] and segment_matches(part, path[i]) for i in range(len(path))]
        if not any(reachable):
            return False
    return reachable[-1]


def segment_matches(pattern: str, text: str) -> bool:
    """Whether ``text`` matches ``pattern`` with ``*`` and ``?`` as the only wildcards."""
    p = t = 0
    star, resume = -1, 0
    while t < len(text):
        if p < len(pattern) and pattern[p] == "*":
            star, resume = p, t
            p += 1
        elif p < len(pattern) and pattern[p] in ("?", text[t]):
            p, t = p + 1, t + 1
        elif star >= 0:
            resume += 1
            p, t = star + 1, resume
        else:
            return False
    return all(c == "*" for c in pattern[p:])
