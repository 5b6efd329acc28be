"""``json.match_schema`` and ``json.verify_schema``: JSON Schema draft 4, 6 and 7, and a mixture where none is named.

The verdict is OPA's, or there is none: what this validator would judge differently aborts (a reference to another
document, formats that only OPA knows how to read, patterns that only Go understands). The errors have OPA's form; their
texts are the validator's own, and where schemas are combined (``allOf``, ``anyOf``, ``if``) OPA tells more of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import jsonschema_rs

from gatekeeper.formats import jsonable
from gatekeeper.model.json import Json, JsonObject
from gatekeeper.policy.engines.builtins.base import BuiltinError, Functions
from gatekeeper.policy.engines.builtins.dialect import adapt
from gatekeeper.policy.engines.builtins.formats import FORMATS

_VALIDATORS = {
    "http://json-schema.org/draft-04/schema": jsonschema_rs.Draft4Validator,
    "http://json-schema.org/draft-06/schema": jsonschema_rs.Draft6Validator,
}
_TYPES = {
    "AdditionalItems": "array_no_additional_items",
    "AdditionalProperties": "additional_property_not_allowed",
    "AnyOf": "number_any_of",
    "Constant": "const",
    "Contains": "contains",
    "Enum": "enum",
    "ExclusiveMaximum": "number_lt",
    "ExclusiveMinimum": "number_gt",
    "FalseSchema": "false",
    "Format": "format",
    "MaxItems": "array_max_items",
    "MaxLength": "string_lte",
    "MaxProperties": "array_max_properties",
    "Maximum": "number_lte",
    "MinItems": "array_min_items",
    "MinLength": "string_gte",
    "MinProperties": "array_min_properties",
    "Minimum": "number_gte",
    "MultipleOf": "multiple_of",
    "Not": "number_not",
    "OneOfMultipleValid": "number_one_of",
    "OneOfNotValid": "number_one_of",
    "Pattern": "pattern",
    "PropertyNames": "invalid_property_name",
    "Required": "required",
    "Type": "invalid_type",
    "UniqueItems": "unique",
}


def match(document: Json, schema: Json) -> Json:
    """``[whether it matches, errors]``; both operands are objects, arrays or texts in JSON."""
    value = _json(document)
    validator = _compiled(jsonable.dumps(_json(schema)))
    errors = [error for found in validator.iter_errors(value) for error in _errors(found)]
    return [not errors, errors]


def verify(schema: Json) -> Json:
    """``[whether it is a schema, null or what is wrong with it]``."""
    try:
        _compiled(jsonable.dumps(_json(schema)))
    except BuiltinError as error:
        return [False, f"jsonschema: {error}"]
    return [True, None]


@lru_cache(maxsize=64)
def _compiled(text: bytes) -> jsonschema_rs.Validator:
    schema, dialect = adapt(jsonable.loads(text))
    try:
        return _VALIDATORS.get(dialect, jsonschema_rs.Draft7Validator)(
            schema,
            formats=FORMATS,
            validate_formats=True,
            offline=True,
            pattern_options=jsonschema_rs.RegexOptions(),
        )
    except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError, ValueError) as error:
        raise BuiltinError(str(error).partition("\n")[0]) from None


def _json(value: Json) -> Json:
    if isinstance(value, str):
        try:
            return jsonable.loads(value)
        except ValueError:
            raise BuiltinError("invalid JSON string") from None
    if not isinstance(value, dict | list):
        raise BuiltinError("wrong type, expected string or object")
    return value


def _errors(error: jsonschema_rs.ValidationError) -> Iterator[JsonObject]:
    field = ".".join(map(str, error.instance_path)) or "(Root)"
    name = type(error.kind).__name__
    kind = {"type": _TYPES.get(name, name.lower()), "field": field}
    texts = [error.message]
    if isinstance(error.kind, jsonschema_rs.ValidationErrorKind.AdditionalProperties):
        texts = [f"Additional property {key} is not allowed" for key in error.kind.unexpected]
    for text in texts:
        yield kind | {"error": f"{field}: {text}", "desc": text}


FUNCTIONS: Functions = {"json.match_schema": match, "json.verify_schema": verify}
