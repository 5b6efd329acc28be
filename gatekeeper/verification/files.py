"""Whether a file was signed by a trusted key: Sigstore bundles over a file's bytes."""

from __future__ import annotations

from collections.abc import Sequence

from gatekeeper.crypto import public_keys
from gatekeeper.crypto.public_keys import PublicKey
from gatekeeper.errors import VerificationFailure
from gatekeeper.formats.dsse import Envelope
from gatekeeper.formats.sigstore.bundle import Bundle
from gatekeeper.verification.core.bundles import InMemory, verify_bundle
from gatekeeper.verification.core.trust import Need, Trust


def check_file(name: str, data: bytes, bundle: bytes, keys: Sequence[PublicKey]) -> PublicKey:
    """The one of ``keys`` that signed the bytes ``data`` of the file ``name``.

    Raises:
        VerificationFailure: the bundle is malformed, of another file or key, or its signature does not hold.
    """
    try:
        decoded = Bundle.decode(bundle)
    except ValueError as error:
        raise VerificationFailure(f"{name}: not a bundle that can be read: {error}", hint="copy it anew") from None
    if isinstance(decoded.content, Envelope):
        # The core verifies an envelope by itself: it says nothing about these bytes.
        raise VerificationFailure(
            f"{name}: its bundle signs a statement, not the file",
            expected="a signature over the file's bytes",
            found=decoded.content.payload_type,
            hint="sign it with `gatekeeper policy sign`",
            step="content",
        )
    failures = []
    for key in keys:
        try:
            verify_bundle(decoded, Trust(key=key, log=Need.OPTIONAL), InMemory(data))
        except VerificationFailure as failure:
            failures.append(failure)
        else:
            return key
    # Of several keys the one that the bundle names tells most.
    named = [failure for key, failure in zip(keys, failures, strict=True) if public_keys.hint(key) == decoded.key_hint]
    first = next(iter([*named, *failures]))
    raise VerificationFailure(
        f"{name}: {first.message}",
        expected=first.expected if named else ", ".join(public_keys.hint(key) for key in keys),
        found=first.found,
        hint=first.hint,
        step=first.step,
    )
