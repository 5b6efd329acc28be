"""What a reader of attestations gives."""

from __future__ import annotations

from dataclasses import dataclass

from gatekeeper.formats.dsse import Envelope
from gatekeeper.formats.sigstore.bundle import Bundle


@dataclass(frozen=True, slots=True)
class Attestation:
    """One thing signed, as it was found.

    ``name`` says where (file, and number within it), ``format`` how it is called there, ``sha256`` is the hex digest
    of its own bytes. ``payload`` is what a signature is over that is neither a statement nor the subject itself (simple
    signing of images). A bare envelope (``content`` is no bundle) carries nothing that shows when it was signed.
    ``with_root`` says that in this format a chain may end with the authority's own certificate. ``closed`` says that
    around ``content`` nothing stands but names that the format fixes: no text in which anything could hide.
    """

    name: str
    format: str
    sha256: str
    content: Bundle | Envelope
    payload: bytes | None = None
    with_root: bool = False
    closed: bool = False
