"""Whether a file was signed by a trusted key: Sigstore bundles over a file's bytes."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

from gatekeeper.crypto import public_keys
from gatekeeper.crypto.public_keys import PublicKey
from gatekeeper.errors import VerificationFailure
from gatekeeper.formats.bundle import FileBundle


def check_file(name: str, data: bytes, bundle: bytes, keys: Sequence[PublicKey]) -> PublicKey:
    """The one of ``keys`` that signed the bytes ``data`` of the file ``name``.

    Raises:
        VerificationFailure: the bundle is malformed, of another file or key, or its signature does not hold.
    """
    try:
        signed = FileBundle.decode(bundle)
    except ValueError as error:
        raise VerificationFailure(f"{name}: not a bundle that can be read: {error}", hint="copy it anew") from None
    key = next((key for key in keys if public_keys.hint(key) == signed.key_hint), None)
    if key is None:
        raise VerificationFailure(
            f"{name}: signed with another key",
            expected=", ".join(public_keys.hint(key) for key in keys),
            found=signed.key_hint,
            hint="verify with the signer's public key",
        )
    found = sha256(data).digest()
    if signed.sha256 != found:
        raise VerificationFailure(
            f"{name}: was changed after it was signed",
            expected=f"sha256:{signed.sha256.hex()}",
            found=f"sha256:{found.hex()}",
            hint="copy the file anew from where it was signed",
        )
    if not public_keys.verifies(key, signed.signature, data):
        raise VerificationFailure(f"{name}: the signature does not hold", hint="copy the bundle anew")
    return key
