"""A certificate authority and a certificate log."""

from __future__ import annotations

import datetime
import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TypeAlias

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from gatekeeper.crypto import public_keys
from tests.verification.core import der

PrivateKey: TypeAlias = ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey
Extensions: TypeAlias = Sequence[tuple[x509.ExtensionType, bool]]

START = datetime.datetime(2025, 1, 1, tzinfo=datetime.UTC)
END = datetime.datetime(2035, 1, 1, tzinfo=datetime.UTC)
NOW = datetime.datetime(2026, 3, 1, 12, tzinfo=datetime.UTC)
LIFETIME = datetime.timedelta(minutes=10)
IDENTITY = "https://github.com/acme/shop/.github/workflows/release.yml@refs/tags/v1"
ISSUER = "https://token.actions.githubusercontent.com"

CODE_SIGNING = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CODE_SIGNING])
TIME_STAMPING = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
AUTHORITY: Extensions = ((x509.BasicConstraints(True, None), True),)
_SCTS = x509.ObjectIdentifier("1.3.6.1.4.1.11129.2.4.2")


def new_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)] if text else [])


def certificate(
    subject: str,
    key: PrivateKey,
    issuer: str,
    signer: PrivateKey,
    extensions: Extensions,
    window: tuple[datetime.datetime, datetime.datetime] = (START, END),
    serial: int | None = None,
) -> x509.Certificate:
    """A certificate for ``key``, signed by ``signer``."""
    builder = x509.CertificateBuilder(
        issuer_name=name(issuer),
        subject_name=name(subject),
        public_key=key.public_key(),
        serial_number=serial or x509.random_serial_number(),
        not_valid_before=window[0],
        not_valid_after=window[1],
    )
    for extension, critical in (*extensions, *_usual(key, signer, extensions)):
        builder = builder.add_extension(extension, critical)
    return builder.sign(signer, None if isinstance(signer, ed25519.Ed25519PrivateKey) else SHA256())


def _usual(key: PrivateKey, signer: PrivateKey, extensions: Extensions) -> Extensions:
    """What RFC 5280 wants in each certificate."""
    own = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key())
    usual: list[tuple[x509.ExtensionType, bool]] = [(own, False), (issuer, False)]
    if not any(isinstance(extension, x509.KeyUsage) for extension, _ in extensions):
        issues = any(isinstance(extension, x509.BasicConstraints) and extension.ca for extension, _ in extensions)
        usage = x509.KeyUsage(not issues, False, False, False, False, issues, issues, False, False)
        usual.append((usage, True))
    return usual


def identity_extensions(subject: str = IDENTITY, issuer: str = ISSUER) -> Extensions:
    """What a workflow's certificate carries."""
    return (
        (CODE_SIGNING, False),
        (x509.SubjectAlternativeName([x509.UniformResourceIdentifier(subject)]), True),
        (fulcio(8, der.tlv(0x0C, issuer.encode())), False),
    )


def fulcio(number: int, value: bytes) -> x509.UnrecognizedExtension:
    return x509.UnrecognizedExtension(x509.ObjectIdentifier(f"1.3.6.1.4.1.57264.1.{number}"), value)


@dataclass(frozen=True, slots=True)
class CertificateLog:
    """A certificate log that signs whatever it is shown."""

    key: ec.EllipticCurvePrivateKey = field(default_factory=new_key)

    @property
    def log_id(self) -> bytes:
        return sha256(public_keys.der(self.key.public_key())).digest()

    def timestamp(self, precertificate: bytes, issuer: x509.Certificate, milliseconds: int) -> bytes:
        """A signed certificate timestamp in TLS encoding."""
        spki = public_keys.der(public_keys.supported(issuer.public_key()))
        signed = struct.pack("!BBQH", 0, 0, milliseconds, 1) + sha256(spki).digest()
        signed += len(precertificate).to_bytes(3, "big") + precertificate + b"\0\0"
        signature = self.key.sign(signed, ec.ECDSA(SHA256()))
        head = b"\0" + self.log_id + struct.pack("!QH", milliseconds, 0)
        return head + struct.pack("!BBH", 4, 3, len(signature)) + signature


@dataclass(frozen=True, slots=True)
class CertificateAuthority:
    """A certificate authority with its root last in ``chain``."""

    key: PrivateKey
    chain: tuple[x509.Certificate, ...]

    def issue(
        self,
        key: PrivateKey,
        extensions: Extensions,
        logs: Sequence[CertificateLog],
        window: tuple[datetime.datetime, datetime.datetime] = (NOW, NOW + LIFETIME),
        shown: datetime.datetime | None = None,
    ) -> x509.Certificate:
        """A certificate that was shown to the logs at the time ``shown``, when it was issued where that is None."""
        issuer = self.chain[0]
        common = issuer.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value
        assert isinstance(common, str)
        serial = x509.random_serial_number()
        plain = certificate("", key, common, self.key, extensions, window, serial)
        if not logs:
            return plain
        milliseconds = int((shown or window[0]).timestamp() * 1000)
        stamps = [log.timestamp(plain.tbs_certificate_bytes, issuer, milliseconds) for log in logs]
        listed = b"".join(len(stamp).to_bytes(2, "big") + stamp for stamp in stamps)
        value = der.tlv(der.OCTETS, len(listed).to_bytes(2, "big") + listed)
        scts = x509.UnrecognizedExtension(_SCTS, value)
        return certificate("", key, common, self.key, (*extensions, (scts, False)), window, serial)


def new_authority(common: str = "sigstore", key: PrivateKey | None = None) -> CertificateAuthority:
    """An intermediate authority below a root of its own."""
    top, own = new_key(), key or new_key()
    root = certificate(f"{common} root", top, f"{common} root", top, AUTHORITY)
    return CertificateAuthority(own, (certificate(common, own, f"{common} root", top, AUTHORITY), root))


def new_authorities(*names: str) -> tuple[CertificateAuthority, ...]:
    """Intermediate authorities below one root."""
    top = new_key()
    root = certificate("top", top, "top", top, AUTHORITY)
    keys = [new_key() for _ in names]
    return tuple(
        CertificateAuthority(key, (certificate(name, key, "top", top, AUTHORITY), root))
        for name, key in zip(names, keys, strict=True)
    )
