"""Attestations inside an image layout, and what only pretends to be one."""

from __future__ import annotations

import json
import os
import time
from dataclasses import replace
from pathlib import Path

import pytest

from gatekeeper.errors import UnreadableInput, UsageError, VerificationFailure
from gatekeeper.formats import oci
from gatekeeper.formats.attestations import cosign_manifest
from gatekeeper.formats.attestations.cosign_manifest import fallback_tag
from gatekeeper.formats.oci import Descriptor, Manifest
from gatekeeper.verification.referrers import find_in_layout
from gatekeeper.verification.subjects import layout_referrers
from gatekeeper.verification.subjects.layout_referrers import find
from gatekeeper.verification.subjects.layouts import resolve
from tests.verification.subjects.test_layouts import Layout, layout, tagged

__all__ = ["layout"]

BUNDLE = "application/vnd.dev.sigstore.bundle.v0.3+json"
SIMPLE_SIGNING = "application/vnd.dev.cosign.simplesigning.v1+json"
OTHER = Descriptor(oci.MANIFEST, "sha256:" + "cd" * 32, 1)
OTHER_INDEX = replace(OTHER, media_type=oci.INDEX)


@pytest.fixture
def image(layout: Layout) -> Descriptor:
    return layout.image(b"one")


def referrer(layout: Layout, subject: Descriptor | None, data: bytes = b"a bundle", kind: str = BUNDLE) -> Descriptor:
    manifest = Manifest(layout.blob(b"{}", oci.EMPTY), (layout.blob(data, kind),), subject=subject)
    return layout.blob(manifest.encode(), oci.MANIFEST)


def found(layout: Layout, image: Descriptor) -> list[bytes]:
    return [one.data for one in find(str(layout.folder), {image.digest})]


def test_what_names_the_image_is_attached_wherever_it_is_listed(layout: Layout, image: Descriptor) -> None:
    listed = referrer(layout, image, b"in index.json")
    by_tag = tagged(layout.index(referrer(layout, image, b"under the fallback tag")), fallback_tag(image.digest))
    referrer(layout, image, b"among the blobs")
    referrer(layout, OTHER, b"about something else")
    referrer(layout, image, b"an sbom", "application/spdx+json")
    folder = layout.top(image, listed, by_tag)

    assert sorted(found(layout, image)) == [b"among the blobs", b"in index.json", b"under the fallback tag"]
    assert f"sha256:{resolve(folder).digests['sha256']}" == image.digest


def test_each_is_found_once_by_the_name_of_its_manifest(layout: Layout, image: Descriptor) -> None:
    one = referrer(layout, image)
    layout.top(image, one, one, tagged(layout.index(one, one), fallback_tag(image.digest)))

    (attached,) = find(str(layout.folder), {image.digest, "sha384:" + "00" * 48})
    assert attached.name == f"layout@{one.digest}"


def test_signatures_of_the_elder_cosign(layout: Layout, image: Descriptor) -> None:
    signature = referrer(layout, None, b"signature", SIMPLE_SIGNING)
    others = referrer(layout, None, b"about another", SIMPLE_SIGNING)
    saved = replace(
        referrer(layout, None, b"{}", SIMPLE_SIGNING), annotations={"kind": "dev.cosignproject.cosign/sigs"}
    )
    of_tag = tagged(signature, f"{fallback_tag(image.digest)}.sig")
    folder = layout.top(image, of_tag, saved, tagged(others, f"{fallback_tag(OTHER.digest)}.sig"))

    assert sorted(found(layout, image)) == [b"signature", b"{}"]
    assert f"sha256:{resolve(folder).digests['sha256']}" == image.digest


@pytest.mark.parametrize("annotations", [{"kind": "dev.cosignproject.cosign/sigs"}, {}])
@pytest.mark.parametrize("tag", ["", "latest", f"{fallback_tag(OTHER.digest)}.sig"])
def test_another_image_is_passed_over_by_nothing_that_nobody_signed(
    layout: Layout, image: Descriptor, annotations: dict[str, str], tag: str
) -> None:
    other = referrer(layout, OTHER, b"evil", "application/vnd.oci.image.layer.v1.tar")
    other = replace(other, annotations={**annotations, **({oci.REF_NAME: tag} if tag else {})})
    with pytest.raises(UsageError, match="2 manifests"):
        resolve(layout.top(image, other))


def test_what_has_a_tag_of_its_own_is_something_of_its_own(layout: Layout, image: Descriptor) -> None:
    with pytest.raises(UsageError, match="2 manifests"):
        resolve(layout.top(image, tagged(referrer(layout, image), "latest")))


def test_what_is_attached_can_be_chosen_by_its_digest(layout: Layout, image: Descriptor) -> None:
    one, two = referrer(layout, image, b"1"), referrer(layout, image, b"2")
    folder = layout.top(one, two)

    assert f"sha256:{resolve(f'{folder}@{one.digest}').digests['sha256']}" == one.digest
    with pytest.raises(UsageError, match="2 manifests"):
        resolve(folder)


def test_one_that_is_no_attestation_is_told_and_hides_no_other(layout: Layout, image: Descriptor) -> None:
    referrer(layout, image, b"{}")
    source = find_in_layout(resolve(layout.top(image)))
    assert (source.attestations, [one.failure.step for one in source.unread]) == ((), ["format"])


def test_an_index_that_names_itself_is_not_entered(layout: Layout, image: Descriptor) -> None:
    one = referrer(layout, image)
    listing = layout.index(one, Descriptor(oci.INDEX, image.digest, 1), OTHER_INDEX)
    layout.top(image, tagged(listing, fallback_tag(image.digest)))
    assert found(layout, image) == [b"a bundle"]


def test_what_is_listed_but_not_there_is_an_error(layout: Layout, image: Descriptor) -> None:
    one = referrer(layout, image)
    layout.path(one).unlink()
    layout.top(image, tagged(layout.index(one), fallback_tag(image.digest)))
    with pytest.raises(UnreadableInput, match="is missing"):
        found(layout, image)


def test_a_manifest_where_the_list_should_be(layout: Layout, image: Descriptor) -> None:
    layout.top(image, tagged(referrer(layout, image), fallback_tag(image.digest)))
    with pytest.raises(UnreadableInput, match="under the tag of the index"):
        found(layout, image)


def test_a_list_that_lies(layout: Layout, image: Descriptor) -> None:
    foreign = referrer(layout, OTHER)
    layout.top(image, tagged(layout.index(foreign), fallback_tag(image.digest)))
    with pytest.raises(VerificationFailure, match="another artifact") as caught:
        found(layout, image)
    assert (caught.value.expected, caught.value.found) == (image.digest, OTHER.digest)


@pytest.mark.parametrize("part", ["manifest", "bundle"])
def test_blobs_that_are_not_what_they_are_called(layout: Layout, image: Descriptor, part: str) -> None:
    one = referrer(layout, image)
    changed = layout.path(one if part == "manifest" else Descriptor.of(BUNDLE, b"a bundle"))
    changed.write_bytes(changed.read_bytes().replace(b"a bundle", b"A bundle").replace(b'"size":1', b'"size":2'))
    if part == "manifest":
        changed.write_bytes(changed.read_bytes() + b" ")
    layout.top(image)
    with pytest.raises(VerificationFailure, match="is not what its descriptor says"):
        found(layout, image)


def test_what_else_lies_among_the_blobs(layout: Layout, image: Descriptor) -> None:
    """Nothing but regular files with the name of a digest is opened, and what is no manifest is none."""
    blobs = layout.folder / "blobs"
    os.mkfifo(blobs / "sha256" / ("ab" * 32))
    (blobs / "sha256" / ("cd" * 32)).mkdir()
    (blobs / "sha256" / ("ef" * 32)).symlink_to("/dev/zero")
    (blobs / "sha256" / "readme").write_text("{}")
    (blobs / "sha512").mkdir()
    (blobs / "sha512" / ("ab" * 64)).write_bytes(b"{" + image.digest.encode())
    layout.blob(b'{"a":' * 100_000 + image.digest.encode())
    layout.blob(json.dumps({"subject": {"digest": image.digest}}).encode())
    layout.blob(b"\0" * 5_000_000)
    layout.top(image)
    assert found(layout, image) == []


def test_a_bundle_that_says_it_is_huge(layout: Layout, image: Descriptor) -> None:
    huge = Descriptor(BUNDLE, "sha256:" + "ab" * 32, 65 << 20)
    manifest = Manifest(layout.blob(b"{}", oci.EMPTY), (huge,), subject=image)
    layout.top(image, layout.blob(manifest.encode(), oci.MANIFEST))
    with pytest.raises(UnreadableInput, match="more than 67108864 bytes"):
        found(layout, image)


@pytest.mark.parametrize(
    ("module", "limit", "message"),
    [
        (layout_referrers, "MAX_BLOBS", "more than 1 blobs"),
        (layout_referrers, "MAX_REFERRERS", "more than 1 manifests"),
        (layout_referrers, "MAX_MANIFEST_BYTES", "documents of more than 1 bytes"),
        (cosign_manifest, "MAX_TOTAL_BYTES", "attestations of more than 1 bytes"),
    ],
)
def test_more_than_is_looked_at(
    layout: Layout, image: Descriptor, monkeypatch: pytest.MonkeyPatch, module: object, limit: str, message: str
) -> None:
    referrer(layout, image, b"1")
    referrer(layout, image, b"2")
    layout.top(image)
    monkeypatch.setattr(module, limit, 1)
    with pytest.raises(UnreadableInput, match=message):
        found(layout, image)


def test_an_index_that_lists_one_manifest_10_000_times_is_read_in_time(layout: Layout, image: Descriptor) -> None:
    large = Manifest(layout.blob(b"{}", oci.EMPTY), (), annotations={"a": "x" * 1_000_000}, subject=image)
    one = layout.blob(large.encode(), oci.MANIFEST)
    document = {"schemaVersion": 2, "manifests": [image.to_json(), *[one.to_json()] * 9_999]}
    (layout.folder / "index.json").write_text(json.dumps(document))
    began = time.process_time()
    with pytest.raises(UnreadableInput, match="documents of more than"):
        resolve(str(layout.folder))
    assert time.process_time() - began < 20


def test_a_folder_without_blobs(tmp_path: Path) -> None:
    (tmp_path / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')
    (tmp_path / "index.json").write_bytes(oci.extend_index(None, ()))
    assert find(str(tmp_path), {OTHER.digest}) == []
