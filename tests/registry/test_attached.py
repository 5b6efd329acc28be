"""What is found attached to a manifest, and what only pretends to be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from gatekeeper.errors import Undecidable, VerificationFailure
from gatekeeper.formats import oci
from gatekeeper.formats.attestations import cosign_manifest
from gatekeeper.formats.attestations.cosign_manifest import Attached, fallback_tag
from gatekeeper.formats.oci import Descriptor, Manifest
from gatekeeper.registry.attached import find_attached
from gatekeeper.registry.client import Client
from gatekeeper.registry.reference import Repository
from tests.registry.servers import Asked, Handler, Send, answer, manifest_answer, serving

DIGEST = "sha256:" + "ab" * 32
BUNDLE = b'{"mediaType": "a bundle"}'
BUNDLE_TYPE = "application/vnd.dev.sigstore.bundle.v0.3+json"
EMPTY = Descriptor.of(oci.EMPTY, b"{}")
GOOD = Manifest(EMPTY, (Descriptor.of(BUNDLE_TYPE, BUNDLE),), subject=Descriptor(oci.MANIFEST, DIGEST, 1))
OLDER = replace(GOOD, layers=(Descriptor.of("application/vnd.dev.sigstore.bundle+json;version=0.2", b"{}"),))
SBOM = replace(GOOD, layers=(Descriptor.of("application/spdx+json", b"sbom"),))
TWO = replace(GOOD, layers=(*GOOD.layers, *GOOD.layers))
FOREIGN = replace(GOOD, subject=Descriptor(oci.MANIFEST, "sha256:" + "cd" * 32, 1))


def listing(*manifests: Manifest) -> bytes:
    """An index as go-containerregistry's registry gives it: without annotations, with the config's type."""
    found = (Descriptor.of(oci.MANIFEST, one.encode()) for one in manifests)
    return oci.extend_index(None, tuple(replace(one, artifact_type=oci.EMPTY) for one in found))


def registry(
    by_api: bytes | None, by_tag: bytes | None, tags: Mapping[str, bytes] | None = None, *manifests: Manifest
) -> Handler:
    """A registry in a dictionary."""
    content = {f"manifests/{tag}": manifest_answer(data) for tag, data in (tags or {}).items()}
    if by_api is not None:
        content[f"referrers/{DIGEST}"] = manifest_answer(by_api, oci.INDEX)
    if by_tag is not None:
        content[f"manifests/{fallback_tag(DIGEST)}"] = manifest_answer(by_tag, oci.INDEX)
    for one in (GOOD, OLDER, SBOM, TWO, FOREIGN, *manifests):
        content[f"manifests/{oci.digest_of(one.encode())}"] = manifest_answer(one.encode())
    for data in (BUNDLE, b"{}", b"sbom", b"payload"):
        content[f"blobs/{oci.digest_of(data)}"] = answer(200, data)

    def handler(asked: Asked, send: Send) -> None:
        send(content.get(asked.path.removeprefix("/v2/acme/app/"), answer(404)))

    return handler


def found(client: Client, handler: Handler) -> list[bytes]:
    with serving(handler) as server:
        return sorted(one.data for one in find_attached(client, Repository(server.host, "acme/app"), DIGEST))


def test_the_api_and_the_tag_are_read_together(client: Client) -> None:
    assert found(client, registry(listing(GOOD), listing(GOOD, OLDER))) == [BUNDLE, b"{}"]
    assert found(client, registry(listing(GOOD), None)) == [BUNDLE]
    assert found(client, registry(None, listing(OLDER))) == [b"{}"]
    assert found(client, registry(None, None)) == []


def test_what_is_no_bundle_is_passed_over(client: Client) -> None:
    assert found(client, registry(listing(SBOM, TWO, GOOD), None)) == [BUNDLE]


def test_a_bundle_of_another_artifact_is_an_answer_that_does_not_match(client: Client) -> None:
    with pytest.raises(VerificationFailure, match="another artifact"):
        found(client, registry(listing(FOREIGN), None))


def test_what_is_listed_but_not_there_is_an_error(client: Client) -> None:
    missing = replace(GOOD, annotations={"a": "b"})

    with pytest.raises(Undecidable, match="is not there"):
        found(client, registry(listing(missing), None))


def test_a_manifest_where_the_list_should_be(client: Client) -> None:
    with pytest.raises(Undecidable, match="is no index"):
        found(client, registry(None, None, {fallback_tag(DIGEST): GOOD.encode()}))


def test_an_index_among_the_referrers_is_not_entered(client: Client) -> None:
    itself = oci.extend_index(None, (Descriptor(oci.INDEX, DIGEST, 1), Descriptor.of(oci.MANIFEST, GOOD.encode())))

    assert found(client, registry(itself, itself)) == [BUNDLE]


def test_all_bundles_together_are_bounded(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cosign_manifest, "MAX_TOTAL_BYTES", len(BUNDLE) + 1)

    with pytest.raises(Undecidable, match="the attestations of one artifact"):
        found(client, registry(listing(GOOD, OLDER), None))


SIGNED = {"dev.cosignproject.cosign/signature": "c2ln"}
SIMPLE = Descriptor.of("application/vnd.dev.cosign.simplesigning.v1+json", b"payload")
OLD = Manifest(EMPTY, (replace(SIMPLE, annotations=SIGNED), EMPTY))


def test_old_signatures_are_layers_with_annotations(client: Client) -> None:
    with serving(registry(None, None, {f"{fallback_tag(DIGEST)}.sig": OLD.encode()})) as server:
        repository = Repository(server.host, "acme/app")
        (one,) = find_attached(client, repository, DIGEST)
    assert one == Attached(f"{repository}@{oci.digest_of(OLD.encode())}#0", OLD.layers[0], b"payload")


def test_old_signatures_may_be_referrers_too(client: Client) -> None:
    """As cosign 2 wrote them with ``--registry-referrers-mode=oci-1-1``."""
    referring = replace(OLD, subject=GOOD.subject)
    assert found(client, registry(listing(referring), None, None, referring)) == [b"payload"]
    foreign = replace(OLD, subject=FOREIGN.subject)
    with pytest.raises(VerificationFailure, match="another artifact"):
        found(client, registry(listing(foreign), None, None, foreign))
