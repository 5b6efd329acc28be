"""Plain JSON out of dataclasses, and dataclasses out of plain JSON."""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Callable
from enum import Enum
from functools import cache
from hashlib import sha256
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

import orjson

from gatekeeper.model.json import Json

T = TypeVar("T")
Decoder = Callable[[Json, str], Any]


def dumps(value: object) -> bytes:
    """Canonical JSON: keys sorted, no white space, UTF-8. Dataclasses are objects, tuples are arrays."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS)


def plain(value: object) -> Json:
    """The plain data that ``dumps`` writes: dictionaries, lists, strings, numbers, booleans and None."""
    return orjson.loads(dumps(value))


def loads(data: bytes | str) -> Json:
    """Parse JSON.

    Raises:
        ValueError: it is not JSON, or nests too deeply.
    """
    return orjson.loads(data)


def digest(value: object) -> str:
    """``sha256:hex`` of the canonical JSON."""
    return "sha256:" + sha256(dumps(value)).hexdigest()


def decode(cls: type[T], value: Json) -> T:
    """Build ``cls`` (a dataclass or anything its fields may be) from plain JSON; the inverse of ``plain``.

    Raises:
        ValueError: a field is missing, unknown or of another type; the message names it.
    """
    hint: Any = cls
    result: T = _decoder(hint)(value, "")
    return result


@cache
def _decoder(hint: Any) -> Decoder:
    origin = get_origin(hint)
    if hint is Any:
        return lambda value, where: value
    if origin in (Union, types.UnionType):
        return _optional(hint)
    if origin is tuple:
        item = _decoder(get_args(hint)[0])
        return lambda value, where: tuple(
            item(v, f"{where}[{i}]") for i, v in enumerate(_expect(list, value, where, "an array"))
        )
    if origin is dict:
        inner = _decoder(get_args(hint)[1])
        return lambda value, where: {
            k: inner(v, f"{where}.{k}") for k, v in _expect(dict, value, where, "an object").items()
        }
    if origin is list:
        item = _decoder(get_args(hint)[0])
        return lambda value, where: [
            item(v, f"{where}[{i}]") for i, v in enumerate(_expect(list, value, where, "an array"))
        ]
    if dataclasses.is_dataclass(hint):
        return _dataclass(hint)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return lambda value, where: _enum(hint, value, where)
    return lambda value, where: _scalar(hint, value, where)


def _optional(hint: Any) -> Decoder:
    choices = [_decoder(arg) for arg in get_args(hint) if arg is not type(None)]
    nullable = type(None) in get_args(hint)

    def decode_one(value: Json, where: str) -> Any:
        if value is None and nullable:
            return None
        problem = ValueError(f"{where or 'value'}: null is not allowed")
        for choice in choices:
            try:
                return choice(value, where)
            except ValueError as error:
                problem = error
        raise problem

    return decode_one


def _dataclass(cls: Any) -> Decoder:
    hints = get_type_hints(cls)
    fields = {field.name: _decoder(hints[field.name]) for field in dataclasses.fields(cls)}
    required = {
        field.name
        for field in dataclasses.fields(cls)
        if field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
    }

    def decode_one(value: Json, where: str) -> Any:
        value = _expect(dict, value, where, "an object")
        for key in value.keys() - fields.keys():
            raise ValueError(f"{where or 'value'}: unknown field {key!r}")
        for key in required - value.keys():
            raise ValueError(f"{where or 'value'}: field {key!r} is missing")
        return cls(**{key: fields[key](item, f"{where}.{key}".lstrip(".")) for key, item in value.items()})

    return decode_one


def _expect(kind: type, value: Json, where: str, name: str) -> Any:
    if not isinstance(value, kind):
        raise ValueError(f"{where or 'value'}: {name} is expected, not {value!r:.60}")
    return value


def _enum(cls: type[Enum], value: Json, where: str) -> Enum:
    try:
        return cls(value)
    except ValueError:
        raise ValueError(
            f"{where or 'value'}: {value!r:.60} is none of {', '.join(str(e.value) for e in cls)}"
        ) from None


def _scalar(kind: type, value: Json, where: str) -> Any:
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise ValueError(f"{where or 'value'}: {kind.__name__} is expected, not {value!r:.60}")
    return value
