"""Images in a folder."""

from __future__ import annotations

import json
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from gatekeeper.errors import UnreadableInput, UsageError, VerificationFailure
from gatekeeper.formats import oci
from gatekeeper.formats.oci import Descriptor, Manifest
from gatekeeper.verification.subjects import layouts
from gatekeeper.verification.subjects.layouts import resolve

LAYER_TYPE = "application/vnd.oci.image.layer.v1.tar+gzip"


class Layout:
    """An image layout that is written piece by piece."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "blobs" / "sha256").mkdir(parents=True)
        (folder / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')

    def blob(self, data: bytes, media_type: str = LAYER_TYPE) -> Descriptor:
        self.path(descriptor := Descriptor.of(media_type, data)).write_bytes(data)
        return descriptor

    def path(self, descriptor: Descriptor) -> Path:
        return self.folder / "blobs" / descriptor.digest.replace(":", "/")

    def image(self, *layers: bytes) -> Descriptor:
        config = self.blob(b"{}", "application/vnd.oci.image.config.v1+json")
        return self.blob(Manifest(config, tuple(map(self.blob, layers))).encode(), oci.MANIFEST)

    def index(self, *entries: Descriptor) -> Descriptor:
        return self.blob(oci.extend_index(None, entries), oci.INDEX)

    def top(self, *entries: Descriptor) -> str:
        document = {"schemaVersion": 2, "manifests": [entry.to_json() for entry in entries]}
        (self.folder / "index.json").write_text(json.dumps(document))
        return str(self.folder)


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    return Layout(tmp_path / "layout")


def tagged(descriptor: Descriptor, tag: str) -> Descriptor:
    return replace(descriptor, annotations={oci.REF_NAME: tag})


def test_the_one_image_of_a_layout(layout: Layout) -> None:
    image = layout.image(b"one", b"two")
    subject = resolve(layout.top(image))

    assert f"sha256:{subject.digests['sha256']}" == image.digest
    assert (subject.uri, subject.name) == (f"oci-layout:{layout.folder}", "layout")
    assert subject.message is not None
    assert subject.message.content() == layout.path(image).read_bytes()


@pytest.mark.parametrize("annotation", ["dev-x", "x\0\n\x1b[2J"])
def test_the_name_is_what_the_user_typed_and_never_what_the_layout_says(layout: Layout, annotation: str) -> None:
    folder = layout.top(tagged(image := layout.image(b"one"), annotation))

    assert resolve(folder).name == "layout"
    assert resolve(f"{folder}/").name == "layout"
    assert resolve(f"{folder}@{image.digest}").name == "layout"
    if annotation.isprintable():
        assert resolve(f"{folder}:{annotation}").name == annotation
    layout.folder.with_name("other").symlink_to(layout.folder)
    assert resolve(str(layout.folder.with_name("other"))).name == "other"


def test_one_of_several_is_chosen_by_tag_or_digest(layout: Layout) -> None:
    one, two = tagged(layout.image(b"one"), "v1"), tagged(layout.image(b"two"), "v2")
    folder = layout.top(one, two)

    assert f"sha256:{resolve(f'{folder}:v2').digests['sha256']}" == two.digest
    assert f"sha256:{resolve(f'{folder}@{one.digest}').digests['sha256']}" == one.digest
    for unclear in (folder, f"{folder}:v3", f"{folder}@sha256:{'00' * 32}"):
        with pytest.raises(UsageError, match=r"manifests .*, not one"):
            resolve(unclear)


def test_a_tag_that_two_images_have_is_none(layout: Layout) -> None:
    folder = layout.top(tagged(layout.image(b"one"), "v1"), tagged(layout.image(b"two"), "v1"))

    with pytest.raises(UsageError, match="2 manifests with the tag v1"):
        resolve(f"{folder}:v1")


def test_images_for_several_platforms_are_one_subject(layout: Layout) -> None:
    index = layout.index(layout.image(b"arm", b"shared"), layout.image(b"amd", b"shared"))

    assert f"sha256:{resolve(layout.top(index)).digests['sha256']}" == index.digest


@pytest.mark.parametrize("part", ["layer", "config", "manifest", "nested manifest"])
@pytest.mark.parametrize("change", [b"othe", b"longer than it was"])
def test_a_part_that_was_changed(layout: Layout, part: str, change: bytes) -> None:
    image = layout.image(b"one!")
    folder = layout.top(layout.index(image) if part == "nested manifest" else image)
    parts = {"layer": Descriptor.of("", b"one!"), "config": Descriptor.of("", b"{}")}
    path = layout.path(parts.get(part, image))
    path.write_bytes(change if len(change) > 4 or part == "layer" else path.read_bytes()[:-1] + b" ")

    with pytest.raises(VerificationFailure, match="is not what its descriptor says"):
        resolve(folder)


def test_a_part_that_is_missing(layout: Layout) -> None:
    folder = layout.top(layout.image(b"one"))
    layout.path(Descriptor.of("", b"one")).unlink()

    with pytest.raises(UnreadableInput, match="is missing"):
        resolve(folder)


def test_a_part_that_is_a_link_elsewhere(layout: Layout, tmp_path: Path) -> None:
    folder = layout.top(layout.image(b"one"))
    path = layout.path(Descriptor.of("", b"one"))
    path.rename(tmp_path / "one")
    path.symlink_to(tmp_path / "one")

    with pytest.raises(UnreadableInput):
        resolve(folder)


def test_indexes_that_nest_without_end(layout: Layout) -> None:
    inner = layout.image(b"one")
    for _ in range(100):
        inner = layout.index(inner)

    with pytest.raises(UnreadableInput, match="nest deeper than 8"):
        resolve(layout.top(inner))


def test_indexes_that_double_at_each_step_are_read_once(layout: Layout) -> None:
    inner = layout.image(b"one")
    for _ in range(7):
        document = {"schemaVersion": 2, "manifests": [inner.to_json()] * 1000}
        inner = layout.blob(json.dumps(document).encode(), oci.INDEX)

    assert f"sha256:{resolve(layout.top(inner)).digests['sha256']}" == inner.digest


def test_an_index_that_names_itself_does_not_have_its_digest(layout: Layout) -> None:
    name = "ab" * 32
    itself = Descriptor(oci.INDEX, f"sha256:{name}", 0)
    size = len(oci.extend_index(None, (itself,))) + 2
    itself = replace(itself, size=size)
    data = oci.extend_index(None, (itself,))
    assert len(data) == size
    layout.path(itself).write_bytes(data)

    with pytest.raises(VerificationFailure) as caught:
        resolve(layout.top(itself))
    assert caught.value.found == f"sha256:{sha256(data).hexdigest()}"


def test_more_blobs_than_are_looked_at(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layouts, "MAX_BLOBS", 3)

    with pytest.raises(UnreadableInput, match="more than 3 blobs"):
        resolve(layout.top(layout.image(b"1", b"2", b"3")))


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("oci-layout", b""),
        ("oci-layout", b'{"imageLayoutVersion": "2.0.0"}'),
        ("oci-layout", b"[]"),
        ("index.json", b"{"),
        ("index.json", b'{"schemaVersion": 2, "layers": [], "manifests": []}'),
        ("index.json", b" " * (oci.MAX_BYTES + 1)),
    ],
)
def test_what_is_no_layout(layout: Layout, file: str, content: bytes) -> None:
    folder = layout.top(layout.image(b"one"))
    (layout.folder / file).write_bytes(content)

    with pytest.raises(UnreadableInput) as caught:
        resolve(folder)
    assert caught.value.path.endswith(file)


def test_what_is_no_manifest(layout: Layout) -> None:
    for entry in (layout.blob(b"{}", oci.MANIFEST), layout.blob(b"x", "text/plain")):
        with pytest.raises(UnreadableInput, match="no manifest"):
            resolve(layout.top(entry))


def test_a_manifest_that_says_it_is_huge(layout: Layout) -> None:
    with pytest.raises(UnreadableInput, match="more than"):
        resolve(layout.top(Descriptor(oci.MANIFEST, "sha256:" + "ab" * 32, 10_000_000_000)))


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such folder"):
        resolve(str(tmp_path / "layout:v1"))
