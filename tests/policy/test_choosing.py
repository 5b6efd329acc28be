"""Which engine evaluates what: by settings, by what is installed, and by what the policies hold."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from gatekeeper.errors import EngineFailure, SettingsError
from gatekeeper.model.finding import Stage
from gatekeeper.model.settings import EngineChoice, OpaServerSettings, PolicySettings, Settings
from gatekeeper.policy.choosing import choose
from gatekeeper.policy.judging import judge
from gatekeeper.policy.loading import load
from gatekeeper.workers import Pool
from tests.policy.evidence_samples import PLAIN
from tests.policy.writing import BODY, rule, write

EMBEDDED = PolicySettings(engine=EngineChoice.EMBEDDED)
SERVER = OpaServerSettings(url="https://opa.example.com")


def fake(folder: Path, version: str) -> Path:
    """A program called opa that says its version, in a folder on PATH."""
    folder.mkdir()
    (folder / "opa").write_text(f"#!/bin/sh\necho 'Version: {version}'\n")
    (folder / "opa").chmod(0o755)
    return folder


@pytest.fixture(autouse=True)
def path(monkeypatch: pytest.MonkeyPatch) -> None:
    """No OPA, whatever this machine has."""
    monkeypatch.setenv("PATH", "/usr/bin:/bin")


def on_path(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}/usr/bin{os.pathsep}/bin")


def test_the_library_alone_needs_no_opa(pool: Pool) -> None:
    for settings in (PolicySettings(), EMBEDDED):
        choice = choose(pool, settings, foreign=False)
        assert (choice.engine.name, choice.others, choice.notes) == ("regorus", None, ())


def test_policies_of_others_run_in_the_opa_on_path(pool: Pool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    on_path(monkeypatch, fake(tmp_path / "bin", "1.20.3"))
    choice = choose(pool, PolicySettings(), foreign=True)
    assert choice.others is not None
    assert (choice.engine.name, choice.others.name, choice.others.version) == ("regorus", "opa", "1.20.3")
    assert choice.parser == tmp_path / "bin" / "opa"
    assert choose(pool, EMBEDDED, foreign=True).others is None


@pytest.mark.parametrize("version", ["0.70.0", "unknown"])
def test_an_old_opa_is_passed_over_and_named(
    pool: Pool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str
) -> None:
    on_path(monkeypatch, fake(tmp_path / "bin", version))
    choice = choose(pool, PolicySettings(), foreign=True)
    assert choice.others is None
    assert choice.notes[0].startswith("policies of others are left to the embedded engine: ")


def test_an_opa_of_the_inspected_tree_does_not_count(
    pool: Pool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_path(monkeypatch, fake(tmp_path / "bin", "1.20.3"))
    assert choose(pool, PolicySettings(), foreign=True, outside=tmp_path).others is None


def test_what_the_settings_name_must_be_there(pool: Pool, tmp_path: Path) -> None:
    for settings in (
        PolicySettings(opa=str(tmp_path / "opa")),
        PolicySettings(engine=EngineChoice.OPA),
        PolicySettings(builtin_errors=False),
    ):
        with pytest.raises(EngineFailure) as caught:
            choose(pool, settings, foreign=True)
        assert caught.value.hint


def test_everything_runs_in_opa(pool: Pool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    on_path(monkeypatch, fake(tmp_path / "bin", "1.20.3"))
    choice = choose(pool, PolicySettings(engine=EngineChoice.OPA), foreign=True)
    assert (choice.engine.name, choice.others) == ("opa", None)


def test_the_organisations_server(pool: Pool) -> None:
    choice = choose(pool, PolicySettings(server=SERVER), foreign=True)
    assert choice.engine.name == "regorus"
    assert type(choice.others).__name__ == "OrganisationEngine"
    with pytest.raises(EngineFailure, match="nothing says which of its policies judge"):
        choose(pool, PolicySettings(server=SERVER), foreign=False)


@pytest.mark.parametrize("contradiction", [{"builtin_errors": False}, {"server": SERVER}])
def test_settings_that_contradict_themselves(pool: Pool, contradiction: dict[str, object]) -> None:
    with pytest.raises(SettingsError, match=r"but policy\.engine is embedded"):
        choose(pool, PolicySettings(engine=EngineChoice.EMBEDDED, **contradiction), foreign=True)  # type: ignore[arg-type]  # of either type


@pytest.mark.services
def test_one_run_in_two_engines(pool: Pool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, opa: Path) -> None:
    """What the embedded engine lacks, cannot read or answers differently is judged by OPA, beside the library."""
    on_path(monkeypatch, opa.parent)
    files = {
        "own.rego": rule(BODY.replace('object.name == ""', "not startswith(object.name, object.kind)")),
        "v0.rego": 'package old\n\ndeny[msg] {\n\tmsg := sprintf("%d", [count(input.kubernetes)])\n}\n',
        "interpolated.rego": 'package new\n\nwarn contains $"{count(input.kubernetes)} objects" if true\n',
    }
    folder = write(tmp_path / "acme", files)
    choice = choose(pool, PolicySettings(), foreign=True)
    bundle = load(pool, [folder], opa=choice.parser)
    judgement = judge(bundle, choice.engine, PLAIN, Settings(), Stage.CHANGE, choice.others)
    assert judgement.failures == ()
    first, second = judgement.engines
    assert (first.name, second.name) == ("regorus", "opa")
    assert second.rules == ("ACME-001", "new.warn", "old.deny")
    assert set(judgement.rules) == {*first.rules, *second.rules}
    messages = {finding.rule: finding.message for finding in judgement.findings}
    count = len(PLAIN["kubernetes"])
    assert (messages["old.deny"], messages["new.warn"]) == (str(count), f"{count} objects")


@pytest.mark.services
def test_errors_of_builtins_in_policies_of_others(
    pool: Pool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, opa: Path
) -> None:
    on_path(monkeypatch, opa.parent)
    folder = write(
        tmp_path / "acme", {"a.rego": 'package a\n\ndeny contains "x" if to_number(input.helm[0].at.path) > 1\n'}
    )
    for strict, failures in ((True, 1), (False, 0)):
        policy = PolicySettings(builtin_errors=strict)
        choice = choose(pool, policy, foreign=True)
        bundle = load(pool, [folder], opa=choice.parser)
        judgement = judge(bundle, choice.engine, PLAIN, Settings(policy=policy), Stage.CHANGE, choice.others)
        assert len(judgement.failures) == failures
