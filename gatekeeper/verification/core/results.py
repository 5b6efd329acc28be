"""What a verified bundle proves."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from cryptography import x509

from gatekeeper.crypto.certificates import Identity
from gatekeeper.crypto.public_keys import PublicKey
from gatekeeper.formats.dsse import Envelope
from gatekeeper.formats.sigstore.bundle import MessageSignature


@dataclass(frozen=True, slots=True)
class TrustedTime:
    """When something was signed at the latest, and who says so: a log's promise or a timestamp."""

    time: datetime.datetime
    source: str


@dataclass(frozen=True, slots=True)
class Signer:
    """Whose key it was. ``certificate`` and ``identity`` are None where the key itself is trusted."""

    key: PublicKey
    certificate: x509.Certificate | None = None
    identity: Identity | None = None


@dataclass(frozen=True, slots=True)
class Signed:
    """Something whose signature holds. ``times`` ascend; ``logs`` are the names of those that recorded it.

    ``notes`` say what was there and not looked at: signatures of unknown witnesses, entries of unknown logs.
    """

    content: Envelope | MessageSignature
    signer: Signer
    times: tuple[TrustedTime, ...] = ()
    logs: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
