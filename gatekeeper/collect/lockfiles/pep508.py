"""Dependency specifiers of Python (PEP 508): ``name[extra] >= 1 ; marker`` and ``name @ address``."""

from __future__ import annotations

import re
from dataclasses import dataclass

_NAME = re.compile(r"([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)[ \t]*(?:\[[^\[\]]*\][ \t]*)?")
_CLAUSE = re.compile(r"(===|==|~=|!=|<=|>=|<|>)[ \t]*([A-Za-z0-9_.!+*-]+)\Z")
_STARTS = frozenset(";(<>=!~")


@dataclass(frozen=True, slots=True)
class Specifier:
    """A parsed dependency specifier; its marker and its extras are not kept."""

    name: str
    constraint: str = ""
    address: str = ""

    @property
    def version(self) -> str:
        """The one version that the constraint allows, else empty."""
        found = ""
        for clause in self.constraint.split(","):
            match = _CLAUSE.match(clause.strip())
            if match is None:
                return ""
            if match.group(1) in ("==", "===") and "*" not in match.group(2):
                found = match.group(2)
        return found


def parse(text: str) -> Specifier:
    """Parse a specifier. A constraint that makes no sense is kept as it stands, and allows no single version.

    Raises:
        ValueError: it does not start with a name, or something else than a constraint, marker or address follows.
    """
    match = _NAME.match(text)
    rest = text[match.end() :].strip() if match else ""
    if match is None or (rest and rest[0] not in _STARTS and rest[0] != "@"):
        raise ValueError(f"{text!r:.60} is no dependency specifier")
    name = match.group(1)
    if rest.startswith("@"):
        return Specifier(name, address=without_marker(rest[1:].strip()))
    constraint = rest.partition(";")[0].strip()
    if constraint.startswith("(") and constraint.endswith(")"):
        constraint = constraint[1:-1].strip()
    return Specifier(name, constraint)


def without_marker(address: str) -> str:
    """An address without the marker behind it, which white space and a semicolon set off."""
    return re.split(r"[ \t];", address, maxsplit=1)[0].strip()
