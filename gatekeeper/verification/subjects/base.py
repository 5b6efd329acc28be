"""What a subject is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gatekeeper.crypto.public_keys import Message


@dataclass(frozen=True, slots=True)
class Subject:
    """What is verified.

    ``uri`` is how the user named it (``file:app.tar.gz``), ``digests`` are hex digests by their names in in-toto's
    digest sets (``sha256``, ``sha384``, ``sha512``), all that were computed; ``gitTree-256`` is what is called
    ``gitTree`` there, in git's SHA-256 object format. ``message`` is what a signature
    without a statement is over; None where there is no such thing (a tree).
    """

    uri: str
    name: str
    digests: Mapping[str, str]
    message: Message | None = None
