from __future__ import annotations

import copy
import tomllib

import jsonschema_rs
import pytest

from gatekeeper.formats import jsonable
from gatekeeper.policy.bundle import KINDS
from gatekeeper.policy.schemas import render, schemas
from gatekeeper.workspace.shipped import shipped_policies
from tests.end_to_end.command import FIXTURES
from tests.policy.evidence_samples import PLAIN

FOLDER = shipped_policies() / "schemas"


def test_the_files_are_those_that_the_model_gives() -> None:
    """Mended by ``python -m gatekeeper.policy.schemas``."""
    assert {path.stem: path.read_bytes() for path in FOLDER.glob("*.json")} == {
        name: render(value) for name, value in schemas().items()
    }


def test_there_is_one_for_each_kind() -> None:
    assert set(schemas()) == {*KINDS, "input", "decision", "settings"}


@pytest.mark.parametrize("name", sorted(schemas()))
def test_each_is_a_schema(name: str) -> None:
    jsonschema_rs.meta.validate(schemas()[name])


def test_evidence_is_valid() -> None:
    jsonschema_rs.validator_for(schemas()["input"]).validate(PLAIN)
    for kind in KINDS:
        jsonschema_rs.validator_for(schemas()[kind]).validate(PLAIN[kind])


def test_objects_are_closed_and_free_values_are_free() -> None:
    validator = jsonschema_rs.validator_for(schemas()["kubernetes"])
    changed = copy.deepcopy(PLAIN["kubernetes"])
    changed[0]["manifest"]["anything"] = [None, {"$unknown": "x"}]
    assert validator.is_valid(changed)
    changed[0]["anything"] = 1
    assert not validator.is_valid(changed)
    del changed[0]["anything"], changed[0]["name"]
    assert not validator.is_valid(changed)


def test_every_field_is_described() -> None:
    for name, value in schemas().items():
        for title, definition in value["$defs"].items():
            assert definition["description"], f"{name}: {title}"
            for field, property_ in definition["properties"].items():
                assert property_.get("description") or title == "Location", f"{name}: {title}.{field}"


def test_the_samples_round_trip() -> None:
    assert jsonable.plain(PLAIN) == PLAIN


def test_settings_of_the_sample_project_fit_their_schema() -> None:
    validator = jsonschema_rs.validator_for(schemas()["settings"])
    settings = tomllib.loads((FIXTURES / "shop" / "gatekeeper.toml").read_text())
    validator.validate(settings)
    assert not validator.is_valid({"gate": {"fial_on": "low"}})
    assert not validator.is_valid({"paths": {"exclude": [{"glob": "x"}]}})
