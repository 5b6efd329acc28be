"""The analyzer over a tree on disk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from gatekeeper.analyze.base import Analysis, Context
from gatekeeper.analyze.secrets import SecretsAnalyzer, analyzer
from gatekeeper.model.code import Secret
from gatekeeper.model.place import Place, Span
from gatekeeper.workers import Limits, Pool
from gatekeeper.workspace.directory import DirectoryTree
from tests.analyze.secrets.samples import AWS


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    with Pool(2) as pool:
        yield pool


def analyze(folder: Path, pool: Pool) -> Analysis:
    return SecretsAnalyzer().analyze(Context(DirectoryTree(folder), {}, pool, Path()))


def test_secrets_come_in_the_order_of_paths_and_places(tmp_path: Path, pool: Pool) -> None:
    (tmp_path / "b.py").write_text(f'first = "{AWS}"\n')
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / ".env").write_text("X_PASSWORD=tr0ub4dor\n")
    (tmp_path / "clean.md").write_text("nothing\n")
    assert analyze(tmp_path, pool) == Analysis(
        [
            Secret(Place("a/.env", span=Span(1, 12, 1, 21)), "Secret Keyword", "X_PASSWORD", 0),
            Secret(Place("b.py", span=Span(1, 10, 1, 30)), "AWS Access Key", "first", 0),
        ]
    )


def test_a_file_above_the_limit_is_a_gap_unless_it_is_binary(
    tmp_path: Path, pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(analyzer, "MAX_FILE_BYTES", 1000)
    (tmp_path / "large.txt").write_text("x" * 1001)
    (tmp_path / "large.bin").write_bytes(b"\0" * 1001)
    analysis = analyze(tmp_path, pool)
    assert [(gap.analyzer, gap.path) for gap in analysis.gaps] == [("secrets", "large.txt")]
    assert "larger than" in analysis.gaps[0].reason


def test_a_file_that_a_worker_cannot_get_through_is_a_gap(
    tmp_path: Path, pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(analyzer, "Limits", lambda: Limits(seconds=0.0001))
    (tmp_path / "slow.yaml").write_text("secret=" * 100_000)
    analysis = analyze(tmp_path, pool)
    assert (analysis.value, [gap.path for gap in analysis.gaps]) == ([], ["slow.yaml"])
