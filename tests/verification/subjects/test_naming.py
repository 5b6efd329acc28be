"""Where on disk a subject is."""

from __future__ import annotations

from pathlib import Path

import pytest

from gatekeeper.verification.subjects.naming import on_disk


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("dist/app", "dist/app"),
        ("file:dist/app", "dist/app"),
        ("tree:src", "src"),
        ("dir:dist/", "dist"),
        ("oci-layout:image:1.0", "image"),
        ("oci-layout:image@sha256:" + "ab" * 32, "image"),
        ("oci-layout:image", "image"),
        ("oci-layout:a:b", "a:b"),
        ("file:a\0b", "ab"),
    ],
)
def test_paths(text: str, place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a:b").mkdir()
    found = on_disk(text)
    assert found is not None
    assert tmp_path / found == tmp_path / place


def test_the_current_folder_has_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert on_disk("dir:.") == on_disk("tree:./") == tmp_path


def test_images_are_in_a_registry() -> None:
    assert on_disk("oci://registry.example/app@sha256:" + "ab" * 32) is None
