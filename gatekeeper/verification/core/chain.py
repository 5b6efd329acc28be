"""Spec "Certificate": from the signer's certificate to an authority of the root, at each trusted time (RFC 5280)."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import ExtendedKeyUsageOID
from cryptography.x509.verification import (
    Criticality,
    ExtensionPolicy,
    Policy,
    PolicyBuilder,
    Store,
    VerificationError,
)

from gatekeeper.crypto import certificates
from gatekeeper.errors import VerificationFailure
from gatekeeper.verification.core.trust import Authority, Root


def load_certificates(ders: Sequence[bytes]) -> tuple[x509.Certificate, ...]:
    """The certificates of a bundle, the signer's first.

    Raises:
        VerificationFailure: one is malformed, or the bundle brings its own root.
    """
    try:
        loaded = tuple(certificates.load(der) for der in ders)
    except ValueError as error:
        raise VerificationFailure(f"a certificate cannot be read: {error}", step="certificate") from None
    if any(one.issuer == one.subject for one in loaded[1:]):
        raise VerificationFailure(
            "the bundle brings a root certificate", expected="roots come from the trusted root only", step="certificate"
        )
    return loaded


def without_root(ders: Sequence[bytes]) -> tuple[bytes, ...]:
    """A chain without a self-issued certificate at its end: a root that is sent along anchors nothing.

    Bundles may not carry one; older formats do.
    """
    try:
        last = certificates.load(ders[-1]) if len(ders) > 1 else None
    except ValueError:
        last = None  # what cannot be read stays, and is refused
    return tuple(ders[:-1] if last is not None and last.issuer == last.subject else ders)


def check_chain(loaded: Sequence[x509.Certificate], root: Root, times: Sequence[datetime.datetime]) -> x509.Certificate:
    """Verify the chain at each of the times, of which there is at least one; the certificate of the signer's issuer.

    Raises:
        VerificationFailure: no authority of the root was in use when the certificate was issued, none of them issued
            it, or it was not valid at one of the times.
    """
    leaf, issued = loaded[0], loaded[0].not_valid_before_utc
    current = [authority for authority in root.certificate_authorities if issued in authority.window]
    if not current:
        raise VerificationFailure(
            "no certificate authority of the trusted root was in use when the certificate was issued",
            expected="; ".join(_windows(root.certificate_authorities)) or "a trusted root with authorities",
            found=f"issued {issued.isoformat()}",
            hint=f"{root.age}: a newer root may know the authority",
            step="certificate",
        )
    for time in times:
        if not leaf.not_valid_before_utc <= time <= leaf.not_valid_after_utc:
            raise VerificationFailure(
                "the certificate was not valid when it was used",
                expected=f"{leaf.not_valid_before_utc.isoformat()} to {leaf.not_valid_after_utc.isoformat()}",
                found=time.isoformat(),
                step="certificate",
            )
    retired = [authority for authority in root.certificate_authorities if issued not in authority.window]
    path = _path(loaded, current, retired, times)
    # A root may name the signer's own certificate: then nobody stands above it.
    return path[min(1, len(path) - 1)]


def _path(
    loaded: Sequence[x509.Certificate],
    current: Sequence[Authority],
    retired: Sequence[Authority],
    times: Sequence[datetime.datetime],
) -> list[x509.Certificate]:
    """The path of one authority that holds at all times, from the signer's certificate up."""
    problems = []
    for authority in current:
        try:
            paths = [_path_below(authority, loaded, retired, time) for time in times]
        except VerificationError as error:
            problems.append(str(error).splitlines()[0])
            continue
        return paths[0]
    windows = _windows(current)
    if _keys(loaded[1:]) & _keys(one for authority in retired for one in authority.chain):
        windows += [f"not {window}" for window in _windows(retired)]
    raise VerificationFailure(
        "the certificate was not issued by an authority of the trusted root",
        expected="; ".join(windows),
        found=f"issuer {loaded[0].issuer.rfc4514_string() or 'without a name'} ({problems[0]:.200})",
        step="certificate",
    )


def _path_below(
    authority: Authority, loaded: Sequence[x509.Certificate], retired: Sequence[Authority], time: datetime.datetime
) -> list[x509.Certificate]:
    """A path to the authority's anchor, through its own certificates and those of the bundle that are of no other one.

    Authorities may share what stands above them: one that was not in use vouches for nothing under another's anchor,
    not even where the bundle brings its certificate, or where the one above issued the signer's itself.

    Raises:
        VerificationError: there is none.
    """
    own = _keys(authority.chain)
    foreign = _keys(one for other in retired for one in other.chain) - own
    brought = [one for one in loaded[1:] if _key(one) not in foreign]
    verifier = (
        PolicyBuilder()
        .store(Store([authority.chain[-1]]))
        .time(time)
        .extension_policies(ca_policy=_AUTHORITY, ee_policy=_CODE_SIGNING)
        .build_client_verifier()
    )
    path = verifier.verify(loaded[0], [*authority.chain[:-1], *brought]).chain
    passed = _keys(path)
    if _key(authority.chain[0]) not in passed and passed & {_key(other.chain[0]) for other in retired}:
        raise VerificationError("issued by an authority that was not in use")
    return path


def _keys(chain: Iterable[x509.Certificate]) -> set[bytes]:
    return {_key(one) for one in chain}


def _key(certificate: x509.Certificate) -> bytes:
    """The key that it certifies: the same authority in another certificate is no other authority."""
    try:
        return certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    except (*certificates.MALFORMED, UnsupportedAlgorithm):
        return certificate.public_bytes(Encoding.DER)  # such a key has issued nothing that can be verified


def _windows(authorities: Sequence[Authority]) -> list[str]:
    return [f"{authority.name or 'authority'} {authority.window}" for authority in authorities[:6]]


def _may_issue(policy: Policy, certificate: x509.Certificate, constraints: x509.BasicConstraints) -> None:
    if not constraints.ca:
        raise ValueError("an issuer is no certificate authority")


def _may_sign_certificates(policy: Policy, certificate: x509.Certificate, usage: x509.KeyUsage | None) -> None:
    if usage is not None and not usage.key_cert_sign:
        raise ValueError("an issuer may not sign certificates")


def _is_no_authority(policy: Policy, certificate: x509.Certificate, constraints: x509.BasicConstraints | None) -> None:
    if constraints is not None and constraints.ca:
        raise ValueError("the signer is a certificate authority")


def _signs(policy: Policy, certificate: x509.Certificate, usage: x509.KeyUsage | None) -> None:
    if usage is not None and not usage.digital_signature:
        raise ValueError("the certificate is not for signatures")


def _signs_code(policy: Policy, certificate: x509.Certificate, usage: x509.ExtendedKeyUsage | None) -> None:
    if usage is not None and not {ExtendedKeyUsageOID.CODE_SIGNING, ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE} & set(
        usage
    ):
        raise ValueError("the certificate is not for signing code")


# The defaults of the library are those of the web, where nobody signs code.
_AUTHORITY = (
    ExtensionPolicy.permit_all()
    .require_present(x509.BasicConstraints, Criticality.AGNOSTIC, _may_issue)
    .may_be_present(x509.KeyUsage, Criticality.AGNOSTIC, _may_sign_certificates)
    .may_be_present(x509.ExtendedKeyUsage, Criticality.AGNOSTIC, _signs_code)
)
_CODE_SIGNING = (
    ExtensionPolicy.permit_all()
    .may_be_present(x509.BasicConstraints, Criticality.AGNOSTIC, _is_no_authority)
    .may_be_present(x509.KeyUsage, Criticality.AGNOSTIC, _signs)
    .require_present(x509.ExtendedKeyUsage, Criticality.AGNOSTIC, _signs_code)
)
