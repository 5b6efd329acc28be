"""Keys that others keep: in files, PKCS#11 tokens, Vault and clouds, through securesystemslib.

What is tested here are files and PKCS#11; Vault, AWS, GCP and Azure only as far as without them.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from securesystemslib.signer import CryptoSigner, SSlibKey
from securesystemslib.signer import Signer as ForeignSigner

from gatekeeper.attest.assembling import signed_file, signed_statement
from gatekeeper.attest.signers import WRONG_KEY
from gatekeeper.crypto import public_keys
from gatekeeper.crypto.public_keys import PublicKey
from gatekeeper.errors import UsageError
from gatekeeper.formats.files import read_named
from gatekeeper.formats.sigstore.bundle import Bundle
from gatekeeper.formats.statement import Statement

DISTRIBUTION = "gatekeeper-ci"
# Its extra that must be installed, by the scheme of a key's URI; files need none.
EXTRAS = {"file2": "", "hsm": "hsm", "hv": "vault", "awskms": "aws", "gcpkms": "gcp", "azurekms": "azure"}
_MISSING = ("UnsupportedLibraryError", "ImportError", "ModuleNotFoundError")
PKCS11_LIBRARY = "PYKCS11LIB"
_TRIAL = b"gatekeeper asks whether this key signs\n"
_USER = re.compile(r"//[^/?#]*@")
_ECDSA = {"secp256r1": "ecdsa-sha2-nistp256", "secp384r1": "ecdsa-sha2-nistp384"}


class SecureSystemsSigner:
    """Signs with a key that securesystemslib can reach."""

    def __init__(self, uri: str, signer: ForeignSigner, key: PublicKey) -> None:
        """``key`` is the public key; what does not verify with it is not given out."""
        self.key = key
        self._uri = uri
        self._signer = signer

    def check(self) -> None:
        """See that the key signs, with something that is no statement and no file of anybody's.

        Raises: as ``sign`` does.
        """
        self._signature(_TRIAL)

    def sign(self, statement: Statement) -> Bundle:
        """ECDSA in DER with the hash of the curve, RSA PKCS#1 v1.5 with SHA-256, or Ed25519.

        Raises:
            UsageError: the key cannot be reached, its secret is wrong, or it is another key.
        """
        return signed_statement(statement, self.key, self._signature)

    def sign_file(self, data: bytes) -> Bundle:
        """Like ``sign``, over the bytes themselves."""
        return signed_file(data, self.key, self._signature)

    def _signature(self, message: bytes) -> bytes:
        try:
            signature = bytes.fromhex(self._signer.sign(message).signature)
        except UsageError:
            raise  # nobody tells its PIN
        except Exception as error:
            # Each of these libraries has errors of its own, and their texts may hold addresses with credentials.
            if self._uri.startswith("hsm:") and isinstance(error, ValueError):
                raise UsageError(
                    f"the key {shown(self._uri)} cannot sign: there is no token with that label, or no such key in it",
                    hint="write hsm:ID?label=LABEL, with the number of the key and the label of the token",
                ) from None
            raise UsageError(
                f"the key {shown(self._uri)} cannot sign: {type(error).__name__}",
                hint=_install(self._uri, error)
                or "see whether its PIN, password (GATEKEEPER_KEY_PASSWORD) or credentials are right, and whether its"
                " service runs",
            ) from None
        if not public_keys.verifies(self.key, signature, message):
            raise UsageError(
                f"the key {shown(self._uri)} is not the one of the given public key", hint="give its own public key"
            )
        return signature


def load_uri_signer(uri: str, key: PublicKey, secret: Callable[[], bytes]) -> SecureSystemsSigner:
    """A signer for a private key ``file2:``, ``hsm:``, ``hv:``, ``awskms:``, ``gcpkms:`` or ``azurekms:``.

    ``key`` is its public key, of ECDSA (P-256, P-384), RSA or Ed25519. ``secret`` gives the PIN of a token or the
    password of a file, and is called only where one is needed, for tokens with each signature.

    Raises:
        UsageError: the URI or key is of an unknown kind, a library is not installed, or the key cannot be loaded.
    """
    scheme, colon, _ = uri.partition(":")
    if not colon or scheme not in EXTRAS:
        raise UsageError(
            f"{shown(uri)} is no key that can be signed with", hint=f"a URI of {', '.join(f'{one}:' for one in EXTRAS)}"
        )
    if scheme == "hsm" and not Path(os.environ.get(PKCS11_LIBRARY, "")).is_file():
        raise UsageError(
            f"{PKCS11_LIBRARY} names no file", hint="set it to the PKCS#11 library of the token, a file *.so"
        )
    foreign = _foreign_key(uri, key)
    try:
        signer = _from_file(uri, foreign, secret) if scheme == "file2" else _from_uri(uri, foreign, secret)
    except UsageError:
        raise
    except Exception as error:
        kind = type(error).__name__
        if scheme == "hsm" and isinstance(error, ValueError):
            raise UsageError(
                f"the key {shown(uri)} cannot be in a token: it has no number",
                hint="write hsm:ID?label=LABEL, where ID is a number",
            ) from None
        raise UsageError(
            f"the key {shown(uri)} cannot be used: {kind}",
            hint=_install(uri, error) or "see whether its address is right",
        ) from None
    return SecureSystemsSigner(uri, signer, key)


def shown(uri: str) -> str:
    """A key's URI as messages show it: without user, password and query, but for the label of a token."""
    # An address may stand inside another: its user and password count as well.
    parts = urlsplit(_USER.sub("//", uri))
    host = parts.netloc
    query = f"?{parts.query}" if parts.scheme == "hsm" and parts.query.startswith("label=") else ""
    return f"{parts.scheme}:{'//' if parts.netloc else ''}{host}{parts.path}{query}"


def _install(uri: str, error: Exception) -> str:
    """What to do where a library is missing; "" where that is not the reason."""
    extra = EXTRAS[uri.partition(":")[0]]
    return f"pip install '{DISTRIBUTION}[{extra}]'" if type(error).__name__ in _MISSING else ""


def _from_uri(uri: str, key: SSlibKey, secret: Callable[[], bytes]) -> ForeignSigner:
    return ForeignSigner.from_priv_key_uri(uri, key, lambda _: os.fsdecode(secret()))


def _from_file(uri: str, key: SSlibKey, secret: Callable[[], bytes]) -> ForeignSigner:
    """Its own loader opens no encrypted files."""
    path = uri.partition(":")[2]
    pem = read_named("the key", Path(path), public_keys.MAX_BYTES)
    try:
        private = load_pem_private_key(pem, secret() if b"ENCRYPTED" in pem else None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise UsageError(f"{path}: no private key in PEM, or the password is wrong", hint=WRONG_KEY) from None
    if private.public_key() != key._crypto_key():
        raise UsageError(f"{path} is not the key of the given public key", hint="give its own public key")
    return CryptoSigner(private, key)


def _foreign_key(uri: str, key: PublicKey) -> SSlibKey:
    if isinstance(key, EllipticCurvePublicKey):
        scheme = _ECDSA.get(key.curve.name)
    else:
        scheme = "ed25519" if isinstance(key, Ed25519PublicKey) else "rsa-pkcs1v15-sha256"
    if scheme is None:
        raise UsageError(
            f"the key {shown(uri)} is neither ECDSA (P-256, P-384) nor RSA nor Ed25519", hint="make one with P-256"
        )
    return SSlibKey.from_crypto(key, scheme=scheme)
