"""The list of readers: what a format needs besides its own file."""

from __future__ import annotations

from dataclasses import fields

import pytest

from gatekeeper.analyze.analyzers import ANALYZERS
from gatekeeper.collect.base import HEAD_BYTES, Reader
from gatekeeper.collect.readers import READERS
from gatekeeper.model.evidence import Evidence
from gatekeeper.workspace.directory import DirectoryTree
from tests.end_to_end.command import FIXTURES

EVIDENCE = {field.name for field in fields(Evidence)}
NEEDED = {kind for analyzer in ANALYZERS for kind in analyzer.needs}


def test_names_are_unique() -> None:
    assert len({reader.name for reader in READERS}) == len(READERS)


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.name)
def test_its_facts_are_evidence_or_raw_facts_that_an_analyzer_needs(reader: Reader) -> None:
    assert reader.kind in (NEEDED if reader.kind.startswith("_") else EVIDENCE)


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.name)
def test_its_fixture_is_claimed_and_read_by_it(reader: Reader) -> None:
    tree = DirectoryTree(FIXTURES / "formats" / reader.name)
    assert tree.entries
    for entry in tree.entries:
        data = tree.read(entry.path)
        first = next(one for one in READERS if one.claim(entry.path, data[:HEAD_BYTES]))
        assert first is reader
        assert reader.read(entry.path, data)
