"""Attaching Sigstore bundles to a manifest in a registry, laid out as cosign 3 lays them out."""

from __future__ import annotations

import datetime
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from gatekeeper.errors import Undecidable
from gatekeeper.formats import oci
from gatekeeper.formats.attestations.cosign_manifest import fallback_tag
from gatekeeper.formats.oci import Descriptor, Manifest
from gatekeeper.formats.times import in_utc
from gatekeeper.registry.attached import tagged
from gatekeeper.registry.client import Client
from gatekeeper.registry.reference import Reference, Repository

BUNDLE = "application/vnd.dev.sigstore.bundle.v0.3+json"
ENVELOPE = "dsse-envelope"
SIGNATURE = "message-signature"
_CONTENT = "dev.sigstore.bundle.content"
_PREDICATE_TYPE = "dev.sigstore.bundle.predicateType"
MAX_TRIES = 40
# Another writer that has read the index before we wrote it may still write its own over ours; by then it has.
_SETTLED_READS = 2
_PAUSE = 0.15  # seconds, at least


@dataclass(frozen=True, slots=True)
class NewBundle:
    """A bundle to attach: ``content`` is ``ENVELOPE`` (with its ``predicate_type``) or ``SIGNATURE``."""

    data: bytes
    content: str
    predicate_type: str = ""


def attach(
    client: Client,
    reference: Reference,
    bundles: Sequence[NewBundle],
    created: datetime.datetime,
    pause: Callable[[float], None] = time.sleep,
) -> list[Descriptor]:
    """Attach bundles to a manifest that is there; the descriptors of what was written.

    Returns when all of them are listed, whoever else writes at the same time; the tag of registries without the
    referrers API is read again and again until then.

    Raises:
        Undecidable: the manifest is not there, or the registry does not take them, is too slow or keeps losing them.
        VerificationFailure: the registry answers with something else than what it was asked for.
    """
    repository = reference.repository
    with client.operation():
        subject = client.pull(reference).descriptor
        client.push_blob(repository, oci.EMPTY_BYTES)
        written = tuple(_push(client, repository, subject, bundle, created) for bundle in bundles)
        listed = client.referrers(repository, subject.digest)
        if listed is None:
            _list_under_tag(client, repository, subject.digest, written, pause)
        elif missing := {one.digest for one in written} - {one.digest for one in listed}:
            raise Undecidable(
                f"{repository} took {len(written)} bundles, but does not list {', '.join(sorted(missing))}",
                hint="the registry's referrers API may lag behind: verify again later",
            )
    return list(written)


def _push(
    client: Client, repository: Repository, subject: Descriptor, bundle: NewBundle, created: datetime.datetime
) -> Descriptor:
    client.push_blob(repository, bundle.data)
    annotations = {
        _CONTENT: bundle.content,
        oci.CREATED: in_utc(created.replace(microsecond=0)),
    }
    if bundle.predicate_type:
        annotations[_PREDICATE_TYPE] = bundle.predicate_type
    manifest = Manifest(
        config=Descriptor.of(oci.EMPTY, oci.EMPTY_BYTES),
        layers=(Descriptor.of(BUNDLE, bundle.data),),
        artifact_type=BUNDLE,
        subject=Descriptor(subject.media_type, subject.digest, subject.size),
        annotations=annotations,
    ).encode()
    pushed = client.push_manifest(repository, manifest, oci.MANIFEST)
    return Descriptor(pushed.media_type, pushed.digest, pushed.size, BUNDLE, annotations)


def _list_under_tag(
    client: Client, repository: Repository, digest: str, written: tuple[Descriptor, ...], pause: Callable[[float], None]
) -> None:
    wanted = {one.digest for one in written}
    settled = 0
    for attempt in range(MAX_TRIES):
        began = time.monotonic()
        there = tagged(client, repository, digest)
        took = time.monotonic() - began
        if there is not None and wanted <= {one.digest for one in oci.Index.decode(there.data).manifests}:
            settled += 1
            if settled > _SETTLED_READS:
                return
        else:
            settled = 0
            try:
                index = oci.extend_index(there.data if there else None, written)
            except ValueError as error:
                raise Undecidable(f"{Reference(repository, fallback_tag(digest))}: {error}") from None
            client.push_manifest(repository, index, oci.INDEX, fallback_tag(digest))
        # Longer than others need between reading and writing, and not in step with them.
        pause((max(_PAUSE, 4 * took)) * random.uniform(1, 2 + min(attempt, 8) / 2))  # noqa: S311 - no secret
    raise Undecidable(
        f"{Reference(repository, fallback_tag(digest))} loses entries as fast as they are written",
        hint="others write to it all the time: try again later, or use a registry with the referrers API",
    )
