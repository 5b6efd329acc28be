"""A statement that counts: signed by a known signer, about the subject, not revoked, not from the future."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from cryptography.hazmat.primitives.serialization import Encoding

from gatekeeper.crypto import public_keys
from gatekeeper.errors import VerificationFailure
from gatekeeper.formats.attestations.base import Attestation
from gatekeeper.formats.attestations.digests import digests, written_digest
from gatekeeper.formats.statement import Statement
from gatekeeper.verification.core.results import Signed, TrustedTime
from gatekeeper.verification.trust import checking
from gatekeeper.verification.trust.attribution import Attributed
from gatekeeper.verification.trust.model import SIGNATURE, Document, Revocation, Signer

CLOCK_SKEW = datetime.timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Counted:
    """A signature that counts. ``statement`` is None where it is over the file itself; ``signers`` are never empty."""

    attestation: Attestation
    statement: Statement | None
    signed: Signed
    signers: tuple[Signer, ...]

    @property
    def predicate_type(self) -> str:
        """What a rule calls it."""
        return self.statement.predicate_type if self.statement else SIGNATURE

    @property
    def claims(self) -> Mapping[str, str]:
        """What the platform vouches for in the certificate; nothing for a key."""
        identity = self.signed.signer.identity
        return identity.claims if identity else {}

    @property
    def latest(self) -> datetime.datetime | None:
        """The latest trusted time; None where there is none."""
        return max((one.time for one in self.signed.times), default=None)


def check_times(times: tuple[TrustedTime, ...], clock: datetime.datetime) -> None:
    """See that nothing was signed later than now; clocks may differ by five minutes.

    Raises:
        VerificationFailure: something was.
    """
    for one in times:
        if one.time > clock + CLOCK_SKEW:
            raise VerificationFailure(
                "from the future",
                expected=f"not later than {clock.isoformat()}",
                found=f"{one.time.isoformat()} ({one.source})",
                hint="set the clock, or choose a later --at",
                step="time",
            )


def check_revocations(attestation: Attestation, attributed: Attributed, document: Document) -> None:
    """See that neither bundle nor key nor any of the signers is revoked; any trusted time counts.

    Raises:
        VerificationFailure: one is.
    """
    for revocation in document.revoke:
        what = _revoked(revocation, attestation, attributed)
        if not what:
            continue
        since = checking.time(revocation.from_) if revocation.from_ else None
        times = attributed.signed.times
        if since is None or not times or any(one.time >= since for one in times):
            reason = f": {revocation.reason}" if revocation.reason else ""
            raise VerificationFailure(
                f"{what} is revoked{reason}",
                expected=f"only trusted times before {since.isoformat()}" if since else "a signature that counts",
                found=", ".join(one.time.isoformat() for one in times) or "no trusted time",
                hint="sign anew with what is not revoked",
                step="revocation",
            )


def _revoked(revocation: Revocation, attestation: Attestation, attributed: Attributed) -> str:
    signer = attributed.signed.signer
    if revocation.signer in [one.name for one in attributed.signers]:
        return f"the signer {revocation.signer}"
    if revocation.bundle and revocation.bundle in (*digests(attestation), written_digest(attestation)):
        return "the bundle"
    if revocation.key:
        ders = [public_keys.der(signer.key)]
        if signer.certificate is not None:
            ders.append(signer.certificate.public_bytes(Encoding.DER))
        if checking.fingerprint(revocation.key) in [sha256(der).digest() for der in ders]:
            return "the key"
    return ""
