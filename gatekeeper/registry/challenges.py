"""``WWW-Authenticate`` (RFC 9110, section 11.6.1): what a registry wants before it answers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

_MAX_LENGTH = 8192
_SCHEME = re.compile(r"[ \t,]*([!#$%&'*+.^_`|~0-9A-Za-z-]+)(?: +|\Z|(?=,))")
_PARAMETER = re.compile(
    r"""[ \t,]*([!#$%&'*+.^_`|~0-9A-Za-z-]+)[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|([^ \t,"]*))[ \t]*(?=,|\Z)"""
)


@dataclass(frozen=True, slots=True)
class Challenge:
    """A way to authenticate, its ``scheme`` in lower case, and the parameters by their names in lower case."""

    scheme: str
    parameters: dict[str, str] = field(default_factory=dict)


def parse(headers: Sequence[str]) -> list[Challenge]:
    """All challenges of a response; what cannot be read ends the header that it stands in."""
    return [challenge for header in headers for challenge in _challenges(header[:_MAX_LENGTH])]


def _challenges(header: str) -> list[Challenge]:
    found: list[Challenge] = []
    position = 0
    while position < len(header):
        if found and (match := _PARAMETER.match(header, position)):
            value = re.sub(r"\\(.)", r"\1", match[2]) if match[2] is not None else match[3]
            found[-1].parameters.setdefault(match[1].lower(), value)
        elif match := _SCHEME.match(header, position):
            found.append(Challenge(match[1].lower()))
        else:
            break
        position = match.end()
    return found
