from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.policy.checking import shapes
from gatekeeper.policy.checking.shapes import (
    BOOLEAN,
    NOTHING,
    NULL,
    NUMBER,
    OPEN,
    STRING,
    UNTRACKED,
    Case,
    Scalar,
    Shape,
    union,
)  # fmt: skip

PLACE = shapes.record({"path": STRING, "keys": shapes.array(STRING)})
LEAVES = [STRING, NUMBER, BOOLEAN, NULL, OPEN, UNTRACKED, NOTHING, PLACE, shapes.constants(frozenset({"a", "b"}))]


def shapes_of(leaves: st.SearchStrategy[Shape]) -> st.SearchStrategy[Shape]:
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            inner.map(shapes.array),
            inner.map(shapes.set_of),
            st.dictionaries(st.sampled_from("abc"), inner, max_size=3).map(shapes.record),
            inner.map(lambda shape: shapes.record({}, shape)),
            st.tuples(inner, inner).map(lambda pair: union(*pair)),
        ),
        max_leaves=6,
    )


ANY = shapes_of(st.sampled_from(LEAVES))


@given(ANY, ANY, ANY)
def test_unions_are_as_sets_are(one: Shape, two: Shape, three: Shape) -> None:
    assert union(one, one) is one
    assert union(one, NOTHING) is one
    assert union(one, two) is union(two, one)
    assert union(union(one, two), three) is union(one, union(two, three))


@given(ANY, ANY, st.sampled_from("abc"))
def test_a_union_has_what_its_parts_have(one: Shape, two: Shape, key: str) -> None:
    both = union(one, two)
    assert shapes.step(both, key) is union(both_of := shapes.step(both, key), shapes.step(one, key)) is both_of
    assert shapes.elements(both) is union(shapes.elements(both), shapes.elements(two))


def test_fields_of_a_union_are_there_for_sure_only_if_each_has_them() -> None:
    other = shapes.record({"path": NUMBER})
    both = union(PLACE, other)
    assert shapes.always_has(PLACE, "keys")
    assert shapes.always_has(both, "path")
    assert not shapes.always_has(both, "keys")
    assert not shapes.always_has(union(PLACE, NULL), "path")
    assert shapes.step(both, "path") is union(STRING, NUMBER)


def test_steps() -> None:
    assert shapes.step(PLACE, "paht") is NOTHING
    assert shapes.step(shapes.array(PLACE), "path") is NOTHING
    assert shapes.step(shapes.record({}, OPEN), "anything") is OPEN
    assert shapes.step(OPEN, "anything") is OPEN
    assert shapes.step(UNTRACKED, "anything") is UNTRACKED
    assert shapes.step(shapes.set_of(STRING), "a") is shapes.constants(frozenset({"a"}))
    assert shapes.at_path(PLACE, ("keys", None)) is STRING


def test_what_cannot_be_known_stays_so_inside() -> None:
    assert shapes.elements(shapes.MAYBE_UNKNOWN) is shapes.MAYBE_UNKNOWN
    assert not shapes.once_known(shapes.MAYBE_UNKNOWN).may_be_unknown


def test_keys() -> None:
    assert shapes.keys(PLACE) is shapes.constants(frozenset({"path", "keys"}))
    assert shapes.keys(shapes.array(PLACE)) is NUMBER
    assert shapes.keys(shapes.set_of(PLACE)) is PLACE
    assert shapes.keys(shapes.record({}, NUMBER, rest_keys=PLACE)) is PLACE


def test_many_constants_are_a_string() -> None:
    many = frozenset(str(number) for number in range(shapes.MAX_STRINGS + 1))
    assert shapes.constants(many) is STRING
    few = sorted(many)
    assert union(shapes.constants(frozenset(few[:13])), shapes.constants(frozenset(few[13:]))) is STRING


def test_letters_are_known_only_where_all_text_has_them() -> None:
    lower = shapes.scalar(Scalar.STRING, case=Case.LOWER)
    assert union(lower, NULL).case is Case.LOWER
    assert union(lower, STRING).case is None
    assert union(lower, shapes.constants(frozenset({"A"}))).case is None


def test_deep_literals_are_not_followed_for_ever() -> None:
    shape = STRING
    for _ in range(1000):
        shape = shapes.array(shape)
    assert shape.depth <= shapes.MAX_DEPTH


def test_words() -> None:
    assert shapes.describe(union(shapes.array(STRING), NULL)) == "a list or null"
    assert shapes.describe(union(PLACE, NUMBER)) == "an object or a number"
