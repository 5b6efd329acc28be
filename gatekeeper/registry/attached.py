"""What is attached to a manifest: Sigstore bundles as cosign 3 attaches them, signatures as its elders did.

cosign 3 (and OCI's distribution specification): manifests that name the signed one as their ``subject``, listed by the
referrers API, or in an index under the tag ``sha256-HEX`` where a registry has no such API. Both are read, for a
repository may have been copied from one kind of registry to the other. Before: one manifest under ``sha256-HEX.sig`` or
``.att``, a layer a signature, whose annotations hold what a bundle holds today.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from gatekeeper.errors import Undecidable, VerificationFailure
from gatekeeper.formats import oci
from gatekeeper.formats.oci import Descriptor, Index, Manifest
from gatekeeper.registry.client import MAX_REFERRERS, Client, Pulled
from gatekeeper.registry.reference import Reference, Repository

BUNDLE_PREFIX = "application/vnd.dev.sigstore.bundle"
SIGNATURES = "sig"
ATTESTATIONS = "att"
MAX_TOTAL_BYTES = 256 << 20
_LEGACY_TYPES = {
    SIGNATURES: "application/vnd.dev.cosign.simplesigning.v1+json",
    ATTESTATIONS: "application/vnd.dsse.envelope.v1+json",
}


@dataclass(frozen=True, slots=True)
class Attached:
    """Something attached: ``name`` says where, ``annotations`` are its descriptor's."""

    name: str
    data: bytes
    media_type: str
    annotations: Mapping[str, str]


def find_bundles(client: Client, repository: Repository, digest: str) -> list[Attached]:
    """The Sigstore bundles attached to the manifest with this digest, in the order of their own.

    Raises:
        Undecidable: one of them, or the list, cannot be read; there are too many; the registry is too slow.
        VerificationFailure: the registry answers with something else than what it was asked for.
    """
    with client.operation():
        listed = referrers(client, repository, digest)
        # Registries tell artifactType each in its own way: the manifests themselves say what they are.
        manifests = [one for one in listed if one.media_type == oci.MANIFEST]
        found = (_bundle_layer(client, repository, digest, one.digest) for one in manifests)
        return list(_fetched(client, repository, (one for one in found if one is not None)))


def find_legacy(client: Client, repository: Repository, digest: str, kind: str) -> list[Attached]:
    """What cosign 2 and before left under the tag of a ``kind``: ``SIGNATURES`` or ``ATTESTATIONS``.

    Raises:
        Undecidable, VerificationFailure: as ``find_bundles`` does.
    """
    with client.operation():
        pulled = client.find(Reference(repository, f"{fallback_tag(digest)}.{kind}"))
        if pulled is None:
            return []
        name = f"{repository}@{pulled.descriptor.digest}"
        layers = _manifest(pulled, name).layers
        wanted = ((f"{name}#{n}", layer) for n, layer in enumerate(layers) if layer.media_type == _LEGACY_TYPES[kind])
        return list(_fetched(client, repository, wanted))


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


def fallback_tag(digest: str) -> str:
    """``sha256-HEX``."""
    return digest.replace(":", "-", 1)[:128]


def _bundle_layer(client: Client, repository: Repository, subject: str, digest: str) -> tuple[str, Descriptor] | None:
    name = f"{repository}@{digest}"
    manifest = _manifest(client.pull(Reference(repository, digest=digest)), name)
    if len(manifest.layers) != 1 or not manifest.layers[0].media_type.startswith(BUNDLE_PREFIX):
        return None
    if manifest.subject is None or manifest.subject.digest != subject:
        raise VerificationFailure(
            f"the registry lists {name} as a bundle of another artifact",
            expected=subject,
            found=manifest.subject.digest if manifest.subject else "no subject",
            hint="the registry, or who wrote its fallback tag, is wrong: tell whoever runs it",
            step="registry",
        )
    return name, manifest.layers[0]


def _manifest(pulled: Pulled, name: str) -> Manifest:
    if not isinstance(pulled.content, Manifest):
        raise Undecidable(f"{name} is an index, where a manifest is expected")
    return pulled.content


def _fetched(client: Client, repository: Repository, layers: Iterable[tuple[str, Descriptor]]) -> Iterator[Attached]:
    total = 0
    for name, layer in layers:
        total += layer.size
        if total > MAX_TOTAL_BYTES:
            raise Undecidable(f"{repository}: the attestations of one artifact have more than {MAX_TOTAL_BYTES} bytes")
        yield Attached(name, client.blob(repository, layer), layer.media_type, layer.annotations)
