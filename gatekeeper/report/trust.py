"""Trust files, and what bundles claim, for a person."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from gatekeeper.report.printable import printable

_WIDTH = 100
_SHOWN = 5


class Claimed(Protocol):
    """What an attestation claims about itself."""

    @property
    def identity(self) -> str:
        """Whom its certificate names, "" where it has none."""
        ...

    @property
    def issuer(self) -> str:
        """Who told the authority."""
        ...

    @property
    def certified(self) -> Mapping[str, str]:
        """Further claims of the certificate."""
        ...

    @property
    def key_hint(self) -> str:
        """What it calls its key."""
        ...

    @property
    def predicate_type(self) -> str:
        """What kind of statement it is."""
        ...

    @property
    def subjects(self) -> tuple[str, ...]:
        """What it is about."""
        ...

    @property
    def builder(self) -> str:
        """builder.id of provenance."""
        ...

    @property
    def verifier(self) -> str:
        """verifier.id of a VSA."""
        ...


def claims_as_text(claims: Sequence[tuple[str, Claimed]]) -> str:
    """What each bundle (name first) claims, with a warning above that nothing of it is verified."""
    lines = ["These are claims. Nothing of them is verified, and nothing is trusted yet."]
    for name, claim in claims:
        lines += ["", f"{printable(name)} claims"]
        lines += [f"  {label:<11} {printable(value)}" for label, value in _claims(claim) if value]
    return "\n".join(lines) + "\n"


def _claims(claim: Claimed) -> Iterator[tuple[str, str]]:
    yield "identity:", claim.identity
    yield "issuer:", claim.issuer
    yield "key:", "" if claim.identity else claim.key_hint or "without a name"
    yield "kind:", claim.predicate_type
    more = f" and {len(claim.subjects) - _SHOWN} more" if len(claim.subjects) > _SHOWN else ""
    yield "subjects:", ", ".join(claim.subjects[:_SHOWN]) + more
    yield "builder:", claim.builder
    yield "verifier:", claim.verifier
    for name, value in claim.certified.items():
        yield "certified:", f"{name} = {value}"


def explanation_as_text(name: str, sha256: str, sections: Sequence[tuple[str, Sequence[str]]]) -> str:
    """A trust file in words: its name and digest, then each heading with its sentences."""
    lines = [f"{printable(name)} sha256:{sha256}"]
    for heading, sentences in sections:
        lines += ["", heading]
        for sentence in sentences:
            lines += textwrap.wrap(
                printable(sentence, 4000),
                _WIDTH,
                initial_indent="  - ",
                subsequent_indent="    ",
                break_long_words=False,
                break_on_hyphens=False,
            )
    return "\n".join(lines) + "\n"


def check_as_text(name: str, sha256: str, notes: Sequence[str]) -> str:
    """That a trust file holds, and what it leaves open."""
    return "".join([f"{printable(name)} holds, sha256:{sha256}\n", *(f"note: {printable(one)}\n" for one in notes)])
