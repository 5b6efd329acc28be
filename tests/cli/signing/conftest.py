"""A project that passes, an artifact, and the services that take part in signing."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gatekeeper.crypto.public_keys import PublicKey
from gatekeeper.formats.sigstore.bundle import Bundle
from gatekeeper.formats.statement import Statement
from gatekeeper.verification.core.bundles import verify_bundle
from gatekeeper.verification.core.results import Signed
from gatekeeper.verification.core.trust import Root, Trust
from tests.services.fixtures import hsm, sigstore_stack
from tests.services.registries import running_registry
from tests.services.sigstore import SigstoreStack
from tests.workspace.repositories import head, new_repository

__all__ = ["hsm", "sigstore_stack"]

KINDS = ("decision", "provenance", "sbom", "vsa")
Config = Callable[..., Path]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A repository that passes: one Dockerfile."""
    dockerfile = 'FROM scratch\nCOPY app /app\nUSER 1000\nENTRYPOINT ["/app"]\n'
    return new_repository(tmp_path / "project", {"Dockerfile": dockerfile})


@pytest.fixture
def artifact(tmp_path: Path) -> Path:
    file = tmp_path / "dist" / "app.tar.gz"
    file.parent.mkdir()
    file.write_bytes(b"an artifact")
    return file


@pytest.fixture
def token(sigstore_stack: SigstoreStack, project: Path, tmp_path: Path) -> Path:
    """A file with the token of a job in GitHub that has checked the project out."""
    file = tmp_path / "token"
    file.write_text(sigstore_stack.github_token(ref="refs/tags/v1", commit=head(project)))
    return file


@pytest.fixture
def config(sigstore_stack: SigstoreStack, tmp_path: Path) -> Config:
    """Trust configurations of the stack in which other addresses stand: caUrls, rekorTlogUrls, tsaUrls."""

    def write(**urls: str) -> Path:
        value = json.loads(sigstore_stack.trust_config.read_bytes())
        for name, url in urls.items():
            value["signingConfig"][name][0]["url"] = url
        file = tmp_path / "trust_config.json"
        file.write_text(json.dumps(value))
        return file

    return write


@pytest.fixture(scope="session", params=["referrers API", "fallback tag"])
def registry(request: pytest.FixtureRequest) -> Iterator[str]:
    """The host and port of a real registry, of each kind."""
    with running_registry(referrers=request.param == "referrers API") as host:
        yield host


def bundles_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("*.sigstore.json"))


def names(artifact: Path, kinds: tuple[str, ...] = KINDS) -> list[str]:
    return [f"{artifact.name}.{kind}.sigstore.json" for kind in kinds]


def statement_of(path: Path) -> Statement:
    return Statement.decode(Bundle.decode(path.read_bytes()).envelope.payload)


def verified(path: Path, stack: SigstoreStack, key: PublicKey | None = None) -> Signed:
    root = Root.load(stack.trusted_root.read_bytes())
    return verify_bundle(Bundle.decode(path.read_bytes()), Trust(root, key))
