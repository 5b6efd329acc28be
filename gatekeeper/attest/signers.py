"""Who signs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol, TypeAlias

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from gatekeeper.attest.assembling import signed_file, signed_statement
from gatekeeper.crypto import public_keys
from gatekeeper.errors import UsageError
from gatekeeper.formats.files import read_regular
from gatekeeper.formats.sigstore.bundle import Bundle
from gatekeeper.formats.statement import Statement

WRONG_KEY = "name the private key, not the public one, and give its password: GATEKEEPER_KEY_PASSWORD, or a prompt"
PrivateKey: TypeAlias = EllipticCurvePrivateKey | Ed25519PrivateKey


class Signer(Protocol):
    """Turns a statement into a bundle."""

    def sign(self, statement: Statement) -> Bundle:
        """The statement in a DSSE envelope in a Sigstore bundle, with what is needed to verify it."""
        ...

    def sign_file(self, data: bytes) -> Bundle:
        """The signature of a file's bytes in a Sigstore bundle."""
        ...


class KeySigner:
    """Signs with a private key in memory."""

    def __init__(self, key: PrivateKey) -> None:
        self.key = key

    def sign(self, statement: Statement) -> Bundle:
        """ECDSA with SHA-256 in DER for P-256, else Ed25519."""
        return signed_statement(statement, self.key.public_key(), self._signature)

    def sign_file(self, data: bytes) -> Bundle:
        """Like ``sign``, over the bytes themselves."""
        return signed_file(data, self.key.public_key(), self._signature)

    def _signature(self, message: bytes) -> bytes:
        if isinstance(self.key, Ed25519PrivateKey):
            return self.key.sign(message)
        return self.key.sign(message, ECDSA(SHA256()))


def load_signer(path: Path, password: Callable[[], bytes]) -> KeySigner:
    """A signer from a private key in PEM; ``password`` is called only where the key is encrypted.

    Raises:
        UsageError: the file is missing, is no P-256 or Ed25519 key, or the password is wrong.
    """
    try:
        pem = read_regular(path, public_keys.MAX_BYTES)
    except OSError as error:
        raise UsageError(
            f"the key {path} cannot be read: {error.strerror}",
            hint="see whether its name is right; `gatekeeper keys new` makes one",
        ) from None
    try:
        key = load_pem_private_key(pem, password() if b"ENCRYPTED" in pem else None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise UsageError(f"{path}: no private key in PEM, or the password is wrong", hint=WRONG_KEY) from None
    if isinstance(key, Ed25519PrivateKey):
        return KeySigner(key)
    if isinstance(key, EllipticCurvePrivateKey) and isinstance(key.curve, SECP256R1):
        return KeySigner(key)
    raise UsageError(f"{path}: neither a P-256 nor an Ed25519 key", hint="`gatekeeper keys new` makes one")
