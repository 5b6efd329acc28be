"""What is attached to a manifest: Sigstore bundles as cosign 3 attaches them, signatures as its elders did.

cosign 3 (and OCI's distribution specification): manifests that name the signed one as their ``subject``, listed by the
referrers API, or in an index under the tag ``sha256-HEX`` where a registry has no such API. Both are read, for a
repository may have been copied from one kind of registry to the other. Before: one manifest under ``sha256-HEX.sig`` or
``.att``, a layer a signature, whose annotations hold what a bundle holds today.
"""

from __future__ import annotations

from collections.abc import Iterator

from gatekeeper.errors import Undecidable, VerificationFailure
from gatekeeper.formats import oci
from gatekeeper.formats.attestations import cosign_manifest
from gatekeeper.formats.attestations.cosign_manifest import Attached, fallback_tag
from gatekeeper.formats.oci import Descriptor, Index, Manifest
from gatekeeper.registry.client import MAX_REFERRERS, Client, Pulled
from gatekeeper.registry.reference import Reference, Repository


def find_attached(client: Client, repository: Repository, digest: str) -> list[Attached]:
    """All attestations of the manifest with this digest: those that refer to it in the order of their digests, then
    what lies under the old tags.

    Raises:
        Undecidable: one of them, or the list, cannot be read; there are too many; the registry is too slow.
        VerificationFailure: the registry answers with something else than what it was asked for.
    """
    with client.operation():
        found: list[Attached] = []
        total = 0
        for name, layer in _layers(client, repository, digest):
            total += layer.size
            if total > cosign_manifest.MAX_TOTAL_BYTES:
                raise Undecidable(
                    f"{repository}: the attestations of one artifact have more than"
                    f" {cosign_manifest.MAX_TOTAL_BYTES} bytes"
                )
            found.append(Attached(name, layer, client.blob(repository, layer)))
        return found


def referrers(client: Client, repository: Repository, digest: str) -> list[Descriptor]:
    """What names the manifest as its subject, by the API and by the tag, in the order of the digests."""
    by_api = client.referrers(repository, digest) or []
    by_tag = tagged(client, repository, digest)
    entries = Index.decode(by_tag.data).manifests if by_tag else ()
    found = {one.digest: one for one in (*entries, *by_api)}
    if len(found) > MAX_REFERRERS:
        raise Undecidable(f"{repository}@{digest}: more than {MAX_REFERRERS} manifests refer to it")
    return [found[key] for key in sorted(found)]


def tagged(client: Client, repository: Repository, digest: str) -> Pulled | None:
    """The index under the tag that stands in for the API; None where there is none.

    Raises:
        Undecidable: what is there is no index.
    """
    reference = Reference(repository, fallback_tag(digest))
    pulled = client.find(reference)
    if pulled is not None and not isinstance(pulled.content, Index):
        raise Undecidable(f"{reference} is no index", hint="the tag is kept for what refers to the manifest: remove it")
    return pulled


def _layers(client: Client, repository: Repository, digest: str) -> Iterator[tuple[str, Descriptor]]:
    for listed in referrers(client, repository, digest):
        # Registries tell artifactType each in its own way: the manifests themselves say what they are.
        if listed.media_type == oci.MANIFEST:
            yield from _referring(client, repository, digest, listed.digest)
    for kind in cosign_manifest.LAYER_TYPES:
        pulled = client.find(Reference(repository, f"{fallback_tag(digest)}.{kind}"))
        if pulled is not None:
            name = f"{repository}@{pulled.descriptor.digest}"
            yield from cosign_manifest.layers(name, _manifest(pulled, name))


def _referring(client: Client, repository: Repository, subject: str, digest: str) -> list[tuple[str, Descriptor]]:
    name = f"{repository}@{digest}"
    manifest = _manifest(client.pull(Reference(repository, digest=digest)), name)
    found = cosign_manifest.layers(name, manifest)
    if found and (manifest.subject is None or manifest.subject.digest != subject):
        raise VerificationFailure(
            f"the registry lists {name} as a bundle of another artifact",
            expected=subject,
            found=manifest.subject.digest if manifest.subject else "no subject",
            hint="the registry, or who wrote its fallback tag, is wrong: tell whoever runs it",
            step="registry",
        )
    return found


def _manifest(pulled: Pulled, name: str) -> Manifest:
    if not isinstance(pulled.content, Manifest):
        raise Undecidable(f"{name} is an index, where a manifest is expected")
    return pulled.content
