from __future__ import annotations

import pytest

from gatekeeper.formats import jsonable
from gatekeeper.model.decision import Verdict
from gatekeeper.model.finding import Waiver
from gatekeeper.model.place import Place, Span


def test_what_is_encoded_is_decoded() -> None:
    place = Place("a.yaml", 1, ("spec", 0), Span(1, 2, 3, 4))
    assert jsonable.decode(Place, jsonable.plain(place)) == place
    assert jsonable.decode(Place, {"path": "a.yaml"}) == Place("a.yaml")


@pytest.mark.parametrize(
    ("cls", "value", "message"),
    [
        (Place, {"path": "a", "lines": 3}, "unknown field 'lines'"),
        (Place, {}, "field 'path' is missing"),
        (Place, {"path": 3}, "path: str is expected"),
        (Place, {"path": "a", "document": True}, "document: int is expected"),
        (Place, {"path": "a", "keys": [None]}, r"keys\[0\]"),
        (Place, {"path": "a", "span": {"line": "1"}}, "span"),
        (Place, [], "an object is expected"),
        (Verdict, "MAYBE", "none of PASS, WARN, FAIL, ERROR"),
        (Waiver, None, "an object is expected"),
    ],
)
def test_other_shapes_are_refused_by_name(cls: type, value: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        jsonable.decode(cls, value)


def test_digests_do_not_depend_on_the_order_of_keys() -> None:
    assert jsonable.digest({"a": 1, "b": 2}) == jsonable.digest({"b": 2, "a": 1})
