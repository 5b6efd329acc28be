"""What is attached to an image, in its registry or layout, by cosign 3 and by its elders, as attestations."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from gatekeeper.formats.attestations.base import Attestation
from gatekeeper.formats.attestations.cosign_manifest import Attached
from gatekeeper.verification.gathering import Source, Unread, unread
from gatekeeper.verification.subjects.base import Subject
from gatekeeper.verification.subjects.naming import IMAGE, LAYOUT

if TYPE_CHECKING:
    from gatekeeper.registry.client import Client


def find_attached(client: Client, subject: Subject) -> Source:
    """All that is attached to the subject, whose URI is ``oci://REFERENCE``.

    Raises:
        Undecidable: the registry does not answer, or not with what it should.
        VerificationFailure: it answers with something else than what it was asked for.
    """
    return _source("the registry", attached_in_registry(client, subject))


def find_in_layout(subject: Subject) -> Source:
    """All that is attached to the subject, whose URI is ``oci-layout:LOCATION``, in its layout.

    Raises:
        UnreadableInput: what is there cannot be read, or is too much.
        VerificationFailure: something does not have its digest, or is about something else than it is listed for.
    """
    return _source("the layout", attached_in_layout(subject))


def attached_in_registry(client: Client, subject: Subject) -> list[Attached]:
    """The same, as it was found."""
    # Those who verify layouts do not wait for a network client to be loaded.
    from gatekeeper.registry.attached import find_attached as find  # noqa: PLC0415
    from gatekeeper.registry.reference import Reference  # noqa: PLC0415

    reference = Reference.parse(subject.uri.removeprefix(IMAGE))
    return find(client, reference.repository, reference.digest or f"sha256:{subject.digests['sha256']}")


def attached_in_layout(subject: Subject) -> list[Attached]:
    """The same, as it was found."""
    from gatekeeper.verification.subjects.layout_referrers import find  # noqa: PLC0415 - as above
    from gatekeeper.verification.subjects.layouts import split  # noqa: PLC0415

    folder, _, _ = split(subject.uri.removeprefix(LAYOUT))
    return find(folder, {f"{name}:{value}" for name, value in subject.digests.items()})


def _source(place: str, attached: Iterable[Attached]) -> Source:
    found: list[Attestation] = []
    bad: list[Unread] = []
    for one in attached:
        try:
            found += one.read()
        except ValueError as error:
            bad.append(unread(one.name, error))
    return Source(place, tuple(found), tuple(bad), shared=False)
