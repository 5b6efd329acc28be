"""X.509 certificates of signers: how they are read, and whom they name (Fulcio's extensions, ``docs/oid-info.md``)."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding

from gatekeeper.crypto import public_keys
from gatekeeper.crypto.der import elements
from gatekeeper.crypto.public_keys import PublicKey

_FULCIO = "1.3.6.1.4.1.57264.1"
_OTHER_NAME = x509.ObjectIdentifier(f"{_FULCIO}.7")
_UTF8_STRING = 0x0C
# What the parsers of X.509 raise: not all of it is a ValueError (a KeyError: a text in a name of a foreign type).
MALFORMED = (
    ValueError,
    TypeError,
    KeyError,
    OverflowError,
    x509.DuplicateExtension,
    x509.InvalidVersion,
    x509.UnsupportedGeneralNameType,
)
# What a platform vouches for, by the last number of the extension's id.
CLAIMS = {
    9: "build_signer_uri",
    10: "build_signer_digest",
    11: "runner_environment",
    12: "source_repository_uri",
    13: "source_repository_digest",
    14: "source_repository_ref",
    15: "source_repository_id",
    16: "source_repository_owner_uri",
    17: "source_repository_owner_id",
    18: "build_config_uri",
    19: "build_config_digest",
    20: "build_trigger",
    21: "run_invocation_uri",
    22: "source_repository_visibility",
    23: "deployment_environment",
}
REPOSITORY_ID, OWNER_ID = CLAIMS[15], CLAIMS[17]
# Older certificates of GitHub's workflows carry these texts instead, without DER around them.
_OLD_CLAIMS = {2: "build_trigger", 3: "source_repository_digest", 5: "repository", 6: "source_repository_ref"}


@dataclass(frozen=True, slots=True)
class Identity:
    """Whom a certificate names: one subject, the issuer of the token ("" where it says none), and further claims."""

    subject: str
    issuer: str = ""
    claims: Mapping[str, str] = field(default_factory=dict)


def load(der: bytes) -> x509.Certificate:
    """A certificate from DER.

    Raises:
        ValueError: it is none, or there is something behind it.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what the library only warns of is no text for the reader of a terminal
            certificate = x509.load_der_x509_certificate(der)
            # Parsed only when asked for, and an error now is better than later.
            _ = certificate.extensions, certificate.subject, certificate.issuer
            if certificate.serial_number <= 0:
                raise ValueError("its number is not positive")
    except MALFORMED as error:
        raise ValueError(f"no X.509 certificate: {str(error).splitlines()[0] if str(error) else 'malformed'}") from None
    if certificate.public_bytes(Encoding.DER) != der:
        raise ValueError("no X.509 certificate in canonical DER")
    return certificate


def public_key(certificate: x509.Certificate) -> PublicKey:
    """The key that it certifies.

    Raises:
        ValueError: it is malformed, or of a kind that is not supported.
    """
    try:
        return public_keys.supported(certificate.public_key())
    except UnsupportedAlgorithm:
        raise public_keys.UnsupportedKey(public_keys.EXPECTED) from None


def identity(certificate: x509.Certificate) -> Identity:
    """Whom it names.

    Raises:
        ValueError: it does not name exactly one subject, or its extensions contradict one another.
    """
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        raise ValueError("the certificate names no subject (subjectAltName)") from None
    subjects = [_name(name) for name in names]
    if len(subjects) != 1 or not subjects[0]:
        raise ValueError(f"the certificate names {len(list(filter(None, subjects)))} subjects instead of one")
    texts = dict(_extensions(certificate))
    issuer = texts.get(8, texts.get(1, ""))
    if texts.get(1, issuer) != issuer:
        raise ValueError("the certificate names two issuers")
    claims = {name: texts[number] for number, name in _OLD_CLAIMS.items() if number in texts}
    if "repository" in claims:
        claims["source_repository_uri"] = "https://github.com/" + claims.pop("repository")
    for number, name in CLAIMS.items():
        if number in texts:
            claims[name] = texts[number]
    return Identity(subjects[0], issuer, claims)


def _name(name: x509.GeneralName) -> str:
    if isinstance(name, x509.RFC822Name | x509.UniformResourceIdentifier | x509.DNSName):
        return name.value
    if isinstance(name, x509.OtherName) and name.type_id == _OTHER_NAME:
        return _utf8(name.value)
    raise ValueError(f"the certificate names its subject by {type(name).__name__}, which is not supported")


def _extensions(certificate: x509.Certificate) -> list[tuple[int, str]]:
    result = []
    for extension in certificate.extensions:
        prefix, _, number = extension.oid.dotted_string.rpartition(".")
        if prefix == _FULCIO and number.isdigit() and isinstance(extension.value, x509.UnrecognizedExtension):
            raw = extension.value.value
            if int(number) in CLAIMS or int(number) == 8:
                result.append((int(number), _utf8(raw)))
            elif int(number) in _OLD_CLAIMS or int(number) == 1:
                result.append((int(number), _text(raw)))
    return result


def _utf8(der: bytes) -> str:
    """A UTF8String in DER."""
    try:
        [(tag, raw)] = elements(der)
    except ValueError:
        raise ValueError("an extension of the certificate holds no UTF8String in DER") from None
    if tag != _UTF8_STRING:
        raise ValueError("an extension of the certificate holds no UTF8String")
    return _text(raw)


def _text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        raise ValueError("an extension of the certificate holds no UTF-8") from None
