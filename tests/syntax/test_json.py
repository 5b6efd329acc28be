from __future__ import annotations

import time

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatekeeper.errors import UnreadableInput
from gatekeeper.model.json import Json
from gatekeeper.model.place import Key, Span
from gatekeeper.syntax import json

DOCUMENT = '{"a": [1, {"b": "é"}],\r\n "c\\u0064": {"x": null},\n\t"e": [\n {"f": 1,\n "g": 2}\n]}\n'


@pytest.mark.parametrize(
    ("keys", "span"),
    [
        (("a",), Span(1, 2, 1, 5)),
        (("a", 0), Span(1, 8, 1, 9)),
        (("a", 1), Span(1, 11, 1, 21)),
        (("a", 1, "b"), Span(1, 12, 1, 20)),
        (("cd", "x"), Span(2, 14, 2, 23)),
        (("e", 0), Span(4, 2, 4, 10)),
        (("e", 0, "g", "deeper"), Span(5, 2, 5, 8)),
        (("e", 7), Span(3, 2, 3, 5)),
        ((), Span(1, 1, 1, 23)),
    ],
)
def test_places_are_those_of_the_deepest_key_that_exists(keys: tuple[Key, ...], span: Span) -> None:
    assert json.find_many(DOCUMENT.encode(), [keys]) == [span]


def test_of_a_key_that_stands_twice_the_last_one_counts() -> None:
    data = b'{"a": {"x": 1, "y": 1},\n "a": {"x": 2}}'
    assert json.load(data) == {"a": {"x": 2}}
    assert json.find_many(data, [("a", "x"), ("a", "y")]) == [Span(2, 8, 2, 14), Span(2, 2, 2, 5)]


@pytest.mark.parametrize(
    ("data", "line", "column"),
    [
        (b"", 1, 1),
        (b'{"a": 1', 1, 8),
        (b'{"\xc3\xa9": 1,\n "b": x}', 2, 7),
        (b'{"a": "\\ud800"}', 1, 8),
        (b'{"a": 1}\0', 1, 9),
        (b'"\xff"', 1, 2),
        (b"[NaN]", 1, 2),
        (b"[1,]", 1, 3),
    ],
)
def test_refusals_say_where(data: bytes, line: int, column: int) -> None:
    with pytest.raises(UnreadableInput) as error:
        json.load(data)
    assert (error.value.line, error.value.column) == (line, column)


def test_depth_is_bounded() -> None:
    assert json.load(b"[" * 200 + b"]" * 200)
    for depth in (201, 1000, 100_000):
        with pytest.raises(UnreadableInput):
            json.load(b"[" * depth + b"]" * depth)


def test_byte_order_marks_and_utf_16_are_read() -> None:
    assert json.load(b"\xef\xbb\xbf[1]") == json.load("[1]".encode("utf-16")) == [1]


def test_large_documents_are_skipped_quickly() -> None:
    value = {"paths": {f"/{i}": {"get": {"x": ["{", "]", '"'], "y": {"z": i}}} for i in range(60_000)}}
    data = orjson.dumps(value)
    begin = time.process_time()
    (span,) = json.find_many(data, [("paths", "/59999", "get", "y", "z")])
    assert time.process_time() - begin < 30
    assert span is not None
    assert data[span.column - 1 : span.end_column - 1] == b'"z":59999'


@pytest.mark.parametrize("data", [b'{"a":' * 300_000, b"[" * 300_000, b'{"a": "' + b"\\" * 300_001, b'"' * 300_001])
def test_broken_documents_are_refused_in_linear_time(data: bytes) -> None:
    begin = time.process_time()
    with pytest.raises(UnreadableInput):
        json.find_many(data, [("a", "b", 0)])
        json.load(data)
    assert time.process_time() - begin < 30


def test_the_leading_keys_of_a_cut_document_are_known() -> None:
    assert json.leading_keys(' {"apiVersion": "v1", "items": [{"kind": "Pod"}], "kind": "Li') == (
        ["apiVersion", "items", "kind"],
        False,
    )
    assert json.leading_keys('{"a": 1}') == (["a"], True)
    assert json.leading_keys("[1]") == ([], True)


def paths(value: Json, keys: tuple[Key, ...] = ()) -> list[tuple[tuple[Key, ...], Json]]:
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [(keys, value), *(found for key, item in children for found in paths(item, (*keys, key)))]


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.text(max_size=8),
    lambda children: st.lists(children, max_size=4) | st.dictionaries(st.text(max_size=4), children, max_size=4),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(VALUES)
def test_each_scalar_is_found_where_it_stands(value: Json) -> None:
    data = orjson.dumps(value)
    text = data.decode()
    scalars = [(keys, item) for keys, item in paths(value) if not isinstance(item, dict | list)]
    for (keys, item), span in zip(scalars, json.find_many(data, [keys for keys, _ in scalars]), strict=True):
        assert span is not None
        lines = text.split("\n")
        shown = lines[span.line - 1][span.column - 1 : span.end_column - 1]
        assert shown.endswith(orjson.dumps(item).decode())
        if keys and isinstance(keys[-1], str):
            assert shown.startswith(orjson.dumps(keys[-1]).decode())
