"""Public keys: which there are, how they are named, what their signatures are made of."""

from __future__ import annotations

from hashlib import sha256
from typing import TypeAlias

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

from gatekeeper.formats import base64

MAX_BYTES = 64 << 10  # of a file with a key
PublicKey: TypeAlias = EllipticCurvePublicKey | Ed25519PublicKey


def load(pem: bytes) -> PublicKey:
    """A public key from PEM (SubjectPublicKeyInfo).

    Raises:
        ValueError: it is no public key, or neither P-256 nor Ed25519.
    """
    try:
        key = load_pem_public_key(pem)
    except (ValueError, UnsupportedAlgorithm):
        raise ValueError("no public key in PEM") from None
    if isinstance(key, Ed25519PublicKey):
        return key
    if isinstance(key, EllipticCurvePublicKey) and isinstance(key.curve, SECP256R1):
        return key
    raise ValueError("neither a P-256 nor an Ed25519 key")


def hint(key: PublicKey) -> str:
    """The name of a key in a Sigstore bundle: base64 of the sha256 of its SubjectPublicKeyInfo in DER."""
    return base64.encode(sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).digest())


def verifies(key: PublicKey, signature: bytes, message: bytes) -> bool:
    """Whether the signature is the key's: ECDSA with SHA-256 in DER, or Ed25519."""
    try:
        if isinstance(key, Ed25519PublicKey):
            key.verify(signature, message)
        else:
            key.verify(signature, message, ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return True
