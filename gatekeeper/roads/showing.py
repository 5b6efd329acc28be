"""Attestations as they are, for a person: read, and believed in nothing."""

from __future__ import annotations

from pathlib import Path

from gatekeeper.errors import UnreadableInput, UsageError
from gatekeeper.formats.attestations.base import Attestation
from gatekeeper.formats.attestations.reading import MAX_BYTES, read


def show(path: Path) -> list[Attestation]:
    """The attestations of a file, unverified.

    Raises:
        UsageError: there is no such file.
        UnreadableInput: it holds no attestations, or malformed ones.
    """
    try:
        with path.open("rb") as file:
            # One byte more than is accepted: the reader then refuses it by its size.
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from None
    try:
        return read(path.name, data)
    except ValueError as error:
        hint = "docs/attestations.md lists the formats; copy the file anew from where it was made"
        raise UnreadableInput(str(error), path=str(path), hint=hint) from None
