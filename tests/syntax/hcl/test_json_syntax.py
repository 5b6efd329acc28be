from __future__ import annotations

import json

import pytest

from gatekeeper.errors import UnreadableInput
from gatekeeper.model.json import Json
from gatekeeper.syntax import hcl


def parse(document: Json) -> Json:
    return hcl.parse_json(json.dumps(document).encode())


def test_blocks_carry_their_keys_in_the_document() -> None:
    body = parse({"resource": {"aws_vpc": {"main": {"cidr_block": "10.0.0.0/16"}, "two": [{}, {}]}}})
    assert [(block["labels"], block["keys"]) for block in body["blocks"]] == [
        (["aws_vpc", "main"], ["resource", "aws_vpc", "main"]),
        (["aws_vpc", "two"], ["resource", "aws_vpc", "two", 0]),
        (["aws_vpc", "two"], ["resource", "aws_vpc", "two", 1]),
    ]


def test_every_level_may_be_a_list() -> None:
    body = parse([{"resource": [{"aws_vpc": [{"main": [{}]}]}]}])
    (block,) = body["blocks"]
    assert block["keys"] == [0, "resource", 0, "aws_vpc", 0, "main", 0]


def test_objects_are_blocks_or_maps() -> None:
    document = {
        "ingress": {"from_port": 22},
        "egress": [{"to_port": 1}, {"to_port": 2}],
        "tags": {"team": "a"},
        "environment": {"variables": {"a": "b"}},
        "names": {"Capital": 1},
        "dynamic": {"rule": {"for_each": [1], "content": {"x": "${rule.value}"}}},
    }
    (block,) = parse({"resource": {"t": {"n": document}}})["blocks"]
    assert [inner["type"] for inner in block["blocks"]] == ["ingress", "egress", "egress", "environment", "dynamic"]
    assert sorted(block["attributes"]) == ["names", "tags"]
    dynamic = block["blocks"][-1]
    assert dynamic["labels"] == ["rule"]
    assert [inner["type"] for inner in dynamic["blocks"]] == ["content"]


def test_arguments_of_modules_are_never_blocks() -> None:
    (call,) = parse({"module": {"m": {"source": "./m", "ports": {"web": {"port": 80}}}}})["blocks"]
    assert call["blocks"] == []


def test_strings_are_templates_without_backslashes() -> None:
    body = parse(
        {"locals": {"a": "${var.x}", "b": "x-${var.x}\n", "c": 'a\\n"$${x}', "d": "%{ if x }y%{ endif }", "e": "\n"}}
    )
    values = body["blocks"][0]["attributes"]
    assert values["a"]["node"] == "traversal"
    assert values["b"]["parts"] == ["x-", values["a"], "\n"]
    assert values["c"]["value"] == 'a\\n"${x}'
    assert values["d"]["parts"][0]["node"] == "if"
    assert values["e"]["value"] == "\n"


def test_types_are_expressions() -> None:
    (block,) = parse({"variable": {"v": {"type": "list(string)"}}})["blocks"]
    assert block["attributes"]["type"]["name"] == "list"


def test_comments_are_left_out() -> None:
    (block,) = parse({"//": "x", "resource": {"t": {"//": "x", "n": {"//": "y", "a": 1}}}})["blocks"]
    assert list(block["attributes"]) == ["a"]


def test_numbers_keep_their_value() -> None:
    (block,) = hcl.parse_json(b'{"locals": {"a": 1.0, "b": -2, "c": 1e3, "d": 1e45, "e": 0.1}}')["blocks"]
    nodes = [node.get("value", node["node"]) for node in block["attributes"].values()]
    assert nodes == [1, -2, 1000, "invalid", 0.1]


def test_blocks_may_repeat_and_arguments_may_not() -> None:
    body = hcl.parse_json(b'{"resource": {"t": {"a": {}}}, "resource": {"t": {"b": {}}}}')
    assert [block["labels"][1] for block in body["blocks"]] == ["a", "b"]
    with pytest.raises(UnreadableInput, match=r"resource\.t\.a\.x is set twice"):
        hcl.parse_json(b'{"resource": {"t": {"a": {"x": 1, "x": 2}}}}')


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"1",
        b'{"resource": 1}',
        b'{"resource": {"t": "x"}}',
        b'{"a": NaN}',
        b'"\\ud800"',
        b"\xff",
        b"[" * 100_000,
        b'{"locals": {"a": "${"}}',
        b'{"locals": {"a": ' + b"[" * 500 + b"]" * 500 + b"}}",
    ],
)
def test_what_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableInput):
        hcl.parse_json(data)


def test_files_of_variables_hold_attributes_only() -> None:
    body = hcl.parse_json_variables(b'{"a": {"b": 1}, "c": [1]}')
    assert list(body["attributes"]) == ["a", "c"]
    assert body["blocks"] == []
