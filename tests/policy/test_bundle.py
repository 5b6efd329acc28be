from __future__ import annotations

from pathlib import Path

import pytest

from gatekeeper.errors import EngineFailure, SettingsError
from gatekeeper.policy.bundle import Bundle
from gatekeeper.policy.loading import load
from gatekeeper.policy.rego import scan
from gatekeeper.workers import Pool
from tests.policy.writing import BODY, bundle, rule, write


def test_the_shipped_policies_load(shipped: Bundle) -> None:
    assert shipped.rules
    assert scan.problems(shipped) == ()
    assert shipped.digest.startswith("sha256:")
    assert [rule.id for rule in shipped.rules] == sorted(rule.id for rule in shipped.rules)


def test_a_folder_is_added(pool: Pool, tmp_path: Path, shipped: Bundle) -> None:
    loaded = bundle(pool, tmp_path, {"names.rego": rule(), "acme/limits.json": '{"a": 1}'})
    assert {rule.id for rule in loaded.rules} == {rule.id for rule in shipped.rules} | {"ACME-001"}
    assert loaded.data["acme"] == {"limits": {"a": 1}}
    assert loaded.revision.startswith(f"{shipped.revision}, acme sha256:")
    found = loaded.rule("ACME-001")
    assert found is not None
    assert (found.path, found.package, found.needs) == ("acme/names.rego", "acme.names", ("kubernetes",))


def test_the_digest_covers_contents_not_the_folders_place(pool: Pool, tmp_path: Path) -> None:
    files = {"names.rego": rule(), "acme/limits.json": "1"}
    digest = bundle(pool, tmp_path / "a", files).digest
    assert bundle(pool, tmp_path / "b", files).digest == digest
    assert load(pool, [write(tmp_path / "other name", files)]).digest == digest
    assert bundle(pool, tmp_path / "c", files | {"acme/limits.json": "2"}).digest != digest
    assert bundle(pool, tmp_path / "d", {"name.rego": rule(), "acme/limits.json": "1"}).digest != digest
    assert bundle(pool, tmp_path / "e", files | {"names_test.rego": "package acme.names_test\n"}).digest == digest


def test_what_a_rule_needs_is_followed_through_functions_and_imports(pool: Pool, tmp_path: Path) -> None:
    helper = "package acme.lib\nimport input.openapi as documents\npaths(x) := y if { y := operations[x] }\n"
    other = "package acme.lib\noperations contains o if { some d in documents; some o in d.operations }\n"
    body = BODY.replace("\tfinding :=", '\tcount(lib.paths("x")) > 0\n\tfinding :=')
    names = rule(body).replace("acme.names\n", "acme.names\n\nimport data.acme.lib\n")
    loaded = bundle(pool, tmp_path, {"names.rego": names, "lib.rego": helper, "other.rego": other})
    found = loaded.rule("ACME-001")
    # In ``other`` the name ``documents`` is not imported.
    assert found is not None
    assert found.needs == ("kubernetes",)
    other = "import input.openapi as documents\n".join(other.partition("\n")[::2]).replace("lib", "lib\n")
    found = bundle(pool, tmp_path / "b", {"names.rego": names, "lib.rego": helper, "other.rego": other}).rule(
        "ACME-001"
    )
    assert found is not None
    assert found.needs == ("kubernetes", "openapi")


@pytest.mark.parametrize("expression", ["input", "input[kind]", "object.get(input, [kind], 1)", "data.acme.all[kind]"])
def test_a_reference_to_the_whole_input_needs_everything(pool: Pool, tmp_path: Path, expression: str) -> None:
    body = BODY.replace("\tfinding :=", f'\tkind := "helm"\n\t_ := {expression}\n\tfinding :=')
    found = bundle(pool, tmp_path, {"names.rego": rule(body), "x.rego": "package acme.all\nx := input\n"}).rule(
        "ACME-001"
    )
    assert found is not None
    assert "helm" in found.needs
    assert "terraform" in found.needs


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"a.rego": rule(), "b.rego": rule(package="acme.b")}, "b.rego:1:0: acme/a.rego describes ACME-001 already"),
        ({"a.rego": rule(), "b.rego": rule(identifier="ACME-2")}, "acme/a.rego describes acme.names already"),
        ({"a.rego": rule(identifier="GK-INF-001")}, "describes GK-INF-001 already"),
        ({"a.rego": rule(package="gatekeeper.rules.x")}, "the package gatekeeper.rules.x is gatekeeper's own"),
        ({"a.rego": "package system.authz\nallow := true\n"}, "the package system.authz is gatekeeper's own"),
        ({"a.rego": "package a\ndeny if true\ndeny[x] if { x := 1 }\n"}, "acme/a.rego:2:0: `deny` gives neither"),
        ({"a.rego": "package a\nwarn_x.y contains 1\n"}, "acme/a.rego:2:0: `warn_x` gives neither"),
        ({"a.rego": rule("deny[x] if { x := 1 }\n")}, "acme/a.rego:1:0: the package acme.names has no set `deny`"),
        ({"a.rego": rule("deny := []\n")}, "has no set `deny`"),
        ({"a.rego": rule("violation contains 1\n")}, "has no set `deny`"),
        ({"a.rego": rule().replace("low", "lwo")}, "acme/a.rego:1:0: the METADATA has 'lwo' in custom.severity"),
        ({"a.rego": "package a\nx := := 1\n"}, "acme/a.rego:2:6: "),
        ({"a.rego": 'package a\nx := $"{input.a}"\n'}, "acme/a.rego:2:6: invalid character"),
        ({"a.rego": ""}, "acme/a.rego:"),
        ({"a.rego": "package a\nx := " + "[" * 100_000}, "acme/a.rego:"),
        ({"a.rego": rule(), "gatekeeper/settings.json": "{}"}, "acme/gatekeeper/settings.json:0:0: data at"),
        ({"a.rego": rule(), "data.json": "{}"}, "acme/data.json:0:0: data at the root or below"),
        ({"a.rego": rule(), "acme/names/data.json": '{"deny": []}'}, "data.acme.names.deny is both a rule and data"),
        ({"a.rego": rule(package='acme["na-me"]')}, "no plain name"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_place(pool: Pool, tmp_path: Path, files: dict[str, str], message: str) -> None:
    with pytest.raises(EngineFailure) as caught:
        bundle(pool, tmp_path, files)
    error = caught.value
    assert message in f"{error.path}:{error.line}:{error.column}: {error.message}"
    assert error.hint


def test_a_folder_without_policies(pool: Pool, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="holds no policies"):
        bundle(pool, tmp_path, {"README.md": ""})


def test_a_folder_that_does_not_exist(pool: Pool, tmp_path: Path) -> None:
    with pytest.raises(SettingsError):
        load(pool, [tmp_path / "nowhere"])
