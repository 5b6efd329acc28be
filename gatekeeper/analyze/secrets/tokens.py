"""Detectors for the shapes of tokens that detect-secrets does not know."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gatekeeper.analyze.secrets.detector import Certainty, Hit
from gatekeeper.analyze.secrets.gates import Gate
from gatekeeper.workspace import tokens


@dataclass(frozen=True, slots=True)
class TokenDetector:
    """Finds the tokens of one row of the table."""

    token: tokens.Token
    certainty: Certainty = Certainty.SHAPE

    @property
    def name(self) -> str:
        """The row's."""
        return self.token.name

    def gate(self, path: str) -> Gate:
        """The same for all files."""
        return Gate(exact=tuple(literal.encode() for literal in self.token.literals))

    def find(self, line: str, path: str) -> Iterator[Hit]:
        """All matches."""
        for match in self.token.pattern.finditer(line):
            yield Hit(*match.span())


TOKENS: tuple[TokenDetector, ...] = tuple(TokenDetector(token) for token in tokens.TOKENS if token.is_reported)
