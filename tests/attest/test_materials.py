from __future__ import annotations

from pathlib import Path

import pytest

from gatekeeper.attest.materials import read_materials
from gatekeeper.errors import UsageError

GOOD = """version = 1

[[material]]
name = "base-model"
kind = "model"
uri = "https://models.example/base"
digest = { sha256 = "AB32" }

[[material]]
name = "prompts"
kind = "prompt"
digest = { gitCommit = "CD20" }
""".replace("AB32", "ab" * 32).replace("CD20", "cd" * 20)


def written(folder: Path, text: str | bytes) -> Path:
    file = folder / "materials.toml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def test_materials_become_descriptors(tmp_path: Path) -> None:
    model, prompts = read_materials(written(tmp_path, GOOD))
    assert model.descriptor() == {
        "name": "base-model",
        "uri": "https://models.example/base",
        "digest": {"sha256": "ab" * 32},
        "annotations": {"kind": "model"},
    }
    assert "uri" not in prompts.descriptor()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (GOOD.replace("version = 1", "version = 2"), "version = 1"),
        (GOOD.replace("kind", "sort"), "unknown field 'sort'"),
        (GOOD.replace('kind = "model"\n', ""), "'kind' is missing"),
        (GOOD.replace('"base-model"', '""'), "name and kind say something"),
        (GOOD.replace("sha256", "md5"), "'md5' is none of"),
        (GOOD.replace("ab" * 32, "AB" * 32), "is no sha256"),
        (GOOD.replace("ab" * 32, "ab" * 20), "is no sha256"),
        (GOOD.replace("sha256 = ", "sha256 = 5 #"), ""),
        (GOOD.replace('{ gitCommit = "' + "cd" * 20 + '" }', "{}"), "may be anything"),
        ("version = 2026-01-01", ""),
        (b"\xff", ""),
        ("a = " + "[" * 10_000, ""),
        (b"#" * ((1 << 20) + 1), "is larger than"),
    ],
)
def test_what_is_malformed_is_refused(tmp_path: Path, text: str | bytes, message: str) -> None:
    with pytest.raises(UsageError, match=r"materials\.toml") as caught:
        read_materials(written(tmp_path, text))
    assert message in caught.value.message


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        read_materials(tmp_path / "missing")
