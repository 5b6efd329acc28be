"""The trusted root of Sigstore's public instance, as it was when this version of gatekeeper was made."""

from __future__ import annotations

import datetime
from hashlib import sha256
from pathlib import Path

from gatekeeper.errors import VerificationFailure

# The TUF target ``trusted_root.json`` of https://tuf-repo-cdn.sigstore.dev as of that day.
PUBLIC_ROOT_DATE = datetime.date(2026, 10, 20)
PUBLIC_ROOT_SHA256 = "6494e21ea73fa7ee769f85f57d5a3e6a08725eae1e38c755fc3517c9e6bc0b66"


def public_root() -> bytes:
    """Its JSON.

    Raises:
        VerificationFailure: the installed file is not the one that was shipped.
    """
    data = Path(__file__).with_name("trusted_root.json").read_bytes()
    found = sha256(data).hexdigest()
    if found != PUBLIC_ROOT_SHA256:
        raise VerificationFailure(
            "the trusted root that ships with gatekeeper was changed",
            expected=PUBLIC_ROOT_SHA256,
            found=found,
            hint="install gatekeeper anew",
            step="trusted root",
        )
    return data
