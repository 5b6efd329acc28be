from __future__ import annotations

import json

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.conftest import golang
from gatekeeper.conftest.golang import (
    Literal,
    as_input,
    dumps_exact,
    dumps_tabbed,
    float_literal,
    json_literal,
    load_exact,
)


@pytest.mark.parametrize(  # both columns were printed by Go: strconv.FormatFloat(x, 'g', -1, 64) and json.Marshal(x)
    ("number", "for_opa", "in_json"),
    [
        (999999.0, "999999", "999999"),
        (1000000.0, "1e+06", "1000000"),
        (1234567.5, "1.2345675e+06", "1234567.5"),
        (123456.789, "123456.789", "123456.789"),
        (1e20, "1e+20", "100000000000000000000"),
        (1e21, "1e+21", "1e+21"),
        (123456789012345678.0, "1.2345678901234568e+17", "123456789012345680"),
        (0.0001, "0.0001", "0.0001"),
        (0.00001, "1e-05", "0.00001"),
        (1e-7, "1e-07", "1e-7"),
        (-2e6, "-2e+06", "-2000000"),
        (0.0, "0", "0"),
        (5e-324, "5e-324", "5e-324"),
        (1.7976931348623157e308, "1.7976931348623157e+308", "1.7976931348623157e+308"),
    ],
)
def test_numbers_are_spelt_as_go_spells_them(number: float, for_opa: str, in_json: str) -> None:
    assert float_literal(number) == for_opa
    assert json_literal(number) == in_json


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_spelling_loses_nothing(number: float) -> None:
    assert float(float_literal(number)) == number
    assert float(json_literal(number)) == number


def test_inputs_hold_floats_alone_unless_integers_are_kept() -> None:
    document = {"a": [1, 2000000, 1.0, True], "b": None}
    assert orjson.dumps(as_input(document)) == b'{"a":[1,2e+06,1,true],"b":null}'
    assert orjson.dumps(as_input(document, integers=True)) == b'{"a":[1,2000000,1,true],"b":null}'


def test_data_keep_their_numbers() -> None:
    text = b'{"a":[1.50,1e3,12345678901234567890123,7],"b":"1.50"}'
    assert dumps_exact(load_exact(text)) == text


@pytest.mark.parametrize("text", ["NaN", "[1", "[" * 100_000, ""])
def test_what_is_no_json_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        load_exact(text)


def test_json_is_indented_and_escaped_as_go_does() -> None:
    value = {"b": [], "a": {"c": [Literal("1.50"), None, True]}, "t": "<a href='x'>&\u2028\n\x00"}
    text = dumps_tabbed(value)
    assert text.startswith('{\n\t"b": [],\n\t"a": {\n\t\t"c": [\n\t\t\t1.50,\n')
    assert "\"\\u003ca href='x'\\u003e\\u0026\\u2028\\n\\u0000\"" in text
    assert json.loads(text)["t"] == value["t"]


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-9, 9) | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_indented_json_is_the_same_json(value: object) -> None:
    assert json.loads(golang.dumps_tabbed(value)) == value
