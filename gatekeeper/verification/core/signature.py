"""Spec "Signature Verification": whether a signature is a key's, as Sigstore's clients and logs have made them.

ECDSA keys on larger curves than P-256 sign the hash of their curve, or SHA-256: so did all clients and logs of the
first years (CPython's releases to 3.11), and Sigstore's algorithm registry lists both.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TypeGuard

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256

from gatekeeper.crypto import public_keys
from gatekeeper.crypto.public_keys import Message, PublicKey


def verifies(key: PublicKey, signature: bytes, data: bytes) -> bool:
    """Whether the signature over the bytes is the key's."""
    return public_keys.verifies(key, signature, data) or (
        _is_on_a_larger_curve(key) and _verifies_sha256(key, signature, sha256(data).digest())
    )


def verifies_message(key: PublicKey, signature: bytes, message: Message) -> bool:
    """Like ``verifies``, of a message that may be known by its digest only."""
    # SHA-256 first: of a message that is only a digest it is the one that is known.
    if _is_on_a_larger_curve(key) and _verifies_sha256(key, signature, message.digest("sha256")):
        return True
    return public_keys.verifies_message(key, signature, message)


def _is_on_a_larger_curve(key: PublicKey) -> TypeGuard[EllipticCurvePublicKey]:
    return isinstance(key, EllipticCurvePublicKey) and public_keys.hash_name(key) != "sha256"


def _verifies_sha256(key: EllipticCurvePublicKey, signature: bytes, digest: bytes) -> bool:
    try:
        key.verify(signature, digest, ECDSA(Prehashed(SHA256())))
    except InvalidSignature:
        return False
    return True
