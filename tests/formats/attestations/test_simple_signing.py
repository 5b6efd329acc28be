from __future__ import annotations

import pytest

from gatekeeper.formats.attestations.simple_signing import SignedImage, read
from tests.formats.attestations.samples import encoded


def document(digest: object = "sha256:" + "ab" * 32, kind: object = "cosign container image signature") -> bytes:
    image = {"docker-manifest-digest": digest}
    critical = {"identity": {"docker-reference": "ghcr.io/acme/app"}, "image": image, "type": kind}
    return encoded({"critical": critical, "optional": None})


def test_the_image_that_was_signed() -> None:
    assert read(document()) == SignedImage("ab" * 32, "ghcr.io/acme/app")


@pytest.mark.parametrize(
    "data",
    [
        b"[]",
        b"{}",
        document(kind="something else"),
        document(kind=["cosign container image signature"]),
        document("ab" * 32),
        document("sha256:" + "AB" * 32),
        document("sha256:" + "ab" * 32 + "\n"),
        document("sha512:" + "ab" * 64),
    ],
)
def test_anything_else_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"critical"):
        read(data)
