"""JSON Schema as OPA's validator understands it, rewritten as draft 4, 6 or 7 (whichever is named, else a mixture)."""

from __future__ import annotations

from collections.abc import Iterator

from gatekeeper.formats import jsonable
from gatekeeper.model.json import Json, JsonObject
from gatekeeper.policy.engines.builtins.base import BuiltinError

_IGNORED = ("$comment", "readOnly", "writeOnly", "contentEncoding", "contentMediaType", "examples")
_LISTS = ("allOf", "anyOf", "oneOf", "items", "type")
_PAIRS = (("minLength", "maxLength"), ("minProperties", "maxProperties"), ("minItems", "maxItems"))
_BOUNDS = (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum"))
_SCHEMAS = (
    "additionalItems",
    "additionalProperties",
    "allOf",
    "anyOf",
    "contains",
    "else",
    "if",
    "items",
    "not",
    "oneOf",
    "propertyNames",
    "then",
)
_MAPPINGS = ("$defs", "definitions", "dependencies", "patternProperties", "properties")


def adapt(schema: Json) -> tuple[Json, str]:
    """A copy without what OPA ignores, and the dialect that it names ("" for none).

    Raises:
        BuiltinError: OPA takes it for no schema.
    """
    if not isinstance(schema, dict):
        return schema, ""
    dialect = schema.get("$schema", "")
    if not isinstance(dialect, str):
        raise BuiltinError("$schema must be of type string")
    root = {key: value for key, value in schema.items() if key != "$schema"}
    mixed = "json-schema.org/draft-0" not in dialect
    pending = [root]
    while pending:
        node = pending.pop()
        _adapt(node, mixed)
        pending.extend(_copied(node))
    return root, dialect.removesuffix("#")


def _adapt(node: JsonObject, mixed: bool) -> None:
    for key in _IGNORED:
        node.pop(key, None)
    for key in _LISTS:
        if node.get(key) == []:
            del node[key]
    values = node.get("enum")
    if isinstance(values, list) and len({jsonable.dumps(value) for value in values}) < len(values):
        raise BuiltinError("enum items must be unique")
    for least, most in _PAIRS:
        low, high = node.get(least), node.get(most)
        if isinstance(low, int | float) and isinstance(high, int | float) and low > high:
            raise BuiltinError(f"{least} cannot be greater than {most}")
    if mixed:
        _adapt_mixture(node)


def _adapt_mixture(node: JsonObject) -> None:
    """Draft 4's booleans beside later drafts' numbers, and both names of an identifier."""
    for bound, exclusive in _BOUNDS:
        flag = node.get(exclusive)
        if isinstance(flag, bool):
            if bound not in node:
                raise BuiltinError(f"{exclusive} cannot be used without {bound}")
            del node[exclusive]
            if flag:
                node[exclusive] = node.pop(bound)
    if "id" in node:
        if not isinstance(node["id"], str):
            raise BuiltinError("Invalid type. Expected: string, given: id")
        node["$id"] = node.pop("id")


def _copied(node: JsonObject) -> Iterator[JsonObject]:
    """Copies of the schemas right below, put in their places."""
    for key in _SCHEMAS:
        value = node.get(key)
        if isinstance(value, list):
            node[key] = [dict(item) if isinstance(item, dict) else item for item in value]
            yield from (item for item in node[key] if isinstance(item, dict))
        elif isinstance(value, dict):
            node[key] = dict(value)
            yield node[key]
    for key in _MAPPINGS:
        value = node.get(key)
        if isinstance(value, dict):
            node[key] = {name: dict(item) if isinstance(item, dict) else item for name, item in value.items()}
            yield from (item for item in node[key].values() if isinstance(item, dict))
