"""Terraform's JSON syntax, as the bodies and expressions that ``parser`` makes of the native one.

A block carries ``keys``, its path of keys in the JSON document, instead of a place. Which property of a resource is
a nested block and which is a map, only the provider's schema could tell: an object is taken for a block where
all its keys look like names of arguments and its own name is not one of the usual maps (tags, labels, ...).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import NoReturn

import orjson

from gatekeeper.errors import UnreadableInput
from gatekeeper.model.json import Json, JsonObject
from gatekeeper.model.place import Key
from gatekeeper.syntax.hcl.expressions import literal, number
from gatekeeper.syntax.hcl.parser import parse
from gatekeeper.syntax.hcl.source import MAX_DEPTH, SOURCE_LENGTH, Source

LABELS = {
    "resource": 2,
    "data": 2,
    "variable": 1,
    "output": 1,
    "module": 1,
    "provider": 1,
    "locals": 0,
    "terraform": 0,
}
_INNER_LABELS = {"dynamic": 1, "provisioner": 1, "backend": 1, "lifecycle": 0, "connection": 0, "content": 0}
_ARGUMENTS_ONLY = frozenset({"variable", "output", "module", "locals"})
_ARGUMENT_NAME = re.compile(r"[a-z_][a-z0-9_]*")
_MAPS = re.compile(
    r".*(?:tags|tags_all|labels|annotations|variables|parameters|metadata|headers|triggers|triggers_replace|keepers"
    r"|selector|options|models|settings|attributes|values|data|environment_variables|providers|for_each)"
)


class _Pairs(tuple[tuple[str, Json], ...]):
    """An object with all its properties, repeated ones too: Terraform lets blocks repeat."""

    __slots__ = ()


class _Number(str):
    """The text of a number."""

    __slots__ = ()


def parse_json(data: bytes) -> JsonObject:
    """The body of a ``.tf.json`` file.

    Raises:
        UnreadableInput: it is no JSON, or not the JSON of a Terraform configuration.
    """
    body: JsonObject = {"attributes": {}, "blocks": []}
    for document, keys in _each(_document(data), ()):
        for name, value in document:
            if name in LABELS:
                for labels, inner, place in _labelled(value, LABELS[name], (*keys, name)):
                    body["blocks"].append(_block(name, labels, inner, place, name in _ARGUMENTS_ONLY))
    return body


def parse_json_variables(data: bytes) -> JsonObject:
    """The body of a ``.tfvars.json`` file: attributes only.

    Raises:
        UnreadableInput: it is no JSON object.
    """
    document = _document(data)
    if not isinstance(document, _Pairs):
        raise UnreadableInput("an object of variables is expected", line=1, column=1)
    return _fields(document, (), arguments_only=True, depth=1)


def _document(data: bytes) -> Json:
    source = Source(data)
    try:
        orjson.loads(source.data)
    except orjson.JSONDecodeError as error:
        raise UnreadableInput(f"no JSON: {error.msg}", line=error.lineno, column=error.colno) from None
    try:
        return json.loads(
            source.data, object_pairs_hook=_Pairs, parse_int=_Number, parse_float=_Number, parse_constant=_no_constant
        )
    except RecursionError:
        raise UnreadableInput(f"nests deeper than {MAX_DEPTH} levels") from None


def _no_constant(name: str) -> NoReturn:
    raise UnreadableInput(f"{name} is no JSON")


def _each(value: Json, keys: tuple[Key, ...]) -> Iterator[tuple[_Pairs, tuple[Key, ...]]]:
    """An object, or each one of a list."""
    if isinstance(value, _Pairs):
        yield value, keys
    elif isinstance(value, list):
        for position, item in enumerate(value):
            if isinstance(item, _Pairs):
                yield item, (*keys, position)
            elif item is not None:
                raise _misplaced((*keys, position))
    elif value is not None:
        raise _misplaced(keys)


def _misplaced(keys: tuple[Key, ...]) -> UnreadableInput:
    path = ".".join(map(str, keys)) or "the document"
    return UnreadableInput(f"{path}: an object is expected", hint="see Terraform's JSON configuration syntax")


def _labelled(value: Json, count: int, keys: tuple[Key, ...]) -> Iterator[tuple[list[str], _Pairs, tuple[Key, ...]]]:
    """The blocks below a block type: objects keyed by label, each level perhaps in a list."""
    for properties, place in _each(value, keys):
        if count == 0:
            yield [], properties, place
            continue
        for label, inner in properties:
            if label != "//":
                for labels, body, below in _labelled(inner, count - 1, (*place, label)):
                    yield [label, *labels], body, below


def _block(
    type_: str, labels: list[str], properties: _Pairs, keys: tuple[Key, ...], arguments_only: bool, depth: int = 1
) -> JsonObject:
    body = _fields(properties, keys, arguments_only, depth)
    attributes = body["attributes"]
    if type_ == "variable" and attributes.get("type", {}).get("node") == "literal":
        # Types are written as strings here.
        attributes["type"] = parse(f"type = {attributes['type']['value']}\n".encode())["attributes"]["type"]
    return {"type": type_, "labels": labels, "keys": list(keys), **body}


def _fields(properties: _Pairs, keys: tuple[Key, ...], arguments_only: bool, depth: int) -> JsonObject:
    if depth > MAX_DEPTH:
        raise UnreadableInput(f"nests deeper than {MAX_DEPTH} levels")
    attributes: JsonObject = {}
    blocks: list[JsonObject] = []
    for name, value in properties:
        if name == "//":
            continue
        if not arguments_only and _is_block(name, value):
            for labels, inner, place in _labelled(value, _INNER_LABELS.get(name, 0), (*keys, name)):
                blocks.append(_block(name, labels, inner, place, arguments_only=False, depth=depth + 1))
        elif name in attributes:
            raise UnreadableInput(f"{'.'.join(map(str, (*keys, name)))} is set twice", hint="keep one of them")
        else:
            attributes[name] = _expression(value, depth + 1)
    return {"attributes": attributes, "blocks": blocks}


def _is_block(name: str, value: Json) -> bool:
    if name in _INNER_LABELS:
        return isinstance(value, _Pairs | list)
    if isinstance(value, list):
        return bool(value) and all(isinstance(item, _Pairs) and _is_block(name, item) for item in value)
    return (
        isinstance(value, _Pairs)
        and not _MAPS.fullmatch(name)
        and all(_ARGUMENT_NAME.fullmatch(key) or key == "//" for key, _ in value)
    )


def _expression(value: Json, depth: int) -> JsonObject:
    if depth > MAX_DEPTH:
        raise UnreadableInput(f"nests deeper than {MAX_DEPTH} levels")
    if isinstance(value, _Number):
        return _number(value)
    if isinstance(value, str):
        return _template(value)
    if isinstance(value, _Pairs):
        keys, values = [_template(key) for key, _ in value], [_expression(item, depth + 1) for _, item in value]
        return {"node": "object", "source": "{...}", "keys": keys, "values": values}
    if isinstance(value, list):
        return {"node": "tuple", "source": "[...]", "items": [_expression(item, depth + 1) for item in value]}
    return literal(value)


def _number(text: str) -> JsonObject:
    value = number(text.removeprefix("-"))
    if value is None:
        return {"node": "invalid", "source": text[:SOURCE_LENGTH]}
    return literal(-value if text.startswith("-") else value)


def _template(text: str) -> JsonObject:
    """A string, in which ``${`` and ``%{`` start sequences and backslashes mean nothing: so does a here-document."""
    if "${" not in text and "%{" not in text:
        return literal(text)
    name = "T"
    while name in text:
        name += "T"
    try:
        expression: JsonObject = parse(f"x = <<{name}\n{text}\n{name}\n".encode())["attributes"]["x"]
    except UnreadableInput as error:
        raise UnreadableInput(f"in the string {text[:60]!r}: {error.message}", hint=error.hint) from None
    # The last line end is the here-document's.
    if expression["node"] == "literal":
        return literal(expression["value"].removesuffix("\n"))
    if expression["node"] != "template":
        return expression
    parts: list[Json] = expression["parts"]
    if isinstance(parts[-1], str) and (rest := parts.pop().removesuffix("\n")):
        parts.append(rest)
    if len(parts) == 1 and not isinstance(parts[0], str) and parts[0]["node"] not in {"if", "each"}:
        only: JsonObject = parts[0]
        return only
    return {"node": "template", "source": Source(text.encode()).quote(0, len(text.encode())), "parts": parts}
