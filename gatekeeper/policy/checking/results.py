"""What builtin functions return."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from gatekeeper.policy.checking import shapes
from gatekeeper.policy.checking.shapes import Scalar, Shape

Result = Callable[[Sequence[Shape]], Shape]

_TEXTS = """
    base64.encode base64url.encode concat crypto.sha256 format_int hex.encode json.marshal lower replace sprintf
    strings.render_template strings.replace_n strings.reverse substring time.format trim trim_left trim_prefix
    trim_right trim_space trim_suffix type_name upper urlquery.encode yaml.marshal base64.decode urlquery.decode
"""
_NUMBERS = """
    abs bits.and bits.lsh bits.or bits.rsh ceil count floor indexof product round semver.compare strings.count sum
    time.now_ns time.parse_ns time.parse_rfc3339_ns to_number units.parse units.parse_bytes
"""
_BOOLEANS = """
    contains endswith glob.match is_array is_boolean is_null is_number is_object is_set is_string json.is_valid
    net.cidr_contains object.subset regex.is_valid regex.match semver.is_valid startswith strings.any_prefix_match
    strings.any_suffix_match yaml.is_valid
"""


def _first(arguments: Sequence[Shape]) -> Shape:
    return arguments[0]


def _list_of_elements(arguments: Sequence[Shape]) -> Shape:
    return shapes.array(shapes.union_of(*(shapes.elements(argument) for argument in arguments)))


def _element(arguments: Sequence[Shape]) -> Shape:
    return shapes.elements(arguments[0])


def _joined_sets(arguments: Sequence[Shape]) -> Shape:
    return shapes.elements(arguments[0])


def _keys(arguments: Sequence[Shape]) -> Shape:
    return shapes.set_of(shapes.keys(arguments[0]))


def _merged(arguments: Sequence[Shape]) -> Shape:
    """Fields of either; those of the second win, and are there if they are in it for sure."""
    one, other = arguments[0], arguments[1]
    if not (one.is_known and other.is_known and one.is_object and other.is_object):
        return shapes.union_of(*arguments)
    fields = dict(one.fields)
    for key, value in other.fields:
        fields[key] = value if key in other.required else shapes.union(value, fields.get(key, shapes.NOTHING))
    rests = [owner for owner in (one, other) if owner.rest is not None]
    return shapes.record(
        fields,
        shapes.union_of(*(owner.rest or shapes.NOTHING for owner in rests)) if rests else None,
        rest_keys=shapes.union_of(*(owner.rest_keys or shapes.NOTHING for owner in rests)),
        optional=frozenset(fields) - one.required - other.required,
    )


_RESULTS: dict[str, Result] = {
    **{name: lambda _: shapes.STRING for name in _TEXTS.split()},
    **{name: lambda _: shapes.NUMBER for name in _NUMBERS.split()},
    **{name: lambda _: shapes.BOOLEAN for name in _BOOLEANS.split()},
    "array.concat": _list_of_elements,
    "array.reverse": _first,
    "array.slice": _first,
    "max": _element,
    "min": _element,
    "numbers.range": lambda _: shapes.array(shapes.NUMBER),
    "object.keys": _keys,
    "object.remove": _first,
    "object.filter": _first,
    "object.union": _merged,
    "regex.find_n": lambda _: shapes.array(shapes.STRING),
    "regex.split": lambda _: shapes.array(shapes.STRING),
    "regex.replace": lambda _: shapes.STRING,
    "sort": lambda arguments: shapes.array(_element(arguments)),
    "split": lambda _: shapes.array(shapes.STRING),
    "union": _joined_sets,
    "intersection": _joined_sets,
}

# What a function that asks for a type leaves of a value.
_ASKED = {
    "is_string": Scalar.STRING,
    "is_number": Scalar.NUMBER,
    "is_boolean": Scalar.BOOLEAN,
    "is_null": Scalar.NULL,
}


def result(name: str, arguments: Sequence[Shape]) -> Shape:
    """What the builtin ``name`` returns for such arguments; UNTRACKED where that is not known here."""
    function = _RESULTS.get(name)
    if function is None or not arguments or (name in ("object.union", "array.concat") and len(arguments) < 2):
        return shapes.UNTRACKED
    return function(arguments)


def narrowed(name: str, shape: Shape) -> Shape | None:
    """What is left of a value that ``name`` said true about; None where the function asks for no type."""
    if name in _ASKED:
        return _of_type(shape, _ASKED[name])
    if name == "is_object":
        return shapes.of_objects(shape)
    if name == "is_array":
        items = shapes.elements(shape) if shape.is_open or shape.untracked else shape.items
        return shapes.NOTHING if items is None else shapes.array(items)
    if name == "is_set":
        return shape
    return None


def _of_type(shape: Shape, wanted: Scalar) -> Shape:
    if wanted is Scalar.STRING and shape.strings:
        return shapes.constants(shape.strings)
    if wanted in shape.scalars:
        return shapes.scalar(wanted, case=shape.case if wanted is Scalar.STRING else None)
    return shapes.scalar(wanted) if shape.is_open or shape.untracked else shapes.NOTHING
