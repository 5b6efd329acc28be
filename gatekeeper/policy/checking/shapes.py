"""What a value may be, as far as schemas and policies tell: the values of the abstract interpretation.

A shape stands for a set of JSON values (and Rego's sets). Equal shapes are the same object, so that they are compared
and remembered by identity.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache, reduce
from typing import TypeAlias

MAX_STRINGS = 24  # of more constants only "a string" is kept
MAX_DEPTH = 40  # of nested literals; what lies deeper is not followed

Members: TypeAlias = "tuple[tuple[str, Shape], ...]"


class Scalar(StrEnum):
    """Types without parts."""

    STRING = "string"
    NUMBER = "number"
    BOOLEAN = "boolean"
    NULL = "null"


class Case(StrEnum):
    """In which letters a text of the evidence always stands."""

    UPPER = "upper"
    LOWER = "lower"


@dataclass(frozen=True, eq=False, slots=True)
class Shape:
    """A set of values; with nothing set, the empty one: no value at all.

    ``strings`` are constants, ``items`` those of arrays, ``members`` those of sets. Objects have ``fields`` (the
    ``required`` ones always); they are closed unless ``rest`` says what other keys lead to, which are ``rest_keys``:
    in Rego any value can be one.
    ``is_open``: the schema allows anything; ``may_be_unknown``: among that, a value that is not known before run time.
    ``untracked``: the analysis does not know.
    """

    scalars: frozenset[Scalar] = frozenset()
    strings: frozenset[str] = frozenset()
    case: Case | None = None
    items: Shape | None = None
    members: Shape | None = None
    is_object: bool = False
    fields: Members = ()
    required: frozenset[str] = frozenset()
    rest: Shape | None = None
    rest_keys: Shape | None = None
    is_open: bool = False
    may_be_unknown: bool = False
    untracked: bool = False
    depth: int = 0

    @property
    def is_text(self) -> bool:
        """Whether some of it are strings."""
        return bool(self.strings) or Scalar.STRING in self.scalars

    @property
    def is_known(self) -> bool:
        """Whether it lists all values that there can be, and there are some."""
        return self is not NOTHING and not self.is_open and not self.untracked

    @property
    def is_compound(self) -> bool:
        """Whether some of it have parts."""
        return self.is_object or self.items is not None or self.members is not None

    def field(self, key: str) -> Shape | None:
        """The field of that name, None where there is none."""
        return dict(self.fields).get(key)


@cache
def _make(
    scalars: frozenset[Scalar],
    strings: frozenset[str],
    case: Case | None,
    items: Shape | None,
    members: Shape | None,
    fields: Members | None,
    required: frozenset[str],
    rest: Shape | None,
    rest_keys: Shape | None,
    flags: tuple[bool, bool, bool],
) -> Shape:
    parts = [
        part for part in (items, members, rest, rest_keys, *(value for _, value in fields or ())) if part is not None
    ]
    depth = 1 + max((part.depth for part in parts), default=0) if parts else 0
    if depth > MAX_DEPTH:
        return UNTRACKED
    is_object = fields is not None
    members_of = fields or ()
    return Shape(
        scalars, strings, case, items, members, is_object, members_of, required, rest, rest_keys, *flags, depth
    )


_NO: frozenset[str] = frozenset()
_NONE: frozenset[Scalar] = frozenset()
_CLOSED = (False, False, False)

NOTHING = _make(_NONE, _NO, None, None, None, None, _NO, None, None, _CLOSED)
OPEN = _make(_NONE, _NO, None, None, None, None, _NO, None, None, (True, False, False))
MAYBE_UNKNOWN = _make(_NONE, _NO, None, None, None, None, _NO, None, None, (True, True, False))
UNTRACKED = _make(_NONE, _NO, None, None, None, None, _NO, None, None, (False, False, True))


def scalar(*types: Scalar, case: Case | None = None) -> Shape:
    """Any value of these types."""
    return _make(frozenset(types), _NO, case, None, None, None, _NO, None, None, _CLOSED)


STRING, NUMBER, BOOLEAN, NULL = (scalar(type_) for type_ in Scalar)


def constants(values: frozenset[str]) -> Shape:
    """One of these strings."""
    if len(values) > MAX_STRINGS:
        return STRING
    return _make(_NONE, values, None, None, None, None, _NO, None, None, _CLOSED)


def array(items: Shape) -> Shape:
    """A list of such items."""
    return _make(_NONE, _NO, None, items, None, None, _NO, None, None, _CLOSED)


def set_of(members: Shape) -> Shape:
    """A set of such members."""
    return _make(_NONE, _NO, None, None, members, None, _NO, None, None, _CLOSED)


def record(
    fields: dict[str, Shape],
    rest: Shape | None = None,
    *,
    rest_keys: Shape = STRING,
    optional: frozenset[str] = _NO,
) -> Shape:
    """An object with these fields, all of them there but the ``optional`` ones, and perhaps others."""
    ordered, required = tuple(sorted(fields.items())), frozenset(fields) - optional
    return _make(_NONE, _NO, None, None, None, ordered, required, rest, None if rest is None else rest_keys, _CLOSED)


@cache
def union(one: Shape, other: Shape) -> Shape:
    """What is in either."""
    if one is other or other is NOTHING:
        return one
    if one is NOTHING:
        return other
    scalars, strings = one.scalars | other.scalars, one.strings | other.strings
    if len(strings) > MAX_STRINGS or Scalar.STRING in scalars:
        scalars, strings = scalars | ({Scalar.STRING} if strings else set()), _NO
    fields, required = _merged(one, other)
    return _make(
        scalars,
        strings,
        # Where only one of them is text, its letters are those of both.
        one.case if not other.is_text else other.case if not one.is_text or one.case is other.case else None,
        _either(one.items, other.items),
        _either(one.members, other.members),
        fields,
        required,
        _either(one.rest, other.rest),
        _either(one.rest_keys, other.rest_keys),
        (
            one.is_open or other.is_open,
            one.may_be_unknown or other.may_be_unknown,
            one.untracked or other.untracked,
        ),
    )


def _merged(one: Shape, other: Shape) -> tuple[Members | None, frozenset[str]]:
    if not (one.is_object and other.is_object):
        owner = one if one.is_object else other
        return (owner.fields, owner.required) if owner.is_object else (None, _NO)
    # A field that only one of them names may be among what the other has besides its own.
    here, there = dict(one.fields), dict(other.fields)
    fields = {
        key: union(here.get(key, one.rest or NOTHING), there.get(key, other.rest or NOTHING)) for key in here | there
    }
    return tuple(sorted(fields.items())), one.required & other.required


def _either(one: Shape | None, other: Shape | None) -> Shape | None:
    if one is None or other is None:
        return one or other
    return union(one, other)


def union_of(*shapes: Shape) -> Shape:
    """What is in any of them."""
    return reduce(union, shapes, NOTHING)


def _beyond(shape: Shape) -> Shape:
    """What lies inside of what is not described."""
    inside = MAYBE_UNKNOWN if shape.may_be_unknown else OPEN if shape.is_open else NOTHING
    return union(inside, UNTRACKED) if shape.untracked else inside


@cache
def elements(shape: Shape) -> Shape:
    """What an iteration over it yields, or an index that is computed leads to."""
    inside = [part for part in (shape.items, shape.members, shape.rest) if part is not None]
    return union_of(_beyond(shape), *inside, *(value for _, value in shape.fields))


@cache
def keys(shape: Shape) -> Shape:
    """The keys of an iteration over it; of what is in JSON, only strings and numbers can be some."""
    found = union(UNTRACKED if shape.untracked else NOTHING, union(STRING, NUMBER) if shape.is_open else NOTHING)
    if shape.items is not None:
        found = union(found, NUMBER)
    if shape.members is not None:
        found = union(found, shape.members)
    if shape.is_object:
        names = constants(frozenset(key for key, _ in shape.fields)) if shape.fields else NOTHING
        found = union_of(found, names, shape.rest_keys or NOTHING)
    return found


@cache
def step(shape: Shape, key: str) -> Shape:
    """What a constant key leads to; NOTHING where it leads nowhere. Members of a set are their own keys."""
    found = _beyond(shape)
    if (value := shape.field(key)) is not None:
        found = union(found, value)
    elif shape.rest is not None:
        found = union(found, shape.rest)
    members = shape.members
    if members is not None and (not members.is_known or Scalar.STRING in members.scalars or key in members.strings):
        found = union(found, constants(frozenset({key})))
    return found


def always_has(shape: Shape, key: str) -> bool:
    """Whether each value has that field."""
    return (
        shape.is_known
        and key in shape.required
        and not (shape.scalars or shape.strings or shape.items is not None or shape.members is not None)
    )


def describe(shape: Shape) -> str:
    """The types of a shape in words, such as ``a list or null``."""
    words = [
        word
        for word, holds in (
            ("an object", shape.is_object),
            ("a list", shape.items is not None),
            ("a set", shape.members is not None),
            ("a string", shape.is_text),
            ("a number", Scalar.NUMBER in shape.scalars),
            ("a boolean", Scalar.BOOLEAN in shape.scalars),
            ("null", Scalar.NULL in shape.scalars),
        )
        if holds
    ]
    return " or ".join(words)


def of_objects(shape: Shape) -> Shape:
    """What is left of a shape where only objects are."""
    inside = _beyond(shape)
    if shape.is_open or shape.untracked:
        rest = inside if shape.rest is None else union(inside, shape.rest)
        return record(
            dict(shape.fields), rest, rest_keys=shape.rest_keys or STRING, optional=frozenset(dict(shape.fields))
        )
    if not shape.is_object:
        return NOTHING
    optional = frozenset(dict(shape.fields)) - shape.required
    return record(dict(shape.fields), shape.rest, rest_keys=shape.rest_keys or STRING, optional=optional)


def without_null(shape: Shape) -> Shape:
    """What is left of a shape that is not null."""
    return replaced(shape, scalars=shape.scalars - {Scalar.NULL})


def once_known(shape: Shape) -> Shape:
    """What is left of a shape whose value is known."""
    return replaced(shape, may_be_unknown=False)


def replaced(shape: Shape, *, scalars: frozenset[Scalar] | None = None, may_be_unknown: bool | None = None) -> Shape:
    """The same with other types or another mark."""
    return _make(
        shape.scalars if scalars is None else scalars,
        shape.strings,
        shape.case,
        shape.items,
        shape.members,
        shape.fields if shape.is_object else None,
        shape.required,
        shape.rest,
        shape.rest_keys,
        (shape.is_open, shape.may_be_unknown if may_be_unknown is None else may_be_unknown, shape.untracked),
    )


def at_path(shape: Shape, path: tuple[str | None, ...] | None) -> Shape:
    """What a path of keys leads to; None in it is any key, None for it any path."""
    if path is None:
        return elements(shape)
    for key in path:
        shape = elements(shape) if key is None else step(shape, key)
    return shape
