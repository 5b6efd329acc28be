"""Images in registries."""

from __future__ import annotations

import pytest

from gatekeeper.errors import Undecidable, UsageError
from gatekeeper.formats import oci
from gatekeeper.formats.oci import Descriptor, Manifest
from gatekeeper.registry.client import Client
from gatekeeper.registry.reference import Repository
from gatekeeper.verification.subjects.images import resolve
from tests.services.registries import running_registry

IMAGE = Manifest(Descriptor.of(oci.EMPTY, b"{}"), ()).encode()


@pytest.mark.services
def test_an_image_is_the_bytes_of_its_manifest() -> None:
    with running_registry(referrers=True) as host, Client() as client:
        client.push_blob(Repository(host, "acme/app"), b"{}")
        digest = client.push_manifest(Repository(host, "acme/app"), IMAGE, oci.MANIFEST, "v1").digest

        by_tag, by_digest = (resolve(f"{host}/acme/app{one}", client) for one in (":v1", f"@{digest}"))
        with pytest.raises(Undecidable, match="v2 is not there"):
            resolve(f"{host}/acme/app:v2", client)

    assert (by_tag.uri, by_tag.name) == (f"oci://{host}/acme/app:v1", f"{host}/acme/app")
    assert by_tag.digests == by_digest.digests
    assert f"sha256:{by_tag.digests['sha256']}" == digest
    assert by_tag.message is not None
    assert by_tag.message.content() == IMAGE


def test_an_image_without_tag_and_digest_is_not_clear() -> None:
    with Client() as client, pytest.raises(UsageError, match="no reference"):
        resolve("ghcr.io/acme/app", client)
