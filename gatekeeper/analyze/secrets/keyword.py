"""Values that are assigned to names such as ``password``: detect-secrets' KeywordDetector and one of our own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import product

from detect_secrets.plugins import keyword
from detect_secrets.util.filetype import FileType, determine_file_type

from gatekeeper.analyze.secrets.detector import Certainty, Hit
from gatekeeper.analyze.secrets.gates import Gate
from gatekeeper.analyze.secrets.paths import allows_unquoted

# A name with one of the plugin's words in it. Where several words stand in one name, a pattern that matches from a
# later one matches from the first as well; trying each would take cubic time on names that repeat them.
NAME = re.compile(rf"(?:{keyword.DENYLIST_REGEX})", re.IGNORECASE)
SIGNS = re.compile(r"[!=]{2}")  # without them, the pattern for a name behind its value cannot match


class Keyword:
    """The plugin's patterns for the type of the file; each match counts, not only the first of a line."""

    name = str(keyword.KeywordDetector.secret_type)
    certainty = Certainty.NAME

    def gate(self, path: str) -> Gate:
        """The plugin's names."""
        return _names()

    def find(self, line: str, path: str) -> Iterator[Hit]:
        """All matches."""
        names = [match.start() for match in NAME.finditer(line)]
        is_comparing = SIGNS.search(line) is not None
        for pattern, group in _patterns(path).items():
            if pattern.pattern.startswith(keyword.DENYLIST_REGEX):
                yield from _after_names(pattern, group, line, names)
            elif is_comparing:
                yield from (Hit(*match.span(group)) for match in pattern.finditer(line))


def _after_names(pattern: re.Pattern[str], group: int, line: str, names: list[int]) -> Iterator[Hit]:
    """Like ``pattern.finditer``, but it tries the names only."""
    end = 0
    for start in names:
        if start >= end and (match := pattern.match(line, start)):
            end = match.end()
            yield Hit(*match.span(group))


class Named:
    """Values of names that the plugin does not know; only those that look random will be believed."""

    name = "Credential"
    certainty = Certainty.NAME
    _PATTERN = re.compile(
        r"""(?i)(?:token|passphrase|credentials?|(?:access|encryption|signing|master|session|shared)[_-]?key|(?<![a-z])salt)\w{0,20}
        ["'\]]{0,2}\s{0,8}(?::=|=>|[:=])\s{0,8}[@bru]?(?:"([^"\s]{12,500})"|'([^'\s]{12,500})'|`([^`\s]{12,500})`|([^\s"'`,;]{12,500}))""",
        re.VERBOSE,
    )
    _AUTHORIZATION = re.compile(r"\b(?:[Bb]earer|[Bb]asic)\s{1,4}([\w.~+/=-]{16,2000})")
    _GATE = Gate(
        literals=(
            b"token",
            b"passphrase",
            b"credential",
            b"key",
            b"salt",
            b"bearer ",
            b"basic ",
            b"bearer\t",
            b"basic\t",
        )
    )

    def gate(self, path: str) -> Gate:
        """Its names."""
        return self._GATE

    def find(self, line: str, path: str) -> Iterator[Hit]:
        """All matches; without quotes only where that makes a literal."""
        for match in self._PATTERN.finditer(line):
            group = next(number for number in (1, 2, 3, 4) if match[number] is not None)
            if group < 4 or allows_unquoted(path):
                yield Hit(*match.span(group))
        for match in self._AUTHORIZATION.finditer(line):
            yield Hit(*match.span(1), key="Authorization")


@cache
def _names() -> Gate:
    """The plugin's own list; the Spanish one up to its letter that is not ASCII."""
    literals: set[bytes] = set()
    for pattern in keyword.DENYLIST:
        pieces = [(piece, "") if optional else (piece,) for piece, optional in _pieces(pattern)]
        literals.update("".join(choice).split("ñ")[0].encode() for choice in product(*pieces))
    return Gate(literals=tuple(sorted(a for a in literals if not any(b in a for b in literals - {a}))))


def _pieces(pattern: str) -> list[tuple[str, bool]]:
    """Characters of a pattern that knows ``?`` only, each with whether it may be absent."""
    return [(match[1], bool(match[2])) for match in re.finditer(r"(.)(\?)?", pattern)]


@lru_cache(maxsize=256)
def _patterns(path: str) -> dict[re.Pattern[str], int]:
    kind = determine_file_type(path)
    patterns = dict(keyword.REGEX_BY_FILETYPE.get(kind, keyword.QUOTES_REQUIRED_DENYLIST_REGEX_TO_GROUP))
    if kind is FileType.GO:
        patterns |= keyword.QUOTES_REQUIRED_DENYLIST_REGEX_TO_GROUP
    elif allows_unquoted(path):
        patterns |= keyword.CONFIG_DENYLIST_REGEX_TO_GROUP
    return patterns
