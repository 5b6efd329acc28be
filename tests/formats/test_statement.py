from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.formats.statement import STATEMENT_TYPE, STATEMENT_TYPE_V01, Statement, Subject
from gatekeeper.model.json import JsonObject

SHA256 = "ab" * 32


def document(**changes: object) -> JsonObject:
    subject = {"name": "app", "digest": {"sha256": SHA256}}
    return {"_type": STATEMENT_TYPE, "subject": [subject], "predicateType": "p", "predicate": {"a": 1}, **changes}


def decoded(value: object) -> Statement:
    return Statement.decode(json.dumps(value).encode())


def test_what_is_written_is_read() -> None:
    subjects = (Subject("a", {"sha256": SHA256}), Subject("", {"gitTree": "cd" * 32}, "git+https://example.com"))
    statement = Statement(subjects, "https://example.com/p", {"x": [1, None]})
    assert Statement.decode(statement.encode()) == statement
    assert [one.sha256 for one in statement.subjects] == [SHA256, ""]


@pytest.mark.parametrize("kind", [STATEMENT_TYPE, STATEMENT_TYPE_V01])
def test_both_versions_are_read(kind: str) -> None:
    assert decoded(document(_type=kind)).type == kind


def test_cosign_s_signatures_have_subjects_without_names() -> None:
    (subject,) = decoded(document(subject=[{"digest": {"sha256": SHA256}}])).subjects
    assert subject == Subject("", {"sha256": SHA256})


@pytest.mark.parametrize("predicate", [{"predicate": None}, {"predicate": {}}, {}])
def test_pypi_s_predicate_is_null(predicate: JsonObject) -> None:
    value = document()
    del value["predicate"]
    assert decoded({**value, **predicate}).predicate == {}


@pytest.mark.parametrize(
    ("algorithm", "digest"),
    [
        ("sha1", "ab" * 20),
        ("gitCommit", "ab" * 20),
        ("gitCommit", SHA256),
        ("sha512", "ab" * 64),
        ("gce_image_id", "8970095005306000053"),
    ],
)
def test_any_algorithm(algorithm: str, digest: str) -> None:
    assert decoded(document(subject=[{"digest": {algorithm: digest}}])).subjects[0].digests == {algorithm: digest}


def test_unknown_fields_are_passed_over() -> None:
    subject = {"name": "app", "digest": {"sha256": SHA256}, "mediaType": "x", "annotations": {}}
    assert decoded(document(subject=[subject], more=1)) == decoded(document())


@pytest.mark.parametrize(
    "changes",
    [
        {"_type": "https://in-toto.io/Statement/v2"},
        {"_type": ["https://in-toto.io/Statement/v1"]},
        {"_type": STATEMENT_TYPE + "\n"},
        {"predicateType": ""},
        {"predicateType": 1},
        {"predicate": []},
        {"predicate": "text"},
        {"subject": []},
        {"subject": {}},
        {"subject": ["app"]},
        {"subject": [{"name": 1, "digest": {"sha256": SHA256}}]},
        {"subject": [{"uri": [], "digest": {"sha256": SHA256}}]},
        {"subject": [{"name": "app"}]},
        {"subject": [{"name": "app", "digest": {}}]},
        {"subject": [{"name": "app", "digest": "ab"}]},
        {"subject": [{"digest": {"sha256": SHA256.upper()}}]},
        {"subject": [{"digest": {"sha256": SHA256 + "\n"}}]},
        {"subject": [{"digest": {"sha256": "ab"}}]},
        {"subject": [{"digest": {"sha256": ""}}]},
        {"subject": [{"digest": {"unknown": "no hex"}}]},
        {"subject": [{"digest": {"unknown": None}}]},
        {"subject": [{"digest": {"sha256": SHA256, "sha512": "ab"}}]},
    ],
    ids=str,
)
def test_what_is_no_statement(changes: JsonObject) -> None:
    with pytest.raises(ValueError, match=r".+"):
        decoded(document(**changes))


def test_duplicate_keys_and_bombs() -> None:
    text = json.dumps(document())
    for data in (text.replace('"name"', '"digest": {}, "name"'), "[" * 100_000, "[" + "0," * 2_000_001 + "0]", "1"):
        with pytest.raises(ValueError, match=r".+"):
            Statement.decode(data.encode())


@given(st.recursive(st.none() | st.booleans() | st.text() | st.integers(), st.lists, max_leaves=5))
def test_any_value_in_any_place_is_read_or_refused(value: object) -> None:
    for key in document():
        try:
            decoded(document(**{key: value}))
        except ValueError as error:
            assert str(error)
