from __future__ import annotations

import os
from pathlib import Path

import pytest

from gatekeeper.errors import SettingsError
from gatekeeper.model.finding import Severity
from gatekeeper.model.settings import EngineChoice, Settings
from gatekeeper.settings.files import organisation_layer, repository_layer
from gatekeeper.settings.layers import FLAG, Layer, Layered, combine

ORGANISATION = """
[organisation]
lock = ["rules", "gate.fail_on"]
[residency]
allowed_regions = ["eu-*"]
"""
REPOSITORY = """
[gate]
fail_on = "critical"
[residency]
allowed_regions = ["us-east-1"]
[api]
public_paths = ["/health"]
[rules.GK-API-001]
off = true
reason = "we know better"
"""


def layered(tmp_path: Path, organisation: str = "", repository: str = "", **flags: object) -> Layered:
    layers = [Layer(FLAG, "the command line", {key.replace("__", "."): value for key, value in flags.items()})]
    if organisation:
        (tmp_path / "organisation.toml").write_text(organisation)
        layers.append(organisation_layer(tmp_path / "organisation.toml"))
    if repository:
        (tmp_path / "gatekeeper.toml").write_text(repository)
    if own := repository_layer(tmp_path):
        layers.append(own)
    return combine(layers)


def test_without_files_everything_is_as_by_default(tmp_path: Path) -> None:
    assert layered(tmp_path).settings == Settings()


def test_a_repository_may_set_what_nobody_locks(tmp_path: Path) -> None:
    result = layered(tmp_path, repository=REPOSITORY)
    assert result.settings.gate.fail_on is Severity.CRITICAL
    assert result.settings.rules["GK-API-001"].off
    assert {origin.key: origin.origin for origin in result.origins}["gate.fail_on"] == "repository"


def test_what_the_organisation_locks_or_sets_outweighs_the_repository(tmp_path: Path) -> None:
    result = layered(tmp_path, ORGANISATION, REPOSITORY)
    assert result.settings.gate.fail_on is Severity.MEDIUM
    assert result.settings.rules == {}
    assert result.settings.residency.allowed_regions == ("eu-*",)
    assert result.settings.api.public_paths == ("/health",)
    assert "gatekeeper.toml sets gate.fail_on, which the organisation locks: ignored" in result.notes
    assert "gatekeeper.toml sets residency.allowed_regions, but the organisation's value counts" in result.notes


def test_flags_outweigh_the_repository_and_not_the_organisation(tmp_path: Path) -> None:
    own = {"gate__fail_on": "low"}
    assert layered(tmp_path, repository='[gate]\nfail_on = "high"', **own).settings.gate.fail_on is Severity.LOW
    organisation = '[gate]\nfail_on = "critical"'
    assert layered(tmp_path, organisation, **own).settings.gate.fail_on is Severity.CRITICAL


def test_everything_can_be_locked(tmp_path: Path) -> None:
    result = layered(tmp_path, '[organisation]\nlock = ["*"]', REPOSITORY)
    assert result.settings == Settings()
    assert len(result.notes) == 5
    assert result.locked("waivers")


def test_exclusions_add_up(tmp_path: Path) -> None:
    exclusion = '[paths]\nexclude = [{glob = "a", reason = "b"}]'
    result = layered(tmp_path, repository=exclusion, paths__exclude=[{"glob": "c", "reason": "d"}])
    assert [one.glob for one in result.settings.paths.exclude] == ["c", "a"]


def test_settings_may_stand_in_pyproject(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.gatekeeper.api]\npublic_paths = ["/health"]')
    assert layered(tmp_path).settings.api.public_paths == ("/health",)
    (tmp_path / "gatekeeper.toml").write_text("")
    with pytest.raises(SettingsError, match="both"):
        layered(tmp_path)


def test_a_broken_pyproject_without_our_table_is_not_our_business(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[project\n")
    assert layered(tmp_path).settings == Settings()
    (tmp_path / "pyproject.toml").write_text("[project\n[tool.gatekeeper]\n")
    with pytest.raises(SettingsError, match="not valid TOML"):
        layered(tmp_path)


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ('[gate]\nfial_on = "low"', "unknown setting gate.fial_on", "did you mean gate.fail_on?"),
        ("[gaet]", "unknown setting gaet", "did you mean gate?"),
        ('[gate]\nfail_on = "hihg"', "gate.fail_on", "one of: error, critical"),
        ("[gate]\nfail_on = 3", "gate.fail_on", ""),
        ('[api]\npublic_paths = "/health"', "api.public_paths: an array is expected", ""),
        ("api = 3", "api must be a table", ""),
        ("[rules.GK-API-001]\noff = true", "switches the rule off without a reason", "add reason"),
        ('[rules.GK-API-001]\nseverty = "low"', "unknown setting rules.GK-API-001.severty", "did you mean"),
        ("[rules.main.deny]\noff = true", "unknown setting rules.main.deny", 'in quotes: [rules."main.deny"]'),
        ('[[adjust]]\neffect = "off"\nreason = " "', "adjust (repository) has an entry without a reason", "add reason"),
        ('[[adjust]]\neffect = "off"', "adjust", ""),
        ("[gate", "not valid TOML", ""),
        ("[organisation]\nlock = []", "unknown setting organisation", ""),
        ("a = " + "[" * 5000, "", ""),
    ],
)
def test_what_is_wrong_is_named_with_the_nearest_right(tmp_path: Path, text: str, message: str, hint: str) -> None:
    with pytest.raises(SettingsError) as error:
        layered(tmp_path, repository=text)
    assert message in error.value.message
    assert hint in error.value.hint
    assert error.value.exit_code == 2


def test_a_link_is_no_settings_file(tmp_path: Path) -> None:
    (tmp_path / "real").write_text("")
    (tmp_path / "gatekeeper.toml").symlink_to("real")
    with pytest.raises(SettingsError):
        layered(tmp_path)


def test_a_repository_does_not_soften_what_the_gate_could_not_see(tmp_path: Path) -> None:
    softer = '[rules.GK-GATE-001]\noff = true\nreason = "x"\n[rules.GK-GATE-002]\nseverity = "low"\n'
    result = layered(tmp_path, repository=softer)
    assert result.settings.rules == {}
    assert len(result.notes) == 3
    assert layered(tmp_path, organisation=softer).settings.rules["GK-GATE-001"].off


def test_a_repository_says_nothing_about_who_judges(tmp_path: Path) -> None:
    own = '[policy]\nengine = "embedded"\nopa = "/tmp/opa"\n[policy.server]\nurl = "https://example.com"\n'
    result = layered(tmp_path, repository=own)
    assert result.settings.policy == Settings().policy
    assert result.notes == tuple(
        f"gatekeeper.toml sets policy.{key}: ignored, for only the organisation says that"
        for key in ("engine", "opa", "server.url")
    )
    assert result.origins == ()
    assert layered(tmp_path, organisation=own).settings.policy.opa == "/tmp/opa"


def test_the_organisations_engine_outweighs_the_flag(tmp_path: Path) -> None:
    flag = {"policy__engine": "embedded"}
    assert layered(tmp_path, **flag).settings.policy.engine is EngineChoice.EMBEDDED
    assert layered(tmp_path, '[policy]\nengine = "opa"', **flag).settings.policy.engine is EngineChoice.OPA


def test_adjustments_add_up_the_organisations_first_and_are_signed(tmp_path: Path) -> None:
    organisation = '[[adjust]]\neffect = "fail"\nreason = "law"\nrules = ["GK-API-*"]\nby = "the pope"\n'
    repository = '[[adjust]]\neffect = "off"\nreason = "noise"\n'
    result = layered(tmp_path, organisation, repository)
    assert [(one.reason, one.by) for one in result.settings.adjust] == [
        ("law", "organisation"),
        ("noise", "repository"),
    ]
    locked = layered(tmp_path, f'[organisation]\nlock = ["adjust"]\n{organisation}', repository)
    assert [one.by for one in locked.settings.adjust] == ["organisation"]
    assert "gatekeeper.toml sets adjust, which the organisation locks: ignored" in locked.notes


def test_ids_with_dots(tmp_path: Path) -> None:
    text = '[rules."main.deny_x"]\nseverity = "low"\n[rules."a.b.warn"]\noff = true\nreason = "r"\n'
    result = layered(tmp_path, repository=text)
    assert result.settings.rules["main.deny_x"].severity is Severity.LOW
    assert result.settings.rules["a.b.warn"].off
    locked = layered(tmp_path, '[organisation]\nlock = ["rules.main.deny_x"]', text)
    assert list(locked.settings.rules) == ["a.b.warn"]


@pytest.mark.parametrize("kind", ["link", "pipe"])
def test_a_pyproject_that_is_no_file_is_not_read(tmp_path: Path, kind: str) -> None:
    if kind == "link":
        (tmp_path / "pyproject.toml").symlink_to("/dev/zero")
    else:
        os.mkfifo(tmp_path / "pyproject.toml")
    assert layered(tmp_path).settings == Settings()


@pytest.mark.parametrize("text", ["a" + ".a" * 20_000 + " = 1", "x = " + "1" * 5000])
def test_settings_that_would_exhaust_the_parser_are_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(SettingsError, match=r"gatekeeper\.toml"):
        layered(tmp_path, repository=text)


def test_files_that_the_organisation_names_lie_beside_its_settings(tmp_path: Path) -> None:
    file = tmp_path / "org" / "gatekeeper.toml"
    file.parent.mkdir()
    file.write_text(
        '[policy]\nopa = "bin/opa"\nserver.ca = "/etc/ca.pem"\n'
        '[[policy.keys]]\nid = "team"\nfile = "team.pub"\nalgorithm = "ES256"\n'
    )
    policy = combine([organisation_layer(file)]).settings.policy
    assert policy.opa == str(file.parent / "bin" / "opa")
    assert policy.server.ca == "/etc/ca.pem"
    assert policy.keys[0].file == str(file.parent / "team.pub")


def test_fewer_approvals_than_none_are_a_mistake() -> None:
    lane = {"name": "slow", "subjects": ["model-*"], "approvals": -1}
    layer = Layer("organisation", "org.toml", {"release.lanes": [lane]})
    with pytest.raises(SettingsError, match="'slow' needs -1 approvals"):
        combine([layer])
