from __future__ import annotations

import time

import pytest
import yaml as pyyaml
from hypothesis import given, settings
from hypothesis import strategies as st

from gatekeeper.errors import UnreadableInput
from gatekeeper.model.json import Json
from gatekeeper.model.place import Key, Span
from gatekeeper.syntax import yaml


def only(text: str) -> Json:
    (value,) = yaml.load_all(text.encode())
    return value


def refusal(text: str | bytes) -> UnreadableInput:
    with pytest.raises(UnreadableInput) as error:
        yaml.load_all(text.encode() if isinstance(text, str) else text)
    return error.value


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("on", "on"),
        ("NO", "NO"),
        ("22:22", "22:22"),
        ("2024-01-01", "2024-01-01"),
        ("0777", 777),
        ("0o17", 15),
        ("0x1F", 31),
        ("-12", -12),
        ("1_000", "1_000"),
        ("-1.5e3", -1500.0),
        (".5", 0.5),
        (".inf", ".inf"),
        (".nan", ".nan"),
        ("1e999", "1e999"),
        ("99999999999999999999", 1e20),
        ("9" * 5000, "9" * 5000),
        ("~", None),
        ("null", None),
        ("", None),
        ("TRUE", True),
        ("tRUE", "tRUE"),
        ("'1'", "1"),
        ("!Ref Bucket", "Bucket"),
        ("!Sub 12", 12),
        ("!vault '12'", "12"),
        ("!GetAtt [a, b]", ["a", "b"]),
        ("! 12", "12"),
        ("!!str 12", "12"),
        ("!!int '12'", 12),
        ("!!binary aGk=", "aGk="),
        ("!!timestamp 2024-01-01", "2024-01-01"),
    ],
)
def test_scalars_follow_the_core_schema(written: str, value: Json) -> None:
    assert only(f"a: {written}") == {"a": value}


def test_keys_are_strings_as_written() -> None:
    assert only("200: a\non: b\n0777: c\n~: d\n'x y': e\n") == {
        "200": "a",
        "on": "b",
        "0777": "c",
        "~": "d",
        "x y": "e",
    }


def test_merge_keys_give_what_is_not_said_otherwise() -> None:
    text = "a: &a {x: 1, y: 1}\nb: &b {y: 2, z: 2}\nc:\n  <<: [*a, *b]\n  x: 3\nd: {'<<': 1}\n"
    value = only(text)
    assert value["c"] == {"x": 3, "y": 1, "z": 2}
    assert value["d"] == {"<<": 1}


def test_empty_documents_keep_the_others_ordinals() -> None:
    assert yaml.load_all(b"---\n---\na: 1\n---\n# nothing\n---\n''\n") == [None, {"a": 1}, None, ""]
    assert yaml.load_all(b"# nothing\n") == []


@pytest.mark.parametrize(
    ("text", "message", "line", "column"),
    [
        ("a: 1\nb: 2\na: 3\n", "the key 'a' stands twice", 3, 1),
        ("1: a\n'1': b\n", "the key '1' stands twice", 2, 1),
        ("a: &a {}\nb:\n  <<: *a\n  <<: *a\n", "'<<' stands twice", 4, 3),
        ("a: &x [1, *x]\n", "inside its own anchor", 1, 11),
        ("a: *x\n", "has no anchor", 1, 4),
        ("&x a: 1\n---\nb: *x\n", "has no anchor", 3, 4),
        ("[a]: 1\n", "must be a scalar", 1, 1),
        ("<<: 1\n", "needs a mapping", 1, 5),
        ("a: [\n", "is not valid YAML", 2, 1),
        ("é: 1\na: \x01\n", "control characters", 2, 4),
        ("a: b\u2028c: }\n", "is not valid YAML", 1, 9),
        ("\tx: 1\n", "is not valid YAML", 1, 1),
    ],
)
def test_refusals_say_where(text: str, message: str, line: int, column: int) -> None:
    error = refusal(text)
    assert message in error.message
    assert (error.line, error.column) == (line, column)


def test_bombs_are_refused_at_once() -> None:
    laughs = "a0: &a0 [ha]\n" + "".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]\n" for i in range(1, 30))
    long_text = f"a: &a {'x' * 100_000}\nb: [{', '.join(['*a'] * 1000)}]\n"
    for bomb in (laughs, long_text):
        assert "1,000,000 values" in refusal(bomb).message


def test_many_plain_values_are_no_bomb() -> None:
    assert len(only("[" + "1," * 300_000 + "]")) == 300_000


@pytest.mark.parametrize("opening", ["[", "{a: ", "- "])
def test_depth_is_bounded_before_it_can_crash(opening: str) -> None:
    begin = time.process_time()
    assert "nests deeper" in refusal(opening * 100_000).message
    assert time.process_time() - begin < 30


def test_depth_through_aliases_is_bounded() -> None:
    chain = "a0: &a0 [1]\n" + "".join(f"a{i}: &a{i} [*a{i - 1}]\n" for i in range(1, 300))
    assert "nests deeper" in refusal(chain).message


STREAM = """\
# é comes first
on:
  push: &push
    branches: [main, "é"]
  pull: *push
text: |
  many
  lines
steps:
- name: a   \r
  run: b
-
- - x
one: {a: 1, b: [2]}
---
other: 1
"""


@pytest.mark.parametrize(
    ("document", "keys", "span"),
    [
        (0, ("on",), Span(2, 1, 2, 3)),
        (0, ("on", "push"), Span(3, 3, 3, 7)),
        (0, ("on", "push", "branches"), Span(4, 5, 4, 26)),
        (0, ("on", "push", "branches", 1), Span(4, 22, 4, 25)),
        (0, ("on", "pull"), Span(5, 3, 5, 14)),
        (0, ("on", "pull", "branches"), Span(4, 5, 4, 26)),
        (0, ("text",), Span(6, 1, 6, 5)),
        (0, ("steps", 0), Span(10, 3, 10, 10)),
        (0, ("steps", 0, "run"), Span(11, 3, 11, 9)),
        (0, ("steps", 0, "missing", 3), Span(10, 3, 10, 10)),
        (0, ("steps", 2, 0), Span(13, 5, 13, 6)),
        (0, ("steps", 99), Span(9, 1, 9, 6)),
        (0, ("one", "b", 0), Span(14, 17, 14, 18)),
        (0, (), Span(2, 1, 2, 4)),
        (1, ("other",), Span(16, 1, 16, 9)),
        (2, ("other",), None),
    ],
)
def test_places_are_those_of_the_deepest_key_that_exists(document: int, keys: tuple[Key, ...], span: Span) -> None:
    assert yaml.find(STREAM.encode(), document, keys) == span


def test_lines_of_places_end_at_lf_only() -> None:
    assert yaml.find("a: b\u2028c: 1\nd: 2".encode(), 0, ("d",)) == Span(2, 1, 2, 5)


def test_many_places_are_found_in_one_pass() -> None:
    data = "".join(f"k{i}: {{v: {i}}}\n" for i in range(5000)).encode()
    begin = time.process_time()
    spans = yaml.find_many(data, [(0, (f"k{i}", "v")) for i in range(5000)])
    assert time.process_time() - begin < 30
    assert [span.line for span in spans if span] == list(range(1, 5001))


JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63)
    | st.text(st.characters(codec="ascii", exclude_characters="\0")),
    lambda children: (
        st.lists(children, max_size=4) | st.dictionaries(st.text("abcXYZ-_ ", min_size=1), children, max_size=4)
    ),
    max_leaves=15,
)


@settings(max_examples=150, deadline=None)
@given(JSON_VALUES.filter(lambda value: value is not None), st.sampled_from([True, False, None]))
def test_what_a_writer_writes_is_read_back(value: Json, flow: bool | None) -> None:
    # Quotes and tags for all scalars: what is plain means other things in YAML 1.1, which the writer knows.
    text = pyyaml.safe_dump(value, default_flow_style=flow, default_style='"', allow_unicode=False)
    assert only(text) == value


@settings(max_examples=200, deadline=None)
@given(st.text(st.sampled_from("ab:-[]{}&*!|>'\"#%@ \n\t,?0.\u2028<~"), max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        yaml.load_all(text.encode())
        yaml.find(text.encode(), 0, ("a", 0))
    except UnreadableInput as error:
        assert error.line >= 1
