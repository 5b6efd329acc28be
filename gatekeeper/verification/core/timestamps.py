"""Spec "Establishing a Time for the Signature": timestamps of authorities (RFC 3161)."""

from __future__ import annotations

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID
from rfc3161_client import TimeStampResponse, VerificationError, VerifierBuilder, decode_timestamp_response

from gatekeeper.errors import VerificationFailure
from gatekeeper.verification.core.results import TrustedTime
from gatekeeper.verification.core.trust import Authority, Root


def timestamped(stamp: bytes, signature: bytes, root: Root) -> TrustedTime | None:
    """When an authority saw the signature; None where the root does not know the authority.

    Raises:
        VerificationFailure: the timestamp is malformed, of another signature, its own signature does not hold, or the
            authority was not in use then.
    """
    try:
        response = decode_timestamp_response(stamp)
        signers = list(response.signed_data.signer_infos)
    except ValueError:
        raise VerificationFailure("a timestamp cannot be read", expected="RFC 3161 in DER", step="timestamp") from None
    if len(signers) != 1:
        raise VerificationFailure("a timestamp has one signer", expected="1", found=str(len(signers)), step="timestamp")
    known = [one for one in root.timestamp_authorities if _is_of(one, signers[0].issuer, signers[0].serial_number)]
    if not known:
        return None
    time = response.tst_info.gen_time
    current = [authority for authority in known if time in authority.window]
    if not current:
        raise VerificationFailure(
            f"the timestamp authority was not in use at the time that it signed ({known[0].name})",
            expected=str(known[0].window),
            found=time.isoformat(),
            step="timestamp",
        )
    _verify(response, signature, current[0])
    return TrustedTime(time, f"timestamp of {current[0].name}")


def _is_of(authority: Authority, issuer: x509.Name, serial: int) -> bool:
    """Whether the signer is the authority's: its certificate, or one issued by the first of its chain."""
    first = authority.chain[0]
    if _signs_times(first):
        return (first.issuer, first.serial_number) == (issuer, serial)
    return first.subject == issuer


def _verify(response: TimeStampResponse, signature: bytes, authority: Authority) -> None:
    own = authority.chain[0] if _signs_times(authority.chain[0]) else None
    verifier = VerifierBuilder(
        tsa_certificate=own,
        intermediates=list(authority.chain[1 if own else 0 : -1]),
        roots=[authority.chain[-1]],
    ).build()
    try:
        verifier.verify_message(response, signature)
    except (VerificationError, ValueError) as error:
        raise VerificationFailure(
            f"a timestamp does not hold ({authority.name}): {str(error).splitlines()[0]}",
            expected="a timestamp of this signature",
            hint="copy the bundle anew from where it was made",
            step="timestamp",
        ) from None


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
