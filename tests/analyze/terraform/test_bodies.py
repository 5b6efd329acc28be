from __future__ import annotations

import json

from gatekeeper.syntax import hcl
from tests.analyze.terraform.support import evaluated, resource, unknown


def body(text: str, more: str = 'variable "unknown" {}\n') -> object:
    return resource(f'resource "a" "b" {{\n{text}\n}}\n{more}')["values"]


def test_blocks_are_lists_of_objects() -> None:
    assert body("in {\n  p = 1\n}\nin {\n  q {\n  }\n}\n") == {"in": [{"p": 1}, {"q": [{}]}]}


def test_dynamic_blocks_are_expanded_behind_the_plain_ones() -> None:
    text = """
      dynamic "in" {
        for_each = { b = 2, a = 1 }
        content {
          k = in.key
          v = in.value
        }
      }
      in {
        k = "plain"
      }
    """
    assert body(text) == {"in": [{"k": "plain"}, {"k": "a", "v": 1}, {"k": "b", "v": 2}]}


def test_the_iterator_may_have_another_name_and_blocks_nest() -> None:
    text = """
      dynamic "out" {
        for_each = [{ ports = [1, 2] }]
        iterator = each_out
        content {
          dynamic "port" {
            for_each = each_out.value.ports
            content {
              n = port.value
            }
          }
        }
      }
    """
    assert body(text) == {"out": [{"port": [{"n": 1}, {"n": 2}]}]}


def test_nothing_to_iterate_over_makes_no_blocks() -> None:
    assert body('dynamic "in" {\n  for_each = []\n  content {\n  }\n}\n') == {}


def test_an_unknown_number_of_blocks_is_one_with_unknown_values() -> None:
    text = 'dynamic "in" {\n  for_each = %s\n  content {\n    k = in.value\n    v = 1\n  }\n}\n'
    assert body(text % "var.unknown") == {"in": [{"k": unknown("var.unknown"), "v": unknown("var.unknown")}]}
    assert body(text % "[var.unknown]") == {"in": [{"k": unknown("in.value"), "v": 1}]}
    assert body(text % "concat([5], var.unknown)") == {
        "in": [{"k": 5, "v": 1}, {"k": unknown("var.unknown"), "v": unknown("var.unknown")}]
    }
    assert body(text % "null") == {"in": [{"k": unknown("null"), "v": unknown("null")}]}


def test_generated_blocks_are_found_in_the_source() -> None:
    dynamic = 'dynamic "in" {\n    for_each = [1, 2]\n    content {\n      v = in.value\n    }\n  }\n'
    source = f'resource "a" "b" {{\n  {dynamic}}}\n'
    found = resource(source)
    assert found["values"]["in"][1] == {"v": 2}
    (span,) = hcl.find_many(source.encode(), [(*found["at"]["keys"], "in", 1, "v")])
    assert span is not None
    assert span.line == 5


def test_meta_arguments_are_names() -> None:
    text = "provider = aws.west\ndepends_on = [t.r, module.m]\nlifecycle {\n  ignore_changes = all\n}\n"
    assert body(text) == {
        "provider": "aws.west",
        "depends_on": ["t.r", "module.m"],
        "lifecycle": [{"ignore_changes": "all"}],
    }


def test_blocks_with_labels_stand_below_them() -> None:
    assert body('provisioner "local-exec" {\n  command = "x"\n}\n') == {
        "provisioner": {"local-exec": [{"command": "x"}]}
    }


def test_count_and_for_each() -> None:
    def count(meta: str) -> object:
        return resource(f'resource "a" "b" {{\n{meta}\n}}\nvariable "unknown" {{}}\n')["count"]

    assert count("") == 1
    assert count("count = 0") == 0
    assert count('count = "2"') == 2
    assert count("count = var.unknown") == unknown("var.unknown")
    assert count("count = var.unknown ? 1 : 0") == unknown("var.unknown ? 1 : 0")
    assert count('for_each = toset(["x", "y"])') == 2
    assert count("for_each = {}") == 0
    assert count("for_each = var.unknown") == unknown("var.unknown")
    assert count('for_each = toset(["x", var.unknown])') == unknown('toset(["x", var.unknown])')


def test_each_and_index_are_known_for_a_single_instance() -> None:
    assert body("for_each = { k = 5 }\nx = [each.key, each.value]\n") == {"for_each": {"k": 5}, "x": ["k", 5]}
    assert body("count = 1\nx = count.index\n") == {"count": 1, "x": 0}
    assert body("count = 2\nx = count.index\n") == {"count": 2, "x": unknown("count.index")}
    assert body('for_each = toset(["a", "b"])\nx = each.key\n') == {"for_each": ["a", "b"], "x": unknown("each.key")}


def test_addresses_and_places() -> None:
    found = evaluated("""
        terraform {
          backend "s3" {
            bucket = "x"
          }
        }
        provider "aws" {
        }
        provider "aws" {
          alias = "west"
        }
        data "t" "d" {
        }
        module "m" {
          source = "git::https://example.com/x"
        }
        resource "t" "r" {
        }
        resource "t" "r" {
        }
    """)

    def named(kind: str) -> list[tuple[object, ...]]:
        return [(b["type"], b["name"], b["address"], b["at"]["keys"]) for b in found[kind]]

    assert named("backends") == [("s3", "", "terraform.backend.s3", ["terraform", "backend", "s3"])]
    assert named("providers") == [
        ("aws", "", "provider.aws", ["provider", "aws"]),
        ("aws", "west", "provider.aws.west", ["provider", "aws", 1]),
    ]
    assert named("data") == [("t", "d", "data.t.d", ["data", "t", "d"])]
    assert named("modules") == [("module", "m", "module.m", ["module", "m"])]
    assert named("resources") == [
        ("t", "r", "t.r", ["resource", "t", "r"]),
        ("t", "r", "t.r", ["resource", "t", "r", 1]),
    ]


def test_json_syntax_gives_the_same_values() -> None:
    document = {
        "resource": {
            "a": {"b": {"x": "${var.v + 1}", "in": {"p": "t-${var.v}"}, "provider": "aws.west", "tags": {"k": 1}}}
        },
        "variable": {"v": {"type": "number", "default": "3"}},
    }
    found = resource({"main.tf.json": json.dumps(document)})
    assert found["values"] == {"x": 4, "in": [{"p": "t-3"}], "provider": "aws.west", "tags": {"k": 1}}
    assert found["at"]["keys"] == ["resource", "a", "b"]


def test_secrets_are_masked() -> None:
    password = "hunter" + "2-correct-horse"
    text = 'resource "a" "b" {\n  password = local.p\n  other_password = var.unknown\n}\n'
    text += f'locals {{\n  p = "{password}"\n}}\n'
    found = evaluated(text + 'variable "unknown" {}\n')
    assert password not in json.dumps(found)
    assert found["resources"][0]["values"]["other_password"] == unknown("var.unknown")
