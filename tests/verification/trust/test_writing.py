from __future__ import annotations

import json
from pathlib import Path

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.formats import jsonable
from gatekeeper.roads.trusting import trust_schema
from gatekeeper.settings.files import parse_toml
from gatekeeper.verification import trust
from gatekeeper.verification.core.trust import Need
from gatekeeper.verification.trust.model import Authority, Builder, Document, Revocation, Rule, Signer
from gatekeeper.verification.trust.reading import read
from gatekeeper.verification.trust.writing import write

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
WHOLE = Document(
    version=1,
    authority=(Authority("public", root="public", log=Need.OPTIONAL),),
    signer=(Signer("a b", "public", "", "x", claims={"build_trigger": "push"}, roles=("r",)),),
    builder=(Builder("a b", "x", 3),),
    rule=(Rule("r", ("**",), ("x",), ("a b",), parameters={"a.b": ["c", 1, True], "d": "any"}),),
    revoke=(Revocation(signer="a b", from_="2026-01-01T00:00:00+00:00"),),
)


def test_what_is_written_is_read_again() -> None:
    assert read(write(WHOLE), "trust.toml") == WHOLE


@given(TEXT, TEXT, st.dictionaries(TEXT, TEXT, max_size=3))
def test_any_text_survives(name: str, reason: str, claims: dict[str, str]) -> None:
    document = Document(1, signer=(Signer(name, "x", claims=claims),), revoke=(Revocation(bundle="b", reason=reason),))
    assert read(write(document), "trust.toml") == document


def test_the_schema_that_ships_is_that_of_the_model() -> None:
    """Mended by ``python -m gatekeeper.roads.trusting``."""
    shipped = Path(trust.__file__).with_name("schema.json").read_bytes()
    assert shipped == trust_schema()
    jsonschema_rs.meta.validate(json.loads(shipped))


@pytest.mark.parametrize(
    ("change", "valid"),
    [
        ({}, True),
        ({"revoke": [{"signer": "a", "from": "2026-01-01T00:00:00Z"}]}, True),
        ({"revoke": [{"signer": "a", "from_": "2026-01-01T00:00:00Z"}]}, False),
        ({"rules": []}, False),
        ({"rule": [{"name": "r"}]}, False),
    ],
)
def test_files_fit_the_schema(change: dict[str, object], valid: bool) -> None:
    document = {**parse_toml(write(WHOLE), "trust.toml"), **change}
    assert jsonschema_rs.validator_for(json.loads(trust_schema())).is_valid(document) == valid


def test_every_field_is_described() -> None:
    for title, definition in json.loads(trust_schema())["$defs"].items():
        assert definition["description"], title
        for name, field in definition["properties"].items():
            assert field.get("description"), f"{title}.{name}"


def test_defaults_are_left_out() -> None:
    assert jsonable.loads(json.dumps(parse_toml(write(WHOLE), "x")["rule"])) == [
        {
            "name": "r",
            "subject": ["**"],
            "predicate": ["x"],
            "signers": ["a b"],
            "parameters": {"a.b": ["c", 1, True], "d": "any"},
        }
    ]
