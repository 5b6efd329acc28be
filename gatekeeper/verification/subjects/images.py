"""``oci://HOST/NAME:TAG`` or ``@DIGEST``: a manifest or index in a registry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gatekeeper.registry.reference import Reference
from gatekeeper.verification.core.messages import InMemory
from gatekeeper.verification.subjects.base import Subject
from gatekeeper.verification.subjects.reading import digest_pieces

if TYPE_CHECKING:
    from gatekeeper.registry.client import Client


def resolve(location: str, client: Client) -> Subject:
    """The manifest or index, with sha256, sha384 and sha512 of its bytes; its name is ``HOST/NAME``.

    Raises:
        UsageError: it is no reference, or has neither tag nor digest.
        Undecidable, VerificationFailure: see ``Client.pull``.
    """
    reference = Reference.parse(location)
    pulled = client.pull(reference)
    digests = digest_pieces(iter((pulled.data,)))
    return Subject(f"oci://{location}", str(reference.repository), digests, InMemory(pulled.data))
