"""What the user may name."""

from __future__ import annotations

from pathlib import Path

import pytest

from gatekeeper.errors import UsageError
from gatekeeper.registry.client import Client
from gatekeeper.verification.subjects.resolving import resolve, resolve_all


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist" / "app").write_bytes(b"x")
    return tmp_path / "dist" / "app"


def test_a_bare_path_is_a_file(file: Path) -> None:
    assert resolve(str(file), None) == resolve(f"file:{file}", None)
    assert resolve(str(file), None).uri == f"file:{file}"


def test_a_bare_folder_can_be_meant_in_two_ways(file: Path) -> None:
    with pytest.raises(UsageError) as caught:
        resolve(str(file.parent), None)
    assert caught.value.exit_code == 2
    assert f"tree:{file.parent}" in caught.value.hint
    assert f"dir:{file.parent}" in caught.value.hint


def test_a_tree_is_one_subject_and_a_folder_many(file: Path) -> None:
    (file.parent / "other").write_bytes(b"y")

    assert resolve(f"tree:{file.parent}", None).digests.keys() == {"gitTree-256"}
    assert [one.name for one in resolve_all(f"dir:{file.parent}", None)] == ["app", "other"]
    assert [one.name for one in resolve_all(str(file), None)] == ["app"]
    with pytest.raises(UsageError, match="where one subject is expected"):
        resolve(f"dir:{file.parent}", None)


def test_offline_no_registry_is_asked() -> None:
    with pytest.raises(UsageError, match="not asked offline"):
        resolve("oci://ghcr.io/acme/app:v1", None)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "file:",
        "dir:",
        "tree:",
        "oci-layout:",
        "oci://",
        "docker://alpine:3",
        "https://example.com/app",
        "a\0b",
        "dir:\0",
    ],
)
def test_what_names_nothing(text: str) -> None:
    with Client() as client, pytest.raises(UsageError):
        list(resolve_all(text, client))


def test_names_of_files_do_not_write_on_the_terminal(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        resolve(str(tmp_path / "a\x1b[2J\nb"), None)
    assert caught.value.message.isprintable()
