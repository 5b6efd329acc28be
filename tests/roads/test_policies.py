"""Policies of others, from folders and archives."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from gatekeeper.attest.keys import new_key_pair
from gatekeeper.errors import EngineFailure, SettingsError, VerificationFailure
from gatekeeper.model.settings import PolicySettings
from gatekeeper.policy.distribution import archive
from gatekeeper.roads.policies import read_policies
from gatekeeper.roads.publishing import build, key_of, sign
from tests.policy.writing import rule, write

CLOCK = datetime.datetime(2026, 3, 1, 12, tzinfo=datetime.UTC)


def password() -> bytes:
    return b"secret"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path / "mine", {"acme/rule.rego": rule(package="acme.rule")})


@pytest.fixture
def packed(tmp_path: Path, folder: Path) -> Path:
    path = tmp_path / "mine.tar.gz"
    build([folder], path, 7, None)
    return path


def test_a_folder_and_an_archive_of_it_hold_the_same(folder: Path, packed: Path) -> None:
    read = read_policies([folder, packed], PolicySettings(), CLOCK)
    first, second = read.packs
    assert (first.name, second.name) == ("mine", "mine.tar.gz")
    assert [file.text for file in first.files] == [file.text for file in second.files]
    assert read.notes == ("mine.tar.gz was not verified: the settings name no keys",)


def test_where_keys_are_named_only_signed_archives_count(tmp_path: Path, folder: Path, packed: Path) -> None:
    key, public = new_key_pair(tmp_path / "team.key", "p256", password)
    settings = PolicySettings(keys=(key_of(public, "team"),), minimum_revision=7)
    with pytest.raises(VerificationFailure, match="carries no signature"):
        read_policies([folder], settings, CLOCK)
    with pytest.raises(VerificationFailure, match=r"mine.tar.gz.sigstore.json is missing"):
        read_policies([packed], settings, CLOCK)
    sign(packed, key, password, "team", CLOCK, None)
    assert read_policies([packed], settings, CLOCK).notes == ("mine.tar.gz: revision 7, signed with team",)


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"x.txt": b"x"}, "neither Rego nor data"),
        ({"x.rego": b"\xff"}, "UTF-8"),
        ({"a/data.json": b"1"}, "no policies"),
    ],
)
def test_archives_that_hold_something_else(tmp_path: Path, files: dict[str, bytes], message: str) -> None:
    path = tmp_path / "x.tar.gz"
    path.write_bytes(archive.write(files))
    with pytest.raises(EngineFailure, match=message):
        read_policies([path], PolicySettings(), CLOCK)


def test_nothing_there(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no such folder or archive"):
        read_policies([tmp_path / "nowhere"], PolicySettings(), CLOCK)


def test_a_least_revision_without_keys_is_no_protection(packed: Path) -> None:
    with pytest.raises(SettingsError, match=r"means nothing without policy\.keys"):
        read_policies([packed], PolicySettings(minimum_revision=7), CLOCK)
