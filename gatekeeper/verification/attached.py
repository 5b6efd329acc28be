"""What is attached to an image in its registry, in the ways of cosign 3 and of its elders, as attestations."""

from __future__ import annotations

from gatekeeper.formats.attestations import cosign_layer
from gatekeeper.formats.attestations.base import Attestation
from gatekeeper.formats.sigstore.bundle import Bundle, MessageSignature
from gatekeeper.registry.attached import ATTESTATIONS, SIGNATURES, find_bundles, find_legacy
from gatekeeper.registry.client import Client
from gatekeeper.registry.reference import Reference
from gatekeeper.verification.gathering import Source, Unread, as_attestations, unread
from gatekeeper.verification.subjects.base import Subject

SCHEME = "oci://"


def find_attached(client: Client, subject: Subject) -> Source:
    """All that is attached to the subject, whose URI is ``oci://REFERENCE``.

    Raises:
        Undecidable: the registry does not answer, or not with what it should.
        VerificationFailure: it answers with something else than what it was asked for.
    """
    reference = Reference.parse(subject.uri.removeprefix(SCHEME))
    repository, digest = reference.repository, reference.digest or f"sha256:{subject.digests['sha256']}"
    found: list[Attestation] = []
    bad: list[Unread] = []
    payloads: dict[str, bytes] = {}
    with client.operation():
        for one in find_bundles(client, repository, digest):
            attestations, others = as_attestations(one.name, one.data)
            found += attestations
            bad += others
        for kind in (SIGNATURES, ATTESTATIONS):
            for one in find_legacy(client, repository, digest, kind):
                try:
                    attestation = cosign_layer.read(one.name, one.data, one.annotations)
                except ValueError as error:
                    bad.append(unread(one.name, error))
                    continue
                found.append(attestation)
                if isinstance(attestation.content, Bundle) and isinstance(
                    attestation.content.content, MessageSignature
                ):
                    payloads[attestation.sha256] = one.data
    return Source(f"the registry {repository.host}", tuple(found), tuple(bad), payloads=payloads, shared=False)
