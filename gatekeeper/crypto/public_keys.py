"""Public keys: which there are, how they are named, what their signatures are made of."""

from __future__ import annotations

from hashlib import sha256
from typing import Protocol, TypeAlias

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    SECP384R1,
    SECP521R1,
    EllipticCurvePublicKey,
)
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_public_key,
    load_pem_public_key,
)

from gatekeeper.crypto.pem import what_it_is
from gatekeeper.formats import base64

MAX_BYTES = 64 << 10  # of a file with a key
PublicKey: TypeAlias = EllipticCurvePublicKey | Ed25519PublicKey | RSAPublicKey
MIN_RSA_BITS = 2048
_RAW_P256_BYTES = 64
# The hash that goes with a curve: Sigstore's algorithm registry.
_HASHES: dict[str, SHA256 | SHA384 | SHA512] = {
    SECP256R1.name: SHA256(),
    SECP384R1.name: SHA384(),
    SECP521R1.name: SHA512(),
}
EXPECTED = "neither ECDSA (P-256, P-384, P-521) nor Ed25519 nor RSA of 2048 bits or more"


class UnsupportedKey(ValueError):
    """A key of a kind that nothing here can verify with."""


class Message(Protocol):
    """What was signed: its digests, and its bytes for keys that sign no digest."""

    def digest(self, algorithm: str) -> bytes:
        """The digest: ``sha256``, ``sha384`` or ``sha512``."""
        ...

    def content(self) -> bytes:
        """All bytes."""
        ...


def load(pem: bytes) -> PublicKey:
    """A public key from PEM (SubjectPublicKeyInfo).

    Raises:
        ValueError: it is no public key.
        UnsupportedKey: it is of a kind that is not supported.
    """
    try:
        key = load_pem_public_key(pem)
    except UnsupportedAlgorithm:
        raise UnsupportedKey(EXPECTED) from None
    except ValueError:
        raise ValueError(f"no public key in PEM, but {what_it_is(pem)}") from None
    return supported(key)


def load_der(der: bytes) -> PublicKey:
    """Like ``load``, from DER (SubjectPublicKeyInfo, or PKCS#1 of RSA)."""
    try:
        key = load_der_public_key(der)
    except UnsupportedAlgorithm:
        raise UnsupportedKey(EXPECTED) from None
    except ValueError:
        raise ValueError("no public key in DER") from None
    return supported(key)


def supported(key: PublicKeyTypes) -> PublicKey:
    """The same key.

    Raises:
        UnsupportedKey: it is of a kind that is not supported.
    """
    if isinstance(key, Ed25519PublicKey):
        return key
    if isinstance(key, EllipticCurvePublicKey) and key.curve.name in _HASHES:
        return key
    if isinstance(key, RSAPublicKey) and key.key_size >= MIN_RSA_BITS:
        return key
    raise UnsupportedKey(EXPECTED)


def der(key: PublicKey) -> bytes:
    """Its SubjectPublicKeyInfo."""
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def hint(key: PublicKey) -> str:
    """The name of a key in a Sigstore bundle: base64 of the sha256 of its SubjectPublicKeyInfo in DER."""
    return base64.encode(sha256(der(key)).digest())


def hash_name(key: PublicKey) -> str:
    """The hash of its signatures (of RSA keys SHA-256): ``sha256``, ``sha384``, ``sha512``; "" for Ed25519."""
    if isinstance(key, EllipticCurvePublicKey):
        return _HASHES[key.curve.name].name
    return "" if isinstance(key, Ed25519PublicKey) else "sha256"


def verifies(key: PublicKey, signature: bytes, message: bytes) -> bool:
    """Whether the signature is the key's: ECDSA in DER with the hash of its curve, RSA PKCS#1 v1.5, or Ed25519."""
    return _verifies(key, signature, message, prehashed=False)


def verifies_message(key: PublicKey, signature: bytes, message: Message) -> bool:
    """Like ``verifies``; a large message is not read where its digest suffices."""
    name = hash_name(key)
    if name:
        return _verifies(key, signature, message.digest(name), prehashed=True)
    return _verifies(key, signature, message.content(), prehashed=False)


def in_der(key: PublicKey, signature: bytes) -> bytes:
    """A signature of ECDSA over P-256 that is written as r and s, 32 bytes each, in DER; any other one as it is.

    Some producers of bare envelopes write it so. In DER 64 bytes would need both numbers below 2^232.
    """
    is_p256 = isinstance(key, EllipticCurvePublicKey) and key.curve.name == SECP256R1.name
    if not is_p256 or len(signature) != _RAW_P256_BYTES:
        return signature
    half = _RAW_P256_BYTES // 2
    return encode_dss_signature(int.from_bytes(signature[:half], "big"), int.from_bytes(signature[half:], "big"))


def _verifies(key: PublicKey, signature: bytes, data: bytes, *, prehashed: bool) -> bool:
    try:
        if isinstance(key, Ed25519PublicKey):
            key.verify(signature, data)
        elif isinstance(key, RSAPublicKey):
            key.verify(signature, data, PKCS1v15(), Prehashed(SHA256()) if prehashed else SHA256())
        else:
            algorithm = _HASHES[key.curve.name]
            key.verify(signature, data, ECDSA(Prehashed(algorithm) if prehashed else algorithm))
    except InvalidSignature:
        return False
    return True
