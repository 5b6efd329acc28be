"""Whether a file was signed by a trusted key: Sigstore bundles over a file's bytes."""

from __future__ import annotations

from collections.abc import Sequence

from gatekeeper.crypto import public_keys
from gatekeeper.crypto.public_keys import PublicKey
from gatekeeper.errors import VerificationFailure
from gatekeeper.formats.sigstore.bundle import Bundle
from gatekeeper.verification.core.bundles import verify_file
from gatekeeper.verification.core.messages import InMemory
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
    failures = []
    for key in keys:
        try:
            verify_file(decoded, Trust(key=key, log=Need.OPTIONAL), InMemory(data))
        except VerificationFailure as failure:
            failures.append(failure)
        else:
            return key
    # Of several keys the one that the bundle names tells most.
    named = [failure for key, failure in zip(keys, failures, strict=True) if public_keys.hint(key) == decoded.key_hint]
    first = next(iter([*named, *failures]))
    raise VerificationFailure(
        f"{name}: {first.message}",
        expected=first.expected
        if named or first.step != "signature"
        else ", ".join(public_keys.hint(key) for key in keys),
        found=first.found,
        hint=first.hint or "sign it with `gatekeeper policy sign`",
        step=first.step,
    )
