"""Spec "Certificate": the certificate was shown to a certificate log (signed certificate timestamps, RFC 6962)."""

from __future__ import annotations

import datetime
import struct
from hashlib import sha256

from cryptography import x509
from cryptography.x509.certificate_transparency import SignedCertificateTimestamp

from gatekeeper.crypto import certificates, public_keys
from gatekeeper.errors import VerificationFailure
from gatekeeper.verification.core.hints import COPY_ANEW
from gatekeeper.verification.core.signature import verifies
from gatekeeper.verification.core.trust import Log, Root


def check_sct(leaf: x509.Certificate, issuer: x509.Certificate, root: Root) -> None:
    """See that a log of the root recorded the certificate.

    Raises:
        VerificationFailure: there is no timestamp of a known log, or one of a known log does not hold.
    """
    try:
        extension = leaf.extensions.get_extension_for_class(x509.PrecertificateSignedCertificateTimestamps)
    except x509.ExtensionNotFound:
        raise VerificationFailure(
            "the certificate was shown to no certificate log",
            expected="a signed certificate timestamp in the certificate",
            found="none",
            hint='an authority without such a log is trusted with `sct = "absent"`',
            step="certificate log",
        ) from None
    try:
        known = [sct for sct in extension.value if sct.log_id in root.ct_logs]
        for sct in known:
            _check(sct, leaf, issuer, root.ct_logs[sct.log_id])
    except (ValueError, OverflowError) as error:
        raise VerificationFailure(f"a timestamp in the certificate: {error}", step="certificate log") from None
    if not known:
        raise VerificationFailure(
            "the certificate log is unknown to the trusted root",
            expected=", ".join(log_id.hex()[:16] for log_id in root.ct_logs) or "a root with certificate logs",
            found=", ".join(sct.log_id.hex()[:16] for sct in extension.value) or "none",
            hint=f"{root.age}: a newer root may know the log",
            step="certificate log",
        )


def is_there(leaf: x509.Certificate) -> bool:
    """Whether the certificate holds timestamps of certificate logs."""
    return any(extension.oid == x509.PrecertificateSignedCertificateTimestamps.oid for extension in leaf.extensions)


def _check(sct: SignedCertificateTimestamp, leaf: x509.Certificate, issuer: x509.Certificate, log: Log) -> None:
    time = sct.timestamp.replace(tzinfo=datetime.UTC)
    if time not in log.window:
        raise VerificationFailure(
            f"the certificate log's key was not in use at the time of its timestamp ({log.name})",
            expected=str(log.window),
            found=time.isoformat(),
            step="certificate log",
        )
    if not verifies(log.key, sct.signature, _signed(sct, leaf, issuer)):
        raise VerificationFailure(
            f"the certificate log's timestamp does not hold ({log.name})",
            expected="a signature over this certificate",
            hint=COPY_ANEW,
            step="certificate log",
        )


def _signed(sct: SignedCertificateTimestamp, leaf: x509.Certificate, issuer: x509.Certificate) -> bytes:
    """RFC 6962, 3.2: version 1, certificate_timestamp, time in milliseconds, precert_entry, extensions."""
    milliseconds = (sct.timestamp.replace(tzinfo=datetime.UTC) - _EPOCH) // datetime.timedelta(milliseconds=1)
    to_be_signed = leaf.tbs_precertificate_bytes
    return b"".join(
        (
            struct.pack("!BBQH", 0, 0, milliseconds, 1),
            sha256(public_keys.der(certificates.public_key(issuer))).digest(),
            len(to_be_signed).to_bytes(3, "big"),
            to_be_signed,
            struct.pack("!H", len(sct.extension_bytes)),
            sct.extension_bytes,
        )
    )


_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
