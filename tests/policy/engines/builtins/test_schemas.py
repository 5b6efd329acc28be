"""JSON Schema: the verdict is OPA's, and so are the fields of errors where schemas are not combined."""

from __future__ import annotations

from pathlib import Path

import pytest

from gatekeeper.model.json import Json
from tests.policy.engines.builtins.asking import REFUSED, Call, call, embedded, in_opa, reason

pytestmark = pytest.mark.services
PLAIN: list[Json] = [
    {},
    {"type": "string"},
    {"type": "integer"},
    {"type": ["string", "None"]},
    {"type": "object", "properties": {"a": {"type": "string"}}},
    {"required": ["a", "b"]},
    {"additionalProperties": False, "properties": {"a": {}}},
    {"additionalProperties": {"type": "string"}},
    {"patternProperties": {"^a": {"type": "string"}}, "additionalProperties": False},
    {"properties": {"a": {"enum": [1, "x", None]}}},
    {"properties": {"a": {"const": 1}}},
    {"properties": {"a": {"minimum": 1, "maximum": 3}}},
    {"properties": {"a": {"exclusiveMinimum": 1}}},
    {"properties": {"a": {"minimum": 1, "exclusiveMinimum": True}}},
    {
        "$schema": "http://json-schema.org/draft-04/schema#",
        "properties": {"a": {"minimum": 1, "exclusiveMinimum": True}},
    },
    {"properties": {"a": {"multipleOf": 0.1}}},
    {"properties": {"a": {"minLength": 1, "maxLength": 2}}},
    {"properties": {"a": {"pattern": "^x"}}},
    {"properties": {"a": {"pattern": "^\\d+$"}}},
    {"items": {"type": "integer"}},
    {"items": [{"type": "integer"}, {"type": "string"}], "additionalItems": False},
    {"minItems": 1, "maxItems": 2, "uniqueItems": True},
    {"minProperties": 1, "maxProperties": 1},
    {"not": {"required": ["a"]}},
    {"definitions": {"s": {"type": "string"}}, "properties": {"a": {"$ref": "#/definitions/s"}}},
    {"$defs": {"s": {"type": "string"}}, "properties": {"a": {"$ref": "#/$defs/s"}}},
    {"$defs": {"s": {"type": "string"}}, "properties": {"a": {"$ref": "#/$defs/t"}}},
    {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "prefixItems": [{"type": "string"}],
        "dependentRequired": {"a": ["b"]},
        "properties": {"a": {"type": "string"}},
    },
    {"$schema": "http://json-schema.org/draft-07/schema#", "type": "object"},
    {"$schema": "http://json-schema.org/draft-04/schema#", "const": 3, "properties": {"a": {"type": "integer"}}},
    {"type": "obj"},
    {"required": "a"},
    {"required": ["a", "a"]},
    {"properties": []},
    {"enum": []},
    {"enum": [1, 1]},
    {"minLength": -1},
    {"minLength": 1.5},
    {"minLength": 2, "maxLength": 1},
    {"items": []},
    {"title": 1},
    {"$comment": 1},
    {"readOnly": 1},
    {"then": 3},
    {"pattern": "["},
    {"pattern": "(?=a)"},
    {"$ref": "http://127.0.0.1:1/x"},
    {"format": "zzz"},
    {"multipleOf": 0},
    {"type": []},
    {"type": ["string", "string"]},
    {"$id": "x", "definitions": {"a": {"$id": "#foo", "type": "string"}}, "properties": {"a": {"$ref": "#foo"}}},
    {"default": 1, "examples": [1], "description": "d"},
    {"description": 2},
    {"uniqueItems": 1},
    {"additionalProperties": 1},
    {"not": 1},
    {"not": True},
    {"properties": {"a": True}},
    {"properties": {"a": False}},
    {"properties": {"a": None}},
    {"format": 1},
    {"properties": {"a": {"$ref": "#"}}},
    {"contentEncoding": "base64"},
    {"properties": {"a": {"contentEncoding": "base64"}}},
    [],
    "[]",
    '{"type":"object"}',
    "{",
    1,
    None,
    True,
    "true",
    "1",
    {"$schema": 1},
    {"$schema": "http://x.y/z"},
    {"exclusiveMinimum": True},
    {"exclusiveMaximum": "a"},
    {"maximum": "1"},
    {"patternProperties": {"[": {}}},
    {"const": None},
    {"id": "a"},
    {"id": 1},
    {"writeOnly": 1},
    {"$id": 1},
]
COMBINED: list[Json] = [
    {"contains": {"type": "string"}},
    {"properties": {"a": {"contains": {"const": 1}}}},
    {"propertyNames": {"pattern": "^a"}},
    {"dependencies": {"a": ["b"]}},
    {"dependencies": {"a": {"required": ["c"]}}},
    {"allOf": [{"required": ["a"]}, {"required": ["b"]}]},
    {"anyOf": [{"required": ["a"]}, {"required": ["b"]}]},
    {"oneOf": [{"required": ["a"]}, {"required": ["b"]}]},
    {"if": {"required": ["a"]}, "then": {"required": ["b"]}, "else": {"required": ["c"]}},
    {"$schema": "http://json-schema.org/draft-06/schema#", "if": {"required": ["a"]}, "then": {"required": ["zz"]}},
    {"allOf": []},
    {"dependencies": {"a": []}},
    {"dependencies": {"a": 1}},
    {"propertyNames": 1},
    {"contains": 1},
]
DOCUMENTS: list[Json] = [
    {},
    {"a": 1},
    {"a": "x"},
    {"a": "xyz"},
    {"a": 1.0},
    {"a": 0.3},
    {"a": 3},
    {"a": None},
    {"b": 1},
    {"a": 1, "b": 2},
    {"c": 1},
    {"a": "12"},
    {"a": "٣"},
    {"a": [1, 2]},
    {"a": {}},
    {"a": {"a": "q"}},
    [],
    [1],
    [1, "a"],
    [1, "a", 2],
    [1, 1],
    [1, 1.0],
    ["a"],
    '{"a":1}',
    "{",
    "1",
    '"x"',
    1,
    None,
    True,
    "null",
]
FORMATS = [
    "date",
    "time",
    "date-time",
    "hostname",
    "ipv4",
    "ipv6",
    "json-pointer",
    "relative-json-pointer",
    "uuid",
    "duration",
    "idn-hostname",
    "zzz",
]
FORMATTED = [
    "",
    "2020-01-01",
    "2020-02-30",
    "2020-02-29",
    "2019-02-29",
    "0000-02-29",
    "0000-01-01",
    "2020-1-1",
    "2020-01-01T00:00:00Z",
    "2020-01-01T00:00:00.123Z",
    "2020-01-01T00:00:00,5Z",
    "2020-01-01T00:00:00",
    "2020-01-01t00:00:00z",
    "2020-01-01 00:00:00Z",
    "2020-01-01T00:00:00+01:00",
    "2020-01-01T00:00:00+24:00",
    "2020-01-01T00:00:00+25:00",
    "2020-01-01T00:00:00+00:60",
    "2020-01-01T00:00:00+00:61",
    "2020-01-01T24:00:00Z",
    "2020-01-01T23:59:60Z",
    "2020-01-01T1:00:00Z",
    "00:00:00",
    "1:00:00",
    "1:2:3",
    "24:00:00",
    "00:00:00Z",
    "00:00:00+01:00",
    "00:00:00.5",
    "00:00:00.5Z",
    "00:00:00,5",
    "00:00",
    "00:00:00.",
    "2020-01-01T00:00:00.Z",
    "\uff12020-01-01",
    "00:00:00+1:00",
    "00:00:00-00:00",
    "a",
    "a.b",
    "a-b.c",
    "-a",
    "a-",
    "a..b",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a",
    "a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.",
    "é",
    "a_b",
    "a.",
    "a\n",
    "1.2.3.4",
    "1.2.3",
    "::1",
    "::ffff:1.2.3.4",
    "1.2.3.4%a",
    "fe80::1%a",
    "01.2.3.4",
    ":",
    "/",
    "/a",
    "/a~0",
    "/a~",
    "/~2",
    "0",
    "0#",
    "01",
    "0/a",
    "1/a~",
    "/a\n",
    "\n",
    "#",
    "00000000-0000-0000-0000-000000000000",
    "A0000000-0000-0000-0000-00000000000F",
    "00000000-0000-0000-0000-00000000000g",
    "00000000-0000-0000-0000-000000000000\n",
    "P1D",
    "x",
]


def verdicts(results: list[Json]) -> list[Json]:
    return [result[0] if isinstance(result, list) else result for result in results]


def kinds(results: list[Json]) -> list[Json]:
    """Verdict, and field and type of each error."""
    return [
        result if result == REFUSED else (result[0], sorted((error["field"], error["type"]) for error in result[1]))
        for result in results
    ]


def against_each_other(schemas: list[Json]) -> list[Call]:
    return [call("json.match_schema", document, schema) for schema in schemas for document in DOCUMENTS]


def test_what_a_schema_is(opa: Path) -> None:
    calls = [call("json.verify_schema", schema) for schema in [*PLAIN, *COMBINED]]
    assert verdicts(embedded(calls)) == verdicts(in_opa(opa, calls))
    assert embedded([call("json.verify_schema", {})]) == [[True, None]]


def test_what_matches(opa: Path) -> None:
    calls = against_each_other(PLAIN)
    assert kinds(embedded(calls)) == kinds(in_opa(opa, calls))


def test_what_matches_combined_schemas(opa: Path) -> None:
    calls = against_each_other(COMBINED)
    assert verdicts(embedded(calls)) == verdicts(in_opa(opa, calls))


def test_formats(opa: Path) -> None:
    calls = [
        call("json.match_schema", {"a": value}, {"properties": {"a": {"format": name}}})
        for name in FORMATS
        for value in FORMATTED
    ]
    assert verdicts(embedded(calls)) == verdicts(in_opa(opa, calls))


@pytest.mark.parametrize("name", ["email", "uri", "uri-reference", "uri-template", "iri", "regex"])
def test_formats_that_only_opa_judges(name: str) -> None:
    asked = call("json.match_schema", {"a": "x"}, {"properties": {"a": {"format": name}}})
    assert "does not judge the format" in reason(asked)


def test_nothing_is_fetched() -> None:
    for reference in ("http://127.0.0.1:1/x", "file:///etc/hostname", "https://json-schema.org/draft/2020-12/schema"):
        assert "etriev" in reason(call("json.match_schema", {}, {"$ref": reference}))
