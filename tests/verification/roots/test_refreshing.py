"""A trusted root by TUF, from a real repository."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path

import pytest
from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import Metadata
from tuf.api.metadata import Root as TufRoot

from gatekeeper.errors import Undecidable, UsageError, VerificationFailure
from gatekeeper.verification import roots
from gatekeeper.verification.roots.refreshing import public_repository_root, refreshed
from tests.verification.roots.repository import Repository, dripping, served


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path / "tuf", roots.public_root())


@pytest.fixture
def url(repository: Repository) -> Iterator[str]:
    with served(repository.folder) as address:
        yield address


def test_the_target_is_fetched(repository: Repository, url: str) -> None:
    assert refreshed(url, repository.root) == roots.public_root()


def test_new_keys_that_the_old_ones_vouch_for(repository: Repository, url: str) -> None:
    old = repository.keys["root"]
    repository.keys["root"] = CryptoSigner.generate_ed25519()
    repository.rotate(2, old)
    assert refreshed(url, repository.root) == roots.public_root()


def test_new_keys_that_nobody_vouches_for(repository: Repository, url: str) -> None:
    repository.keys["root"] = CryptoSigner.generate_ed25519()
    repository.rotate(2)
    with pytest.raises(VerificationFailure, match="is not believed: root was signed by 0/1 keys"):
        refreshed(url, repository.root)


def test_another_repository(repository: Repository, url: str, tmp_path: Path) -> None:
    other = Repository(tmp_path / "other", roots.public_root())
    with pytest.raises(VerificationFailure, match="is not believed"):
        refreshed(url, other.root)


def test_a_changed_target(repository: Repository, url: str) -> None:
    data = repository.target.read_bytes()
    repository.target.write_bytes(data.replace(b"rekor.sigstore.dev", b"rekor.sigstore.evi"))
    with pytest.raises(VerificationFailure, match="hash"):
        refreshed(url, repository.root)


def test_a_repository_that_is_frozen_in_the_past(repository: Repository, url: str) -> None:
    repository.write_timestamp(datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC))
    with pytest.raises(VerificationFailure, match="expired"):
        refreshed(url, repository.root)


def test_a_target_of_another_name(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "tuf", b"{}", target="other.json")
    with served(repository.folder) as url, pytest.raises(VerificationFailure, match="has no trusted_root"):
        refreshed(url, repository.root)


def test_a_target_that_is_no_trusted_root(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "tuf", b"{}")
    with served(repository.folder) as url, pytest.raises(VerificationFailure, match="cannot be read"):
        refreshed(url, repository.root)


def test_nobody_answers(repository: Repository) -> None:
    with served(repository.folder) as url:
        pass
    with pytest.raises(Undecidable, match="cannot be asked"):
        refreshed(url, repository.root)


def test_a_repository_that_answers_byte_by_byte(repository: Repository) -> None:
    with dripping() as url, pytest.raises(Undecidable, match="not answer in time"):
        refreshed(url, repository.root, seconds=1)


def test_a_password_in_the_address_is_not_repeated(repository: Repository, url: str, tmp_path: Path) -> None:
    other = Repository(tmp_path / "other", roots.public_root())
    with pytest.raises(VerificationFailure, match="is not believed") as caught:
        refreshed(url.replace("//", "//ann:hunter2@"), other.root)
    assert "hunter2" not in caught.value.message


def test_no_address() -> None:
    with pytest.raises(UsageError, match="no address"):
        refreshed("file:///etc", public_repository_root())


def test_the_shipped_root_metadata_hold() -> None:
    root = Metadata[TufRoot].from_bytes(public_repository_root())
    root.signed.verify_delegate("root", root.signed_bytes, root.signatures)
    assert root.signed.version >= 15
