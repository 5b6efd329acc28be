"""Trust files, and what bundles claim, for a person."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from gatekeeper.model.json import Json
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
    def parameters(self) -> Mapping[str, Json]:
        """External parameters of provenance, by their paths."""
        ...

    @property
    def verifier(self) -> str:
        """verifier.id of a VSA."""
        ...

    @property
    def stage(self) -> str:
        """The stage of one of ours."""
        ...

    @property
    def resource(self) -> str:
        """resourceUri of a VSA."""
        ...

    @property
    def policies(self) -> str:
        """Digest of a VSA's policies, or where they are."""
        ...

    @property
    def time(self) -> str:
        """When a VSA says that it was verified."""
        ...

    @property
    def source(self) -> str:
        """The source repository."""
        ...

    @property
    def is_shared(self) -> bool:
        """Whether who signs it signs for other repositories, too."""
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
    yield "issuer:", claim.issuer or ('none (--issuer "" confirms that)' if claim.identity else "")
    yield "key:", "" if claim.identity else claim.key_hint or "without a name"
    yield "kind:", claim.predicate_type
    yield "subjects:", _few(claim.subjects)
    yield "source:", f"{claim.source} (to be confirmed: who signs this signs for others, too)" * claim.is_shared
    yield "builder:", claim.builder
    for path, value in claim.parameters.items():
        yield "parameter:", f"{path} = {json.dumps(value, ensure_ascii=False)}"
    yield "verifier:", claim.verifier
    yield "stage:", claim.stage
    yield "resource:", claim.resource
    yield "policies:", claim.policies
    yield "verified:", f"{claim.time} (as it says)" * bool(claim.time)
    for name, value in claim.certified.items():
        yield "certified:", f"{name} = {value}"


def _few(texts: Sequence[str]) -> str:
    return ", ".join(texts[:_SHOWN]) + (f" and {len(texts) - _SHOWN} more" if len(texts) > _SHOWN else "")


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


def root_as_text(name: str, sha256: str, age: str) -> str:
    """A trusted root that was written, as an authority of a trust file names it."""
    entry = f'  root = {json.dumps(name)}\n  sha256 = "{sha256}"\n'
    return f"{printable(name)} written: {age}. In the trust file:\n{entry}"
