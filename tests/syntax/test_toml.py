from __future__ import annotations

import time

import pytest

from gatekeeper.errors import UnreadableInput
from gatekeeper.model.place import Key, Span
from gatekeeper.syntax import toml

LOCK = """\
version = 1
"é d" = [1, {x = 1}]
dotted.key = 2

[tool."u\\u0041 v"] # comment
z = 1
day = 1979-05-27

[[package]]
name = "é" # comment

[[package]]
name = \"\"\"
a\"\"\"
dependencies = [
  { name = "b" },
  { name = "c" },
]
[package.source]
url = "x"
"""


def test_values_are_plain_json() -> None:
    value = toml.load(LOCK.encode() + b"n = nan\ni = 0x" + b"f" * 300)
    assert value["tool"]["uA v"] == {"z": 1, "day": "1979-05-27"}
    assert value["package"][1]["source"] == {"url": "x", "n": "nan", "i": "0x" + "f" * 300}


@pytest.mark.parametrize(
    ("keys", "span"),
    [
        (("version",), Span(1, 1, 1, 12)),
        (("é d", 1, "x"), Span(2, 14, 2, 19)),
        (("dotted", "key"), Span(3, 1, 3, 15)),
        (("tool",), Span(5, 1, 5, 19)),
        (("tool", "uA v", "z"), Span(6, 1, 6, 6)),
        (("package",), Span(9, 1, 9, 12)),
        (("package", 0, "name"), Span(10, 1, 10, 11)),
        (("package", 1), Span(12, 1, 12, 12)),
        (("package", 1, "name"), Span(13, 1, 13, 11)),
        (("package", 1, "dependencies", 1, "name"), Span(17, 5, 17, 15)),
        (("package", 1, "source", "url"), Span(20, 1, 20, 10)),
        (("package", 9, "name"), Span(9, 1, 9, 12)),
        (("missing",), Span(1, 1, 1, 12)),
    ],
)
def test_places_are_those_of_the_deepest_key_that_exists(keys: tuple[Key, ...], span: Span) -> None:
    assert toml.find_many(LOCK.encode(), [keys]) == [span]


def test_nothing_is_found_in_an_empty_document() -> None:
    assert toml.find_many(b"", [("a",), ()]) == [None, None]


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("a = 1\nb = ", 2, 5),
        ("a = 1\na = 2\nb = 3", 2, 6),
        ("[x.]", 1, 4),
        (f"x = 1\n{'a.' * 300}b = 1", 2, 1),
        ("a = " + "[" * 100_000, 0, 0),
        ("a = " + "9" * 5000, 0, 0),
    ],
)
def test_refusals_say_where(text: str, line: int, column: int) -> None:
    with pytest.raises(UnreadableInput) as error:
        toml.load(text.encode())
    assert (error.value.line, error.value.column) == (line, column)


@pytest.mark.parametrize("text", ["[[", "=", "[a", "a = [1", '"\\u12" = 1', "[x.]\n", "a.b. = 1", "{"])
def test_broken_documents_are_refused_by_the_finder_too(text: str) -> None:
    with pytest.raises(UnreadableInput):
        toml.find_many(text.encode(), [("a", "b")])


def test_keys_of_very_many_parts_are_refused_at_once() -> None:
    begin = time.process_time()
    with pytest.raises(UnreadableInput, match="parts"):
        toml.load(b"a." * 1_000_000 + b"a = 1")
    assert time.process_time() - begin < 30


def test_many_places_are_found_in_one_pass() -> None:
    data = "".join(f'[[package]]\nname = "é{i}"\n' for i in range(4000)).encode()
    begin = time.process_time()
    spans = toml.find_many(data, [("package", i, "name") for i in range(4000)])
    assert time.process_time() - begin < 30
    assert [span.line for span in spans if span] == list(range(2, 8001, 2))
