"""Fields of protobuf's JSON in their one canonical spelling."""

from __future__ import annotations

import base64
import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.formats import fields
from gatekeeper.formats.fields import MAX_DEPTH, MAX_INT64, MAX_VALUES, Fields
from gatekeeper.model.json import Json


def of(value: Json) -> Fields:
    return Fields({"x": value}, "here")


@given(st.integers(0, MAX_INT64))
def test_numbers(number: int) -> None:
    assert of(str(number)).integer("x") == number


@given(st.one_of(st.integers(), st.floats(), st.booleans(), st.text(max_size=30).filter(lambda text: text != "")))
def test_numbers_in_other_spellings(value: Json) -> None:
    canonical = isinstance(value, str) and value.isascii() and value.isdigit() and str(int(value)) == value
    if canonical:
        return
    with pytest.raises(ValueError, match=r"here\.x"):
        of(value).integer("x")


@pytest.mark.parametrize(
    "text",
    [
        "",
        " 1",
        "1 ",
        "01",
        "00",
        "+1",
        "-1",
        "-0",
        "1.0",
        "1e3",
        "1_0",
        "0x1",
        "\N{ARABIC-INDIC DIGIT ONE}",
        "1\n",
        str(1 << 63),
        "9" * 9999,
    ],
)
def test_numbers_that_look_like_one(text: str) -> None:
    with pytest.raises(ValueError, match=r"here\.x"):
        of(text).integer("x")


@given(st.binary(max_size=100))
def test_bytes(raw: bytes) -> None:
    assert of(base64.b64encode(raw).decode()).bytes("x") == raw


@given(st.text(alphabet="ABab01+/=-_ \n", max_size=12))
def test_base64_has_one_spelling(text: str) -> None:
    try:
        raw = of(text).bytes("x")
    except ValueError:
        return
    assert base64.b64encode(raw).decode() == text


@pytest.mark.parametrize("absent", [{}, {"x": None}])
def test_what_is_absent_is_zero(absent: dict[str, Json]) -> None:
    empty = Fields(absent, "here")
    assert (empty.integer("x"), empty.text("x"), empty.bytes("x"), empty.time("x")) == (0, "", b"", None)
    assert empty.array("x", lambda one: one, 9) == ()
    assert empty.object("x") is None
    empty.done()


def test_unknown_fields_are_refused_even_when_null() -> None:
    for value in (1, None):
        with pytest.raises(ValueError, match="here: unknown field 'y'"):
            Fields({"y": value}, "here").done()


@given(st.datetimes(datetime.datetime(1, 1, 1), datetime.datetime(9999, 12, 31), timezones=st.just(datetime.UTC)))
def test_times(time: datetime.datetime) -> None:
    assert of(f"{time.replace(tzinfo=None).isoformat()}Z").time("x") == time


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-31T12:00:00",
        "2026-01-31T12:00:00+00:00",
        "2026-01-31 12:00:00Z",
        "2026-02-30T12:00:00Z",
        "2026-01-31T24:00:00Z",
        "2026-01-31T12:00:60Z",
        "2026-01-31T12:00:00.Z",
        "2026-01-31T12:00:00Z\n",
        "٢٠٢٦-01-31T12:00:00Z",
        "0000-01-01T00:00:00Z",
    ],
)
def test_times_that_are_none(text: str) -> None:
    with pytest.raises(ValueError, match="is no time"):
        of(text).time("x")


def test_values_are_counted_before_they_are_parsed() -> None:
    assert fields.parse(b"[" + b"1," * (MAX_VALUES - 2) + b"1]")
    for bomb in (b"[" * (MAX_VALUES + 1), b"{}," * MAX_VALUES, b'{"a":' * (MAX_VALUES + 1)):
        with pytest.raises(ValueError, match="more than 50000 values"):
            fields.parse(bomb)


def test_depth() -> None:
    assert fields.parse(b"[" * MAX_DEPTH + b"]" * MAX_DEPTH)
    for depth in (MAX_DEPTH + 1, 1_000, 49_000):
        with pytest.raises(ValueError, match="nests deeper than 32"):
            fields.parse(b"[" * depth + b"]" * depth)
