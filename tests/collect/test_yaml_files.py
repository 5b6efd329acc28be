"""Heads, documents and refusals of YAML files."""

from __future__ import annotations

import pytest

from gatekeeper.collect.yaml_files import Documents, dotted, file_name, head_text
from gatekeeper.errors import UnreadableInput
from gatekeeper.model.place import Place


def test_file_names() -> None:
    assert file_name("A/B/Compose.YAML") == "compose.yaml"
    assert file_name("a.yml") == "a.yml"


@pytest.mark.parametrize(
    ("head", "text"),
    [
        (b"\xef\xbb\xbfa: \xc3\xa9", "a: é"),
        (b"\xef\xbb\xbfa: \xc3", "a: \ufffd"),
        ("a: é".encode("utf-16"), "a: é"),
        (b"a\0b", "a\0b"),
    ],
)
def test_heads_are_text_whatever_they_are(head: bytes, text: str) -> None:
    assert head_text(head) == text


def test_filled_documents_keep_their_ordinals() -> None:
    documents = Documents("a.yaml", b"---\n---\na: 1\n---\n[]\n")
    assert documents.roots == [None, {"a": 1}, []]
    assert documents.filled == [(Place("a.yaml", 1), {"a": 1}), (Place("a.yaml", 2), [])]


def test_json_by_its_name() -> None:
    assert Documents("a.JSON", b'{"a": 777e-2}').roots == [{"a": 7.77}]
    with pytest.raises(UnreadableInput):
        Documents("a.json", b"a: 1")


def test_nothing_at_all_is_empty() -> None:
    documents, at = Documents("a.yaml", b"a:"), Place("a.yaml", 0, ("a",))
    assert (documents.mapping(None, at), documents.items(None, at), documents.text(None, at)) == ({}, [], "")


@pytest.mark.parametrize(
    ("value", "text"), [("a", "a"), (True, "true"), (False, "false"), (7, "7"), (0, "0"), ("", "")]
)
def test_texts(value: object, text: str) -> None:
    assert Documents("a.yaml", b"").text(value, Place("a.yaml")) == text


@pytest.mark.parametrize(("value", "called"), [("", "''"), (0, "0"), (False, "False"), ([], "a list"), ("no", "no")])
def test_refusals_say_what_stands_there(value: object, called: str) -> None:
    documents = Documents("a.yaml", b"\n---\na:\n  b: 1\n")
    with pytest.raises(UnreadableInput) as caught:
        documents.mapping(value, Place("a.yaml", 0, ("a", "b", "c")))
    assert caught.value.message == f"a.b.c must be a mapping, not {called}"
    assert (caught.value.line, caught.value.column) == (4, 3)


def test_paths_of_keys() -> None:
    assert dotted(()) == "the document"
    assert dotted(("jobs", "a", "steps", 0, "run")) == "jobs.a.steps[0].run"
    assert dotted((0, "a")) == "[0].a"
