from __future__ import annotations

from gatekeeper.model.json import Json
from gatekeeper.policy.checking import evidence, shapes
from gatekeeper.policy.checking.shapes import Shape
from gatekeeper.policy.schemas import schemas
from tests.policy.evidence_samples import PLAIN


def test_what_the_schema_cannot_say_is_about_fields_that_there_are() -> None:
    definitions = schemas()["input"]["$defs"]
    for owner, name in [*evidence.UNKNOWN_FIELDS, *evidence.LETTERS]:
        assert name in definitions[owner]["properties"]


def test_fields_that_may_be_unknown_say_so_in_the_model() -> None:
    definitions = schemas()["input"]["$defs"]
    said = {
        (owner, name)
        for owner, definition in definitions.items()
        for name, field in definition["properties"].items()
        if "unknown" in field.get("description", "") and ("type" not in field or field["type"] == "object")
    }
    assert said == evidence.UNKNOWN_FIELDS


def test_real_evidence_fits() -> None:
    pending: list[tuple[Json, Shape]] = [(PLAIN, evidence.input_shape())]
    while pending:
        value, shape = pending.pop()
        if isinstance(value, dict):
            for key, item in value.items():
                inside = shapes.step(shape, key)
                assert inside is not shapes.NOTHING, key
                pending.append((item, inside))
        elif isinstance(value, list):
            pending.extend((item, shapes.elements(shape)) for item in value)


def test_data_files_and_settings() -> None:
    shape = evidence.data_shape({"acme": {"ports": [22, 80], "names": {"a": None}}, "gatekeeper": {"data": {"x": "y"}}})
    assert shapes.at_path(shape, ("acme", "ports", None)) is shapes.NUMBER
    assert shapes.at_path(shape, ("acme", "names", "a")) is shapes.NULL
    assert shapes.at_path(shape, ("gatekeeper", "data", "x")) is shapes.STRING
    assert shapes.at_path(shape, ("gatekeeper", "settings", "api", "public_paths", None)) is shapes.STRING


def test_a_table_has_no_fields() -> None:
    table = {str(number): number for number in range(evidence.MAX_FIELDS + 1)}
    shape = evidence.data_shape({"table": table})
    assert shapes.at_path(shape, ("table", "anything")) is shapes.NUMBER
