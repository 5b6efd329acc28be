"""Values in JSON that are there, or are named where they are not."""

from __future__ import annotations

import pytest

from gatekeeper.formats.json_values import array_at, object_at, text_at
from gatekeeper.model.json import Json

VALUE: Json = {"a": {"b": "text", "c": [1], "d": [], "e": {}}, "f": None}


def test_what_is_there() -> None:
    assert text_at(VALUE, "a", "b") == "text"
    assert array_at(VALUE, "a", "c") == [1]
    assert object_at(VALUE, "a", "e") == {}
    assert object_at(VALUE) == VALUE


@pytest.mark.parametrize("keys", [("f",), ("a", "x"), ("a", "b", "c"), ("a", "c", "0"), ("a",), ("a", "c")])
def test_texts_that_are_missing(keys: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match=rf"a text is missing at {'[.]'.join(keys)}\Z"):
        text_at(VALUE, *keys)


def test_objects_and_arrays_that_are_missing() -> None:
    for keys in (("f",), ("a", "b"), ("a", "c")):
        with pytest.raises(ValueError, match="an object is missing at"):
            object_at(VALUE, *keys)
    for keys in (("f",), ("a", "d"), ("a",)):
        with pytest.raises(ValueError, match="an array is missing at"):
            array_at(VALUE, *keys)
