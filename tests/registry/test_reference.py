"""References to content in registries."""

from __future__ import annotations

import pytest

from gatekeeper.errors import UsageError
from gatekeeper.registry.reference import Reference, Repository, is_loopback

DIGEST = "sha256:" + "ab" * 32


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ghcr.io/acme/app:v1", Reference(Repository("ghcr.io", "acme/app"), "v1")),
        (f"ghcr.io/acme/app@{DIGEST}", Reference(Repository("ghcr.io", "acme/app"), "", DIGEST)),
        (f"localhost:5000/app:v1@{DIGEST}", Reference(Repository("localhost:5000", "app"), "v1", DIGEST)),
        ("[::1]:5000/a__b/c-d.e:x", Reference(Repository("[::1]:5000", "a__b/c-d.e"), "x")),
        ("GHCR.io/acme/app:v1", Reference(Repository("ghcr.io", "acme/app"), "v1")),
    ],
)
def test_hosts_names_tags_and_digests_are_told_apart(text: str, expected: Reference) -> None:
    assert Reference.parse(text) == expected


def test_names_of_docker_hub_are_completed() -> None:
    reference = Reference.parse("docker.io/alpine:3")

    assert reference.repository.name == "library/alpine"
    assert reference.repository.server == "registry-1.docker.io"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "alpine:3",
        "acme/app:v1",
        "ghcr.io/acme/app",
        "ghcr.io/:v1",
        "ghcr.io/Acme/app:v1",
        "ghcr.io/acme/../app:v1",
        "ghcr.io/acme//app:v1",
        "ghcr.io/acme/app:",
        "ghcr.io/acme/app:v1\n",
        "ghcr.io/acme/app@sha256:ab",
        f"ghcr.io/acme/app@{DIGEST.upper()}",
        f"ghcr.io/acme/app@{DIGEST}@{DIGEST}",
        f"ghcr.io/acme/app@{DIGEST}\n",
        "user:secret@ghcr.io/acme/app:v1",
        "ghcr.io?x=/acme/app:v1",
        "ghcr.io/acme/app?x:v1",
        "ghcr.io/" + "a" * 256 + ":v1",
        "ghcr.io/" + "a-" * 200_000 + ":v1",
    ],
)
def test_whatever_could_be_meant_otherwise_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        Reference.parse(text)


@pytest.mark.parametrize("host", ["localhost", "localhost:5000", "127.0.0.1:5000", "127.8.9.1", "[::1]:5000", "[::1]"])
def test_this_machine_has_several_names(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host", ["ghcr.io", "localhost.evil.example", "127.0.0.1.evil.example", "10.0.0.1:5000", "[::2]"]
)
def test_names_that_look_like_this_machine_are_not(host: str) -> None:
    assert not is_loopback(host)
