"""The list of analyzers, and that nothing of the evidence is left to nobody."""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import fields

from gatekeeper import analyze
from gatekeeper.analyze.analyzers import ANALYZERS
from gatekeeper.collect.readers import READERS
from gatekeeper.model.evidence import Evidence

MADE_BY_ROADS = {"change", "provenance", "coverage", "version"}
EVIDENCE = {field.name for field in fields(Evidence)} - MADE_BY_ROADS
READ = {reader.kind for reader in READERS}


def test_each_kind_of_evidence_has_a_reader_or_an_analyzer() -> None:
    made = [analyzer.kind for analyzer in ANALYZERS]
    assert len(set(made)) == len(made)
    assert set(made) <= EVIDENCE
    assert set(made) | READ >= EVIDENCE


def test_what_an_analyzer_needs_is_there_before_it() -> None:
    there = set(READ)
    for analyzer in ANALYZERS:
        assert set(analyzer.needs) <= there, analyzer.kind
        there.add(analyzer.kind)


def test_every_analyzer_is_in_the_list() -> None:
    modules = [
        importlib.import_module(f"gatekeeper.analyze.{one.name}") for one in pkgutil.iter_modules(analyze.__path__)
    ]
    classes = {name for module in modules for name in vars(module) if name.endswith("Analyzer") and name != "Analyzer"}
    assert classes == {type(analyzer).__name__ for analyzer in ANALYZERS}
