"""Which attestations are nothing but what was verified, so that a file of them has no place for anything else."""

from __future__ import annotations

from hashlib import sha256

from gatekeeper.crypto import public_keys
from gatekeeper.crypto.public_keys import PublicKey
from gatekeeper.formats.dsse import Envelope
from gatekeeper.formats.sigstore.bundle import Bundle
from gatekeeper.verification.trust.counting import Counted


def is_closed(one: Counted) -> bool:
    """Whether its text was looked at as a whole.

    It is not where something was passed over (entries of unknown logs, signatures of unknown witnesses), where it
    brings certificates besides the signer's, or calls the signer's key otherwise than by a digest of it.
    """
    bundle = one.attestation.content
    if not isinstance(bundle, Bundle) or len(bundle.certificates) > 1 or one.signed.notes:
        return False
    names = _names(one.signed.signer.key)
    content = bundle.content
    stated = {bundle.key_hint, content.signatures[0].key_id if isinstance(content, Envelope) else ""}
    return stated <= names


def _names(key: PublicKey) -> frozenset[str]:
    """What a key may be called: nothing, its digest in base64 or in hex, or as npm calls it."""
    hint = public_keys.hint(key)
    return frozenset({"", hint, f"SHA256:{hint.rstrip('=')}", sha256(public_keys.der(key)).hexdigest()})
