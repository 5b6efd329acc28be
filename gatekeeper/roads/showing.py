"""Attestations as they are, for a person: read, and believed in nothing."""

from __future__ import annotations

from pathlib import Path

from gatekeeper.errors import UnreadableInput
from gatekeeper.formats.attestations.base import Attestation
from gatekeeper.formats.attestations.reading import MAX_BYTES, PACKED, read
from gatekeeper.formats.files import read_named


def show(path: Path) -> list[Attestation]:
    """The attestations of a file, unverified.

    Raises:
        UsageError: it cannot be read, or is too large.
        UnreadableInput: it holds no attestations, or malformed ones.
    """
    data = read_named("", path, MAX_BYTES)
    try:
        return read(path.name, data)
    except ValueError as error:
        hint = "docs/attestations.md lists the formats; copy the file anew from where it was made"
        if str(error) == PACKED:
            hint = f"gatekeeper evidence unpack {path} --output DIR, and look at what is in it"
        raise UnreadableInput(str(error), path=str(path), hint=hint) from None
