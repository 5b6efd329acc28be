"""Key pairs in files: PKCS#8 encrypted with a password, and the public key beside it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    PublicFormat,
)

from gatekeeper.errors import UsageError
from gatekeeper.workspace.writing import write_whole


def new_key_pair(path: Path, algorithm: str, password: Callable[[], bytes]) -> tuple[Path, Path]:
    """Write a private key (``p256`` or ``ed25519``) to ``path`` and its public key to ``path`` + ``.pub``.

    Raises:
        UsageError: one of the files exists already, or cannot be written.
    """
    public_path = path.with_name(f"{path.name}.pub")
    for file in (path, public_path):
        if file.exists():
            raise UsageError(f"{file} exists already", hint="keys are never overwritten: choose another --output")
    key = generate_private_key(SECP256R1()) if algorithm == "p256" else Ed25519PrivateKey.generate()
    encryption = BestAvailableEncryption(password())
    write_whole(path, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption), private=True)
    write_whole(public_path, key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    return path, public_path
