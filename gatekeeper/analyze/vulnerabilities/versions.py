"""How each ecosystem orders its versions."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeAlias

from packaging.version import InvalidVersion, Version

# A key to sort by; comparable with keys of the same ecosystem only.
Ordered: TypeAlias = Any

_SEMVER = re.compile(r"v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?\Z", re.ASCII)
MAX_LENGTH = 300  # int() of very long digit strings is slow


def parse_pypi(text: str) -> Ordered:
    """PEP 440. Raises ValueError."""
    try:
        return Version(text)
    except InvalidVersion:
        raise ValueError(f"{text!r} is no version of PEP 440") from None


def parse_semver(text: str) -> Ordered:
    """Semantic Versioning 2.0, section 11, as Go modules and npm use it: with a leading ``v`` or without.

    Build metadata does not count.

    Raises:
        ValueError: it is no semantic version.
    """
    match = _SEMVER.match(text)
    if match is None:
        raise ValueError(f"{text!r} is no semantic version")
    release = tuple(int(match[n] or 0) for n in (1, 2, 3))
    # A pre-release sorts below its release; numeric identifiers below alphanumeric ones.
    pre = tuple((0, int(p), "") if p.isdecimal() else (1, 0, p) for p in match[4].split(".")) if match[4] else ()
    return (release, match[4] is None, pre)


PARSERS: dict[str, Callable[[str], Ordered]] = {"PyPI": parse_pypi, "Go": parse_semver, "npm": parse_semver}


def parse(ecosystem: str, text: str) -> Ordered:
    """A version as its ecosystem orders it.

    Raises:
        ValueError: it is no version there, or the ecosystem's order is not known.
    """
    if ecosystem not in PARSERS:
        raise ValueError(f"the order of versions in {ecosystem} is not known")
    if len(text) > MAX_LENGTH:
        raise ValueError(f"a version of {len(text)} characters")
    return PARSERS[ecosystem](text)
