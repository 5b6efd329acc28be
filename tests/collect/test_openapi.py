"""The reader of OpenAPI documents: which files it claims, what is effective for each operation, what bodies reach."""

from __future__ import annotations

import itertools
import json
import random
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatekeeper.collect.base import HEAD_BYTES, Reader
from gatekeeper.collect.openapi import OpenApiReader
from gatekeeper.errors import UnreadableInput
from gatekeeper.formats import jsonable
from gatekeeper.model.api import Body, OpenApiDocument, Operation, Schema
from gatekeeper.model.json import Json, JsonObject
from gatekeeper.model.place import Place

READER: Reader = OpenApiReader()


def document(**members: Json) -> OpenApiDocument:
    root = {"openapi": "3.1.0", "info": {"title": "Shop"}, **members}
    (fact,) = READER.read("api.json", json.dumps(root).encode())
    assert isinstance(fact, OpenApiDocument)
    return fact


def operation(value: Json = None, item: JsonObject | None = None, **members: Json) -> Operation:
    """The operation ``GET /a``."""
    found = document(paths={"/a": {"get": value or {}, **(item or {})}}, **members).operations
    assert [(o.path, o.method) for o in found] == [("/a", "get")]
    return found[0]


def returning(schema: Json) -> JsonObject:
    """An operation that returns a schema."""
    return {"responses": {"200": {"content": {"application/json": {"schema": schema}}}}}


def ref(name: str, section: str = "schemas") -> JsonObject:
    return {"$ref": f"#/components/{section}/{name}"}


def reached(schema: Json, schemas: JsonObject | None = None) -> list[str]:
    """Ids that a response of a schema reaches."""
    found = document(paths={"/a": {"get": returning(schema)}}, components={"schemas": schemas or {}})
    return ids_of(found, found.operations[0].responses[0].bodies[0])


def ids_of(found: OpenApiDocument, body: Body) -> list[str]:
    """Ids that a body reaches."""
    return sorted(identity for key in body.reach for identity in found.reaches[key])


BODY = "/paths/~1a/get/responses/200/content/application~1json/schema"
STRING = {"type": "string"}


class TestClaim:
    @pytest.mark.parametrize(
        ("path", "head"),
        [
            ("api.yaml", b"openapi: 3.0.3\ninfo: {}\n"),
            ("api.yml", b"# ours\n---\ninfo:\n  title: x\n'openapi': \"3.1.0\"\n"),
            ("api.YAML", b"\xef\xbb\xbf  openapi : '3.0.0'\r\n  info:\r\n"),
            ("api.yaml", b'{"openapi": "3.0.0"}'),
            ("api.json", b'{"openapi":"3.0.0","info":{}}'),
            ("api.json", b'{\n  "info": {"openapi": "2", "x": "}{"},\n  "openapi" : "3.1.0"'),
            ("api.json", '{"openapi":"3.0.0"}'.encode("utf-16")),
            ("api.json", b'{"components":{"schemas":{"A":{"description":"' + b"x" * HEAD_BYTES),
            ("api.yaml", b"components:\n  schemas:\n    A:\n" + b"      # x\n" * HEAD_BYTES),
        ],
    )
    def test_documents(self, path: str, head: bytes) -> None:
        assert READER.claim(path, head)

    @pytest.mark.parametrize(
        ("path", "head"),
        [
            ("api.yaml", b"swagger: '2.0'\n"),
            ("api.json", b'{"swagger":"2.0","info":{}}'),
            ("api.json", b'{"apis":[{"openapi":"3.0.0"}]}'),
            ("api.json", b'["openapi", "3.0.0"]'),
            ("api.json", b'{"x":"\\"openapi\\":\\"3.0.0\\""}'),
            ("cm.yaml", b"kind: ConfigMap\ndata:\n  api: |\n    openapi: 3.0.0\n"),
            ("api.yaml", b"asyncapi: 3.0.0\n"),
            ("api.txt", b"openapi: 3.0.0\n"),
            ("api.yaml", b""),
            ("dashboard.json", b'{"components":{"header":{"x":"' + b"x" * HEAD_BYTES),
            ("api.json", b'{"components":{"schemas":{}}}'),
            ("api.json", b'{"' + b'\\"' * HEAD_BYTES),
        ],
    )
    def test_other_files(self, path: str, head: bytes) -> None:
        assert not READER.claim(path, head[:HEAD_BYTES])


LONG = "x" * HEAD_BYTES


class TestDisguises:
    """Documents that a parser sees and a pattern at the beginning of a line does not."""

    @pytest.mark.parametrize(
        ("path", "text"),
        [
            ("api.yaml", "openapi: &v 3.0.0\n"),
            ("api.yaml", "openapi: !!str 3.0.0\n"),
            ("api.yaml", "openapi:\n  3.0.0\n"),
            ("api.yaml", "openapi: # ours\n  # really\n  '3.0.0'\n"),
            ("api.yaml", "openapi: >-\n  3.0.0\n"),
            ("api.yaml", "x-v: &v 3.0.0\nopenapi: *v\n"),
            ("api.yaml", 'openapi: "3\\x2e0.0"\n'),
            ("api.yaml", '"open\\x61pi": 3.0.0\n'),
            ("api.yaml", "!!str openapi: 3.0.0\n"),
            ("api.yaml", "? openapi\n: 3.0.0\n"),
            ("api.yaml", "--- !!map\nopenapi: 3.0.0\n"),
            ("api.yaml", "openapi: 3.0.0\rinfo: {}\r"),
            ("api.yaml", "info: {}\ropenapi: 3.0.0\r"),
            ("api.yaml", "x-a: &a {openapi: 3.0.0}\n<<: *a\n"),
            ("api.yaml", "{ # x\n openapi: 3.0.0}"),
            ("api.yaml", "{!!str openapi: 3.0.0}"),
            ("api.yaml", f"info:\n  description: {LONG}\nopenapi: 3.0.0\n"),
            ("api.yaml", f"info:\n  description: {LONG}\nopenapi: &v 3.0.0\n"),
            ("api.json", '{"open\\u0061pi": "3.0.0"}'),
            ("api.json", '{"openapi": "\\u0033.0.0"}'),
            ("api.json", f'{{"info": {{"description": "{LONG}"}}, "openapi": "3.0.0"}}'),
            ("api.json", f'{{"info": {{"description": "{LONG}"}}, "open\\u0061pi": "\\u0033.0.0"}}'),
        ],
    )
    def test_documents(self, path: str, text: str) -> None:
        data = text.encode()
        assert READER.claim(path, data[:HEAD_BYTES])
        (fact,) = READER.read(path, data)
        assert isinstance(fact, OpenApiDocument)
        assert fact.version == "3.0.0"

    @pytest.mark.parametrize(
        "text",
        [
            f"info:\n  description: {LONG}\n",
            f"info:\n  description: {LONG}\nswagger: '2.0'\n",
            f"tags: {LONG}\nx: [\n",
            "openapi:\n  3.x: 7\n",
        ],
    )
    def test_a_suspicion_that_proves_wrong(self, text: str) -> None:
        assert READER.claim("a.yaml", text.encode()[:HEAD_BYTES])
        assert READER.read("a.yaml", text.encode()) == ()

    @pytest.mark.parametrize(
        "text", ["openapi:\n  enabled: true\n", "openapi: &x\n  a: 1\n", "openapi: 2.0\n", "openapi: *\n"]
    )
    def test_settings_with_that_name(self, text: str) -> None:
        assert not READER.claim("a.yaml", text.encode())

    @pytest.mark.parametrize(
        "unit",
        [
            "openapi: #",
            "openapi: &a\n",
            "openapi:\n",
            "openapi: &a: ",
            "!a openapi: 3.",
            '{"openapi":"\\',
            '"\\\n',
            "---\n",
        ],
    )
    def test_hostile_heads_take_no_time(self, unit: str) -> None:
        head = (unit * HEAD_BYTES).encode()[:HEAD_BYTES]
        started = time.process_time()
        for data in (head, head[:-1]):
            READER.claim("a.yaml", data)
            READER.claim("a.json", data)
        assert time.process_time() - started < 1

    @pytest.mark.parametrize("start", [f"info: {LONG}\n---\n", "openapi:\n  3.x: 7\n---\n!!str "])
    def test_kubernetes_objects_do_not_hide_in_a_suspect(self, start: str) -> None:
        data = f"{start}apiVersion: v1\nkind: Pod\n".encode()
        assert READER.claim("a.yaml", data[:HEAD_BYTES])
        with pytest.raises(UnreadableInput, match="holds Kubernetes objects"):
            READER.read("a.yaml", data)


class TestSecurity:
    @pytest.mark.parametrize(
        ("root", "own", "expected"),
        [
            ({}, {}, None),
            ({"security": [{"key": []}]}, {}, ({"key": []},)),
            ({"security": [{"key": []}]}, {"security": [{"oauth": ["read"]}]}, ({"oauth": ["read"]},)),
            ({"security": [{"key": []}]}, {"security": []}, ()),
            ({}, {"security": [{}]}, ({},)),
            ({"security": [{"key": []}]}, {"security": None}, ({"key": []},)),
            ({}, {"security": [{"key": None, "oauth": "read"}]}, ({"key": [], "oauth": ["read"]},)),
        ],
    )
    def test_effective_requirements(self, root: JsonObject, own: JsonObject, expected: object) -> None:
        assert operation(own, **root).security == expected

    def test_schemes(self) -> None:
        schemes = document(
            components={
                "securitySchemes": {
                    "key": {"type": "apiKey", "in": "query", "name": "token"},
                    "basic": {"type": "http", "scheme": "Basic"},
                    "same": ref("key", "securitySchemes"),
                }
            }
        ).security_schemes
        assert (schemes["key"].type, schemes["key"].location, schemes["key"].parameter) == ("apiKey", "query", "token")
        assert schemes["basic"].scheme == "basic"
        assert schemes["same"].at.keys == ("components", "securitySchemes", "key")


class TestServers:
    def test_the_nearest_counts_and_an_empty_list_is_none(self) -> None:
        found = document(
            servers=[{"url": "https://root"}],
            paths={
                "/own": {"servers": [{"url": "http://item"}], "get": {"servers": [{"url": "http://own"}]}},
                "/item": {"servers": [{"url": "http://item"}], "get": {}},
                "/root": {"get": {"servers": []}},
            },
        ).operations
        assert [o.servers[0].url for o in found] == ["http://own", "http://item", "https://root"]
        assert found[0].servers[0].at.keys == ("paths", "/own", "get", "servers", 0)

    def test_defaults_of_variables(self) -> None:
        server = {
            "url": "{scheme}://{host}:{port}/{unknown}",
            "variables": {"scheme": {"default": "http"}, "host": {"default": "{port}"}, "port": {"default": 80}},
        }
        assert document(servers=[server]).servers[0].url == "http://{port}:80/{unknown}"

    def test_an_address_does_not_grow_beyond_measure(self) -> None:
        server = {"url": "{a}" * 1000, "variables": {"a": {"default": "x" * 200}}}
        assert document(servers=[server]).servers[0].url == "{a}" * 1000


class TestParameters:
    def test_those_of_the_operation_replace_those_of_the_path(self) -> None:
        item = {
            "parameters": [
                {"name": "id", "in": "query", "required": False},
                {"name": "id", "in": "header"},
                ref("Page", "parameters"),
            ]
        }
        own = {"parameters": [{"name": "id", "in": "query", "required": True, "schema": STRING}]}
        page = {"name": "page", "in": "query", "schema": ref("Number")}
        found = operation(
            own, item, components={"parameters": {"Page": page}, "schemas": {"Number": {"type": "integer", "x-a": 1}}}
        ).parameters
        assert [(p.name, p.location, p.required) for p in found] == [
            ("id", "query", True),
            ("id", "header", False),
            ("page", "query", False),
        ]
        assert found[0].at.keys == ("paths", "/a", "get", "parameters", 0)
        assert found[2].at.keys == ("components", "parameters", "Page")
        assert found[2].schema == {"type": "integer"}

    def test_schemas_are_flat(self) -> None:
        schema = {"type": "array", "items": STRING, "format": "x", "example": "secret", "enum": [1], "x-pii": True}
        assert operation({"parameters": [{"name": "a", "in": "query", "schema": schema}]}).parameters[0].schema == {
            "type": "array",
            "format": "x",
            "enum": [1],
            "x-pii": True,
        }

    def test_content_instead_of_schema(self) -> None:
        parameter = {"name": "a", "in": "query", "content": {"application/json": {"schema": STRING}}}
        assert operation({"parameters": [parameter]}).parameters[0].schema == STRING


class TestMessages:
    def test_responses_and_requests_where_they_are_defined(self) -> None:
        whole = document(
            paths={
                "/a": {
                    "get": {
                        "requestBody": ref("New", "requestBodies"),
                        "responses": {"200": {"description": "ok"}, "429": ref("Slow", "responses"), "x-a": 1},
                    }
                }
            },
            components={
                "requestBodies": {"New": {"content": {"application/json": {"schema": ref("User")}}}},
                "responses": {"Slow": {"headers": {"Retry-After": ref("After", "headers")}}},
                "headers": {"After": {"schema": STRING}},
                "schemas": {"User": {"properties": {"email": STRING}}},
            },
        )
        (found,) = whole.operations
        assert [(r.status, r.headers, r.at.keys) for r in found.responses] == [
            ("200", (), ("paths", "/a", "get", "responses", "200")),
            ("429", ("retry-after",), ("components", "responses", "Slow")),
        ]
        (body,) = found.requests
        assert (body.media_type, ids_of(whole, body)) == ("application/json", ["/components/schemas/User"])
        assert body.at.keys == ("components", "requestBodies", "New", "content", "application/json")

    def test_extensions_of_the_operation_lie_over_those_of_the_path(self) -> None:
        found = operation({"x-a": 1, "deprecated": True, "operationId": "o"}, {"x-a": 0, "x-b": 2}, **{"x-c": 3})
        assert (found.extensions, found.deprecated, found.operation_id) == ({"x-a": 1, "x-b": 2}, True, "o")

    def test_callbacks_and_webhooks_are_left_out(self) -> None:
        callback: JsonObject = {"callbacks": {"done": {"{$request.body#/url}": {"post": {}}}}}
        assert len(document(paths={"/a": {"get": callback}}, webhooks={"w": {"post": {}}}).operations) == 1

    def test_path_items_may_be_references(self) -> None:
        found = document(
            paths={
                "/a": {"$ref": "#/components/pathItems/A", "get": {"operationId": "own"}},
                "/b": {"$ref": "#/paths/~1a"},
            },
            components={"pathItems": {"A": {"get": {"operationId": "far"}, "POST": {"operationId": "post"}}}},
        ).operations
        assert [(o.path, o.method, o.operation_id) for o in found] == [
            ("/a", "get", "own"),
            ("/a", "post", "post"),
            ("/b", "get", "own"),
            ("/b", "post", "post"),
        ]
        assert found[1].at.keys == ("components", "pathItems", "A", "POST")

    def test_methods_of_version_3_2(self) -> None:
        found = document(openapi="3.2.0", paths={"/a": {"query": {}, "additionalOperations": {"COPY": {}}}}).operations
        assert [o.method for o in found] == ["query", "copy"]


class TestSchemas:
    def test_own_properties(self) -> None:
        schemas = document(
            components={
                "schemas": {
                    "User": {
                        "type": "object",
                        "properties": {
                            "email": {"type": ["string", "null"], "format": "email", "x-pii": True},
                            "password": {"type": "string", "writeOnly": True, "nullable": True},
                            "id": {"readOnly": True, "allOf": [ref("Id")]},
                            "anything": True,
                            "x-names": STRING,
                        },
                    },
                    "Id": {"type": "string", "format": "uuid"},
                }
            }
        ).schemas
        assert list(schemas) == ["/components/schemas/User"]
        user = schemas["/components/schemas/User"]
        assert user.name == "User"
        assert [(p.name, p.types, p.format, p.write_only, p.read_only, p.extensions) for p in user.properties] == [
            ("email", ("string", "null"), "email", False, False, {"x-pii": True}),
            ("password", ("string", "null"), "", True, False, {}),
            ("id", ("string",), "uuid", False, True, {}),
            ("anything", (), "", False, False, {}),
            ("x-names", ("string",), "", False, False, {}),
        ]
        assert user.properties[0].at == Place("api.json", 0, ("components", "schemas", "User", "properties", "email"))

    def test_inline_branches_are_merged_and_references_are_edges(self) -> None:
        schema = {
            "properties": {"a": STRING},
            "allOf": [{"properties": {"b": STRING}, "oneOf": [{"properties": {"c": STRING}}]}, ref("Base")],
            "anyOf": [{"properties": {"d": STRING}}],
            "not": {"properties": {"never": STRING}},
        }
        found = document(
            paths={"/a": {"get": returning(schema)}}, components={"schemas": {"Base": {"properties": {"e": STRING}}}}
        )
        assert ids_of(found, found.operations[0].responses[0].bodies[0]) == ["/components/schemas/Base", BODY]
        assert [p.name for p in found.schemas[BODY].properties] == ["a", "b", "c", "d"]
        assert found.schemas[BODY].name == ""

    @pytest.mark.parametrize(
        "schema",
        [
            ref("A"),
            {"type": "array", "items": ref("A")},
            {"additionalProperties": ref("A")},
            {"prefixItems": [STRING, {"items": ref("A")}]},
            {"patternProperties": {"^x": ref("A")}},
            {"allOf": [ref("A")]},
            {"oneOf": [STRING, {"anyOf": [ref("A")]}]},
            {"then": ref("A")},
            {"$ref": "#/components/schemas/Alias"},
            {"$ref": "#/components/schemas/%41"},
            {"$ref": "#anchor"},
            {"$ref": "api.json#/components/schemas/A"},
        ],
    )
    def test_what_a_body_reaches(self, schema: Json) -> None:
        a = {"$anchor": "anchor", "properties": {"x": STRING}}
        assert reached(schema, {"A": a, "Alias": ref("A")}) == ["/components/schemas/A"]

    @pytest.mark.parametrize("schema", [{"not": ref("A")}, STRING, True, None, {"example": ref("A")}])
    def test_what_a_body_does_not_reach(self, schema: Json) -> None:
        assert reached(schema, {"A": {"properties": {"x": STRING}}}) == []

    def test_nested_inline_schemas_have_ids_of_their_own(self) -> None:
        schema = {"properties": {"a/b": {"items": {"properties": {"c": STRING}}}}}
        assert reached(schema) == [BODY, f"{BODY}/properties/a~1b/items"]

    def test_cycles(self) -> None:
        schemas = {
            "Node": {"properties": {"next": ref("Node"), "leaf": ref("Leaf")}},
            "Leaf": {"properties": {"up": ref("Node")}},
            "Loop": ref("Pool"),
            "Pool": ref("Loop"),
            "Alone": {"properties": {"x": STRING}},
        }
        assert reached(ref("Leaf"), schemas) == ["/components/schemas/Leaf", "/components/schemas/Node"]
        assert reached(ref("Loop"), schemas) == []
        assert operation(
            {"parameters": [ref("P", "parameters")]}, components={"parameters": {"P": ref("P", "parameters")}}
        )

    def test_bodies_that_reach_the_same_schemas_share_them(self) -> None:
        schemas = {
            "User": {"properties": {"team": ref("Team")}},
            "Team": {"properties": {"owner": ref("User"), "address": ref("Address")}},
            "Address": {"properties": {"city": STRING}},
            "Cities": {"properties": {"addresses": {"items": ref("Address")}}},
            "Page": {"properties": {"users": ref("User")}},
        }
        bodies: JsonObject = {
            "/user": ref("User"),
            "/teams": {"items": {"allOf": [ref("Team")]}},
            "/cities": ref("Cities"),
            "/nothing": STRING,
            "/page": ref("Page"),
            "/pages": {"items": ref("Page")},
            "/both": {"anyOf": [ref("Cities"), ref("Page")]},
        }
        found = document(
            paths={path: {"get": returning(schema)} for path, schema in bodies.items()}, components={"schemas": schemas}
        )
        assert {o.path: o.responses[0].bodies[0].reach for o in found.operations} == {
            "/user": ("r1",),
            "/teams": ("r1",),
            "/cities": ("r2",),
            "/nothing": (),
            "/page": ("r1", "r3"),
            "/pages": ("r1", "r3"),
            "/both": ("r1", "r4"),
        }
        named = {key: [identity.rpartition("/")[2] for identity in ids] for key, ids in found.reaches.items()}
        assert named == {
            "r1": ["Address", "Team", "User"],
            "r2": ["Address", "Cities"],
            "r3": ["Page"],
            "r4": ["Cities", "Page"],
        }

    @settings(max_examples=60, deadline=None)
    @given(
        st.lists(st.lists(st.integers(0, 7), max_size=3), min_size=8, max_size=8),
        st.lists(st.integers(0, 7), min_size=1, max_size=6),
    )
    def test_reachability_is_that_of_the_graph(self, edges: list[list[int]], starts: list[int]) -> None:
        schemas = {
            f"S{n}": {
                "properties": {f"p{i}": ref(f"S{t}") for i, t in enumerate(targets)} | ({"x": STRING} if n % 2 else {})
            }
            for n, targets in enumerate(edges)
        }
        found = document(
            paths={f"/{index}": {"get": returning(ref(f"S{start}"))} for index, start in enumerate(starts)},
            components={"schemas": schemas},
        )
        for start, read in zip(starts, found.operations, strict=True):
            seen, stack = {start}, [start]
            while stack:
                for target in edges[stack.pop()]:
                    if target not in seen:
                        seen.add(target)
                        stack.append(target)
            expected = sorted(f"/components/schemas/S{n}" for n in seen if schemas[f"S{n}"]["properties"])
            assert ids_of(found, read.responses[0].bodies[0]) == expected
        assert len(set(found.reaches.values())) == len(found.reaches)
        assert list(found.reaches) == [f"r{number}" for number in range(1, len(found.reaches) + 1)]

    def test_other_files_are_named_and_not_followed(self) -> None:
        found = document(
            paths={
                "/a": {"get": {**returning({"$ref": "user.yaml#/User"}), "parameters": [{"$ref": "p.yaml"}]}},
                "/b": {"$ref": "b.yaml"},
            }
        )
        assert found.external_references == ("b.yaml", "p.yaml", "user.yaml#/User")
        assert found.operations[0].responses[0].bodies[0].reach == ()
        assert found.operations[0].parameters == ()


class TestRefusals:
    @pytest.mark.parametrize(
        ("members", "message"),
        [
            ({"paths": []}, "/paths must be an object, not an array"),
            ({"paths": {"/a": "x"}}, "/paths/~1a must be an object, not 'x'"),
            ({"paths": {"/a": {"get": "x"}}}, "/paths/~1a/get must be an object"),
            ({"security": {}}, "/security must be an array, not an object"),
            ({"security": ["key"]}, "/security/0 must be an object"),
            ({"security": [None]}, "/security/0 must be an object, not null"),
            ({"security": [{"a": {"b": 1}}]}, "/security/0/a must be an array of strings"),
            ({"servers": {"url": "x"}}, "/servers must be an array"),
            ({"components": {"schemas": {"A": "x"}}}, "/components/schemas/A must be a schema"),
            ({"components": {"schemas": {"A": {"$ref": 1}}}}, "/components/schemas/A/[$]ref must be a string"),
            (
                {"components": {"schemas": {"A": {"items": ref("B")}}}},
                "A/items/[$]ref leads to #/components/schemas/B, which",
            ),
            ({"paths": {"/a": {"get": {"parameters": [{"$ref": "#nowhere"}]}}}}, "leads to #nowhere"),
            ({"openapi": "3.9.0"}, "openapi is '3.9.0'"),
            ({"openapi": None}, "there is no openapi"),
        ],
    )
    def test_what_would_make_the_facts_wrong(self, members: JsonObject, message: str) -> None:
        with pytest.raises(UnreadableInput, match=message):
            document(**members)

    def test_line_and_column(self) -> None:
        text = 'openapi: 3.0\npaths:\n  /a:\n    get:\n      responses:\n        200:\n          $ref: "#/x"\n'
        with pytest.raises(UnreadableInput, match=r"/200/[$]ref leads to #/x, which does not exist") as caught:
            READER.read("api.yaml", text.encode())
        assert (caught.value.line, caught.value.column) == (7, 11)

    def test_documents_that_describe_more_than_memory_holds(self) -> None:
        paths: JsonObject = {f"/{n}": {"get": {}} for n in range(4_000)}
        with pytest.raises(UnreadableInput, match="MiB"):
            document(paths=paths, servers=[{"url": "https://x"}] * 1000)


class TestSloppiness:
    @pytest.mark.parametrize(
        "members",
        [
            {},
            {"paths": None},
            {"paths": {"/a": None, "servers": [], "x-a": 1}},
            {"paths": {"/a": {"get": {"parameters": {}, "responses": None, "requestBody": None}}}},
            {"info": None, "servers": [{}], "components": {"schemas": [], "securitySchemes": None}},
            {
                "components": {
                    "schemas": {"A": {"properties": {"a": STRING, "required": ["a"]}, "additionalProperties": "true"}}
                }
            },
            {"components": {"schemas": {"A": {"properties": [], "allOf": {"type": "object"}}}}},
        ],
    )
    def test_what_says_nothing_is_read_as_nothing(self, members: JsonObject) -> None:
        document(**members)

    def test_yaml(self) -> None:
        text = "openapi: 3.0\ninfo: {title: NO}\npaths:\n  /a:\n    get:\n      responses: {200: {}}\n"
        (fact,) = READER.read("api.yaml", text.encode())
        assert isinstance(fact, OpenApiDocument)
        assert (fact.version, fact.title, fact.operations[0].responses[0].status) == ("3.0", "NO", "200")

    def test_documents_of_a_stream(self) -> None:
        facts = READER.read("api.yaml", b"openapi: 3.0.0\n---\n---\nopenapi: 3.1.0\n")
        assert [fact.at.document for fact in facts if isinstance(fact, OpenApiDocument)] == [0, 2]


KEYS = [
    "$ref",
    "get",
    "parameters",
    "responses",
    "200",
    "content",
    "a/b",
    "schema",
    "properties",
    "items",
    "allOf",
    "A",
    "security",
    "servers",
    "url",
    "variables",
    "requestBody",
    "x-a",
    "name",
    "in",
    "type",
    "headers",
]
VALUES: st.SearchStrategy[Json] = st.recursive(
    st.sampled_from([None, True, 1, "x", "#/components/schemas/A", "#/paths/~1a", "#", "object", [], {}]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4),
    max_leaves=20,
)


@settings(max_examples=300, deadline=None)
@given(VALUES, VALUES, VALUES)
def test_any_document_is_read_or_refused(path: Json, schema: Json, response: Json) -> None:
    try:
        found = document(paths={"/a": path}, components={"schemas": {"A": schema}, "responses": {"A": response}})
    except UnreadableInput as error:
        assert error.message
        return
    assert jsonable.decode(OpenApiDocument, jsonable.plain(found)) == found


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=80), st.sampled_from(["a.json", "a.yaml"]))
def test_any_bytes_are_read_or_refused(data: bytes, path: str) -> None:
    READER.claim(path, data)
    with pytest.raises(UnreadableInput):
        READER.read(path, data)


@pytest.mark.parametrize(
    "around", [lambda model: model, lambda model: {"properties": {"data": {"properties": {"value": model}}}}]
)
def test_a_large_cyclic_document(around: Callable[[JsonObject], JsonObject]) -> None:
    """900 operations over 1,000 schemas that all lead to one another: what each body reaches is said once."""
    chance = random.Random(0)

    def model() -> JsonObject:
        return ref(f"M{chance.randrange(1000)}")

    schemas = {
        f"M{n}": {
            "properties": {f"p{p}": STRING for p in range(20)}
            | {"n": ref(f"M{(n + 1) % 1000}"), "o": {"items": model()}}
        }
        for n in range(1000)
    }
    paths = {
        f"/{n}": {"get": returning(around(model())), "post": returning({"allOf": [around(model())]})}
        for n in range(450)
    }
    found = document(paths=paths, components={"schemas": schemas})
    bodies = [o.responses[0].bodies[0] for o in found.operations]
    assert len(bodies) == 900
    assert {body.reach[0] for body in bodies} == {"r1"}
    assert len(found.reaches["r1"]) == 1000
    assert sum(map(len, found.reaches.values())) < 3_000


def test_chains_of_schemas() -> None:
    """Thousands of schemas in a row are read; where a body for each would repeat most of them, too much is refused."""
    names = [f"A{n:0100}" for n in range(5_000)]
    chain = {name: {"properties": {"p": STRING, "n": ref(after)}} for name, after in itertools.pairwise(names)}
    schemas: JsonObject = {**chain, names[-1]: {"properties": {"p": STRING}}}
    found = document(paths={"/a": {"get": returning(ref(names[0]))}}, components={"schemas": schemas})
    assert [len(ids) for ids in found.reaches.values()] == [5_000]
    paths: JsonObject = {f"/{name}": {"get": returning(ref(name))} for name in names}
    with pytest.raises(UnreadableInput, match="MiB"):
        document(paths=paths, components={"schemas": schemas})


def test_dense_graphs_of_schemas() -> None:
    """Each body reaches three schemas, but would follow 45,000 edges to find them."""
    schemas: JsonObject = {
        f"M{n}": {"allOf": [ref(f"Leaf{n % 2}"), *(ref(f"M{later}") for later in range(n + 1, 300))]}
        for n in range(300)
    }
    leaf = {"properties": {"a": STRING}}
    paths: JsonObject = {f"/{n}": {"get": returning({"allOf": [ref("M0")], **leaf})} for n in range(2_000)}
    with pytest.raises(UnreadableInput, match="MiB"):
        document(paths=paths, components={"schemas": {**schemas, "Leaf0": leaf, "Leaf1": leaf}})


def test_a_long_chain_of_references() -> None:
    chain = {f"R{n}": ref(f"R{n + 1}", "responses") for n in range(20_000)}
    found = operation(
        {"responses": {"200": ref("R0", "responses")}},
        components={"responses": {**chain, "R20000": {"headers": {"X": {}}}}},
    )
    assert found.responses[0].headers == ("x",)


@pytest.mark.corpora
def test_all_documents_of_the_corpora(corpora: Path) -> None:
    rows = map(json.loads, (corpora / "iac.jsonl").read_text().splitlines())
    outcomes: Counter[str] = Counter()
    for file in sorted({row["file"] for row in rows if row["platform"] == "OpenAPI"}):
        data = (corpora / file).read_bytes()
        if not READER.claim(file, data[:HEAD_BYTES]):
            assert b"swagger" in data
            outcomes["Swagger 2.0"] += 1
            continue
        try:
            READER.read(file, data)
            outcomes["read"] += 1
        except UnreadableInput as error:
            assert error.line > 0
            assert error.message.startswith("/")
            outcomes["leads nowhere" if "does not exist" in error.message else "wrong kind"] += 1
    # By their messages, only a few files were opened: the refused hold a reference to what they do not define,
    # or has servers or a security requirement that is a map, or security schemes that are a list.
    assert outcomes == {"read": 525, "Swagger 2.0": 280, "leads nowhere": 46, "wrong kind": 7}


@pytest.mark.corpora
def test_all_documents_with_known_changes_are_read(corpora: Path) -> None:
    count = 0
    for line in (corpora / "openapi-changes.jsonl").read_text().splitlines():
        pair = json.loads(line)
        for side in ("base", "revision"):
            data = json.dumps(pair[side]).encode()
            assert READER.claim("api.json", data[:HEAD_BYTES])
            (fact,) = READER.read("api.json", data)
            assert isinstance(fact, OpenApiDocument)
            known: dict[str, Schema] = fact.schemas
            bodies = [b for o in fact.operations for m in (o.requests, *(r.bodies for r in o.responses)) for b in m]
            assert {key for body in bodies for key in body.reach} == set(fact.reaches)
            assert all(schema in known for schemas in fact.reaches.values() for schema in schemas)
            count += 1
    assert count == 548
