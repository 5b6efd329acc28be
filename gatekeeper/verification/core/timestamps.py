"""Spec "Establishing a Time for the Signature": timestamps of authorities (RFC 3161)."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.x509.oid import ExtendedKeyUsageOID
from rfc3161_client import TimeStampResponse, VerificationError, VerifierBuilder, decode_timestamp_response

from gatekeeper.crypto import certificates, der
from gatekeeper.errors import VerificationFailure
from gatekeeper.verification.core.hints import COPY_ANEW
from gatekeeper.verification.core.results import TrustedTime
from gatekeeper.verification.core.trust import Authority, Root

# From TimeStampResp (RFC 3161) through ContentInfo, SignedData and EncapsulatedContentInfo (RFC 5652) to the octets of
# TSTInfo, then to its genTime: the number and the tag of each element.
_CONTENT = ((0, 0x30), (1, 0x30), (1, 0xA0), (0, 0x30), (2, 0x30), (1, 0xA0), (0, 0x04))
_TIME = ((0, 0x30), (4, 0x18))
_GENERALIZED = re.compile(r"([0-9]{14})(?:\.([0-9]+))?Z")


@dataclass(frozen=True, slots=True)
class _Stamp:
    """A timestamp as it was read; nothing in it is verified."""

    response: TimeStampResponse
    time: datetime.datetime
    issuer: x509.Name
    serial: int
    embedded: tuple[x509.Certificate, ...]


def timestamped(stamp: bytes, signature: bytes, root: Root) -> TrustedTime | None:
    """When an authority saw the signature; None where the root does not know the authority.

    Raises:
        VerificationFailure: the timestamp is malformed, of another signature, its own signature does not hold, or the
            authority was not in use then.
    """
    read = _read(stamp)
    known = [one for one in root.timestamp_authorities if _is_of(one, read.issuer, read.serial)]
    if not known:
        return None
    current = [authority for authority in known if read.time in authority.window]
    if not current:
        raise VerificationFailure(
            f"the timestamp authority was not in use at the time that it signed ({known[0].name})",
            expected=" or ".join(str(authority.window) for authority in known[:4]),
            found=read.time.isoformat(),
            step="timestamp",
        )
    # Authorities may share a name: one that has the right key suffices.
    for authority in current:
        problem = _problem(read, signature, authority)
        if not problem:
            return TrustedTime(read.time, f"timestamp of {authority.name}")
    raise VerificationFailure(
        f"a timestamp does not hold ({current[-1].name}): {problem}",
        expected="a timestamp of this signature",
        hint=COPY_ANEW,
        step="timestamp",
    )


def _read(stamp: bytes) -> _Stamp:
    try:
        response = decode_timestamp_response(stamp)
        signed = response.signed_data
        signers = list(signed.signer_infos)
        if len(signers) != 1:
            raise ValueError(f"{len(signers)} signers instead of one")
        signer = signers[0]
        embedded = tuple(certificates.load(one) for one in signed.certificates)
        return _Stamp(
            response, _exact(response.tst_info.gen_time, stamp), signer.issuer, signer.serial_number, embedded
        )
    except certificates.MALFORMED as error:
        text = str(error) or type(error).__name__
        unsorted = "InvalidSetOrdering" in text
        raise VerificationFailure(
            "a timestamp cannot be read",
            expected="a granted TimeStampResp (RFC 3161) in DER",
            found="certificates in another order than DER demands" if unsorted else f"{text.splitlines()[0]:.160}",
            hint="ask the authority for timestamps without certificates" if unsorted else "",
            step="timestamp",
        ) from None


def _exact(time: datetime.datetime, stamp: bytes) -> datetime.datetime:
    """The time with the fraction of its second, which the library drops, from the content that is signed."""
    written = der.inside(der.inside(stamp, *_CONTENT), *_TIME).decode("ascii")
    found = _GENERALIZED.fullmatch(written)
    if found is None or found[1] != time.strftime("%Y%m%d%H%M%S"):
        raise ValueError("its time is written as DER does not write it")
    return time.replace(microsecond=int((found[2] or "").ljust(6, "0")[:6]))


def _is_of(authority: Authority, issuer: x509.Name, serial: int) -> bool:
    """Whether the signer is the authority's: its certificate, or one issued by the first of its chain."""
    first = authority.chain[0]
    if _signs_times(first):
        return (first.issuer, first.serial_number) == (issuer, serial)
    return first.subject == issuer


def _problem(stamp: _Stamp, signature: bytes, authority: Authority) -> str:
    """What is wrong with it; "" where nothing is."""
    own = authority.chain[0] if _signs_times(authority.chain[0]) else None
    signers = [one for one in stamp.embedded if (one.issuer, one.serial_number) == (stamp.issuer, stamp.serial)]
    if len(signers) > 1:
        # One could sign, and the other show that it may.
        return "two of its certificates have the same issuer and number"
    if own is None and not all(_issued(authority.chain[0], one) for one in signers):
        # Another authority of this name, under the same root, whose window may be over.
        return "issued by another authority of this name"
    verifier = VerifierBuilder(
        tsa_certificate=own,
        intermediates=list(authority.chain[1 if own else 0 : -1]),
        roots=[authority.chain[-1]],
    ).build()
    try:
        verifier.verify_message(stamp.response, signature)
    except (VerificationError, *certificates.MALFORMED) as error:
        return f"{(str(error) or 'malformed').splitlines()[0]:.300}"
    return ""


def _issued(issuer: x509.Certificate, certificate: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (*certificates.MALFORMED, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


def _signs_times(certificate: x509.Certificate) -> bool:
    try:
        usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return False
    return ExtendedKeyUsageOID.TIME_STAMPING in usage and not _is_authority(certificate)


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False
