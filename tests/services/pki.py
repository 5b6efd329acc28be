"""Keys and certificates of a private Sigstore, valid from an hour ago on."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

HOUR = datetime.timedelta(hours=1)
YEAR = datetime.timedelta(days=365)


def new_key() -> EllipticCurvePrivateKey:
    return generate_private_key(SECP256R1())


def certificate_authority(
    name: str, key: EllipticCurvePrivateKey, start: datetime.datetime, usages: Sequence[x509.ObjectIdentifier]
) -> x509.Certificate:
    """A self-signed one that may issue what ``usages`` allow."""
    return (
        _builder(name, name, key, start)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_key_usage(issues=True), critical=True)
        .add_extension(x509.ExtendedKeyUsage(usages), critical=False)
        .sign(key, SHA256())
    )


def timestamp_chain(
    key: EllipticCurvePrivateKey, start: datetime.datetime
) -> tuple[x509.Certificate, x509.Certificate]:
    """The certificate of a timestamp authority with this key, and its root."""
    usages = [ExtendedKeyUsageOID.TIME_STAMPING]
    root_key = new_key()
    root = certificate_authority("timestamp root", root_key, start, usages)
    leaf = (
        _builder("timestamps", "timestamp root", key, start)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_key_usage(issues=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage(usages), critical=True)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key()), critical=False)
        .sign(root_key, SHA256())
    )
    return leaf, root


def write_key(path: Path, key: EllipticCurvePrivateKey | RSAPrivateKey) -> bytes:
    """The private key as unencrypted PKCS#8 to ``path`` and the public one to ``path`` with the suffix ``.pub``.

    Returns the DER of the private key.
    """
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    path.with_suffix(".pub").write_bytes(public)
    return key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


def write_certificates(path: Path, *certificates: x509.Certificate) -> None:
    path.write_bytes(b"".join(one.public_bytes(Encoding.PEM) for one in certificates))


def _builder(
    subject: str, issuer: str, key: EllipticCurvePrivateKey, start: datetime.datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(_name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + YEAR)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _name(common: str) -> x509.Name:
    # sigstore-python refuses trusted roots with an authority that names no organisation.
    organisation = x509.NameAttribute(NameOID.ORGANIZATION_NAME, "tests")
    return x509.Name([organisation, x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _key_usage(*, issues: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not issues,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=issues,
        crl_sign=issues,
        encipher_only=False,
        decipher_only=False,
    )
