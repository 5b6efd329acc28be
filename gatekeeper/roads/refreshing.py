"""Fetch the trusted root of a Sigstore, when somebody asks for it: verification itself never does."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from gatekeeper.errors import UsageError
from gatekeeper.formats.files import read_named
from gatekeeper.verification.core.trust import Root
from gatekeeper.verification.roots.refreshing import PUBLIC_REPOSITORY, public_repository_root, refreshed

_MAX_METADATA = 512_000  # what TUF clients take for root metadata


@dataclass(frozen=True, slots=True)
class FetchedRoot:
    """A trusted root in JSON, its sha256 in hex, and how new it is, in words."""

    data: bytes
    sha256: str
    age: str


def refresh(repository: str | None, tuf_root: Path | None) -> FetchedRoot:
    """The root of a TUF repository by its root metadata; without them that of the public Sigstore.

    Raises:
        UsageError: only one of the two is given, or the metadata cannot be read.
        Undecidable: the repository cannot be reached.
        VerificationFailure: what it hands out does not hold.
    """
    if repository is None or tuf_root is None:
        if repository or tuf_root:
            raise UsageError(
                "--repository and --tuf-root go together",
                hint="the operator of a Sigstore publishes its root metadata: root.json",
            )
        repository, metadata = PUBLIC_REPOSITORY, public_repository_root()
    else:
        metadata = read_named("the root metadata", tuf_root, _MAX_METADATA)
    data = refreshed(repository, metadata)
    return FetchedRoot(data, sha256(data).hexdigest(), Root.load(data).age)
