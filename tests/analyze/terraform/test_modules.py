from __future__ import annotations

import pytest

from gatekeeper.model.json import Json
from tests.analyze.terraform.support import evaluated, resource, unknown, value

X = 'resource "a" "b" {\n  x = var.v\n}\n'
V = 'variable "v" {\n  default = 1\n}\n'


class TestVariables:
    def test_default(self) -> None:
        assert resource(X + V)["values"]["x"] == 1

    def test_without_default_or_declaration(self) -> None:
        assert value("var.unknown") == unknown("var.unknown")
        assert value("var.nowhere") == unknown("var.nowhere")

    @pytest.mark.parametrize(
        ("constraint", "default", "expected"),
        [
            ("string", "5", "5"), ("number", '"22"', 22), ("bool", '"true"', True), ("any", "[1]", [1]),
            ("list(number)", '["1", 2]', [1, 2]), ("set(string)", '["b", "a", "b"]', ["a", "b"]),
            ("map(string)", "{ a = 1 }", {"a": "1"}), ("list", "[1]", [1]), ('"string"', '"x"', "x"),
            ("object({ a = string, b = optional(number, 7), c = optional(string) })", "{ a = 1, d = 2 }",
             {"a": "1", "b": 7, "c": None}),
            ("tuple([string, number])", '[1, "2"]', ["1", 2]), ("number", '"x"', unknown("var.v")),
            ("object({ a = string })", "{}", unknown("var.v")), ("number", "null", None),
        ],
    )  # fmt: skip
    def test_type_constraints_convert(self, constraint: str, default: str, expected: Json) -> None:
        assert (
            resource(f'{X}variable "v" {{\n  type = {constraint}\n  default = {default}\n}}\n')["values"]["x"]
            == expected
        )

    def test_files_that_are_loaded_automatically_the_last_one_wins(self) -> None:
        files = {
            "main.tf": X + V,
            "terraform.tfvars": "v = 2\n",
            "b.auto.tfvars": "v = 4\n",
            "a.auto.tfvars.json": '{"v": 3}',
        }
        assert resource(files)["values"]["x"] == 4

    @pytest.mark.parametrize(("other", "expected"), [("v = 2\n", unknown("var.v")), ("v = 1\n", 1), ("w = 2\n", 1)])
    def test_a_file_that_a_command_line_may_name_makes_a_different_value_unknown(
        self, other: str, expected: Json
    ) -> None:
        assert resource({"main.tf": X + V, "prod.tfvars": other})["values"]["x"] == expected
        assert resource({"main.tf": X + V, "envs/prod/x.tfvars": other})["values"]["x"] == expected

    def test_files_of_variables_refer_to_nothing(self) -> None:
        assert resource({"main.tf": X + V, "terraform.tfvars": "v = local.x\n"})["values"]["x"] == unknown("var.v")


class TestModules:
    CALL = 'module "m" {\n  source = "./m"\n  v = 2\n}\n'

    def test_the_only_call_sets_variables(self) -> None:
        found = resource({"main.tf": self.CALL, "m/main.tf": X + V})
        assert (found["module"], found["values"]["x"]) == ("m", 2)

    def test_what_the_only_call_does_not_set_keeps_its_default(self) -> None:
        assert resource({"main.tf": 'module "m" {\n  source = "./m"\n}\n', "m/main.tf": X + V})["values"]["x"] == 1

    @pytest.mark.parametrize(("second", "expected"), [("2", 2), ("3", unknown("var.v")), ("local.z", unknown("var.v"))])
    def test_several_calls(self, second: str, expected: Json) -> None:
        other = f'module "n" {{\n  source = "../m"\n  v = {second}\n}}\n'
        assert resource({"main.tf": self.CALL, "other/main.tf": other, "m/a.tf": X + V})["values"]["x"] == expected

    def test_arguments_are_evaluated_where_the_call_stands(self) -> None:
        files = {
            "env/main.tf": 'locals {\n  r = "eu"\n}\nmodule "m" {\n  source = "../m"\n  v = "${local.r}-1"\n}\n',
            "m/main.tf": X + 'variable "v" {\n  type = string\n}\n',
        }
        assert resource(files)["values"]["x"] == "eu-1"

    def test_null_takes_the_default_where_the_variable_is_not_nullable(self) -> None:
        call = 'module "m" {\n  source = "./m"\n  v = null\n}\n'
        assert resource({"a.tf": call, "m/a.tf": X + V})["values"]["x"] is None
        declared = 'variable "v" {\n  default = 1\n  nullable = false\n}\n'
        assert resource({"a.tf": call, "m/a.tf": X + declared})["values"]["x"] == 1

    def test_outputs(self) -> None:
        files = {
            "main.tf": self.CALL + 'resource "a" "b" {\n  x = module.m.o\n  y = module.m.p\n}\n',
            "m/main.tf": V + 'output "o" {\n  value = var.v + 1\n}\n',
        }
        assert resource(files)["values"] == {"x": 3, "y": unknown("module.m.p")}

    def test_a_called_module_of_the_root_folder(self) -> None:
        call = 'module "m" {\n  source = "../../"\n  v = 5\n}\n'
        assert resource({"main.tf": X + V, "examples/one/main.tf": call})["values"]["x"] == 5

    def test_sources_that_are_not_there_are_gaps(self) -> None:
        gaps = evaluated('module "a" {\n  source = "org/vpc/aws"\n}\nmodule "b" {\n  source = "./none"\n}\n')["gaps"]
        assert gaps == [
            ["main.tf", "module.a was not looked into: it comes from org/vpc/aws"],
            ["main.tf", "module.b was not looked into: no configuration in ./none"],
        ]

    def test_modules_that_call_each_other_end(self) -> None:
        files = {
            "main.tf": 'module "m" {\n  source = "./n"\n  v = module.m.o\n}\nresource "a" "b" {\n  x = module.m.o\n}\n',
            "n/main.tf": 'module "k" {\n  source = "../"\n}\noutput "o" {\n  value = var.v\n}\n' + V,
        }
        assert resource(files)["values"]["x"] == unknown("module.m.o")


class TestLocals:
    def test_chains(self) -> None:
        assert value("local.a", "locals {\n  a = local.b\n}\nlocals {\n  b = [1]\n}\n") == [1]

    def test_cycles_are_unknown(self) -> None:
        assert value("local.a", "locals {\n  a = local.b\n  b = local.a\n}\n") == unknown("local.a")

    def test_a_folder_of_files_that_stand_for_themselves(self) -> None:
        files = {
            "one.tf": 'locals {\n  p = 1\n}\nresource "a" "one" {\n  x = local.p\n}\n',
            "two.tf": 'locals {\n  p = 2\n}\nresource "a" "two" {\n  x = local.p\n}\n',
            "three.tf": 'resource "a" "three" {\n  x = local.p\n}\n',
        }
        assert resource(files, "a.one")["values"]["x"] == 1
        assert resource(files, "a.two")["values"]["x"] == 2
        assert resource(files, "a.three")["values"]["x"] == unknown("local.p")


class TestReferences:
    @pytest.mark.parametrize(
        ("meta", "reference", "expected"),
        [
            ("", "t.r.name", "n"),
            ("", "t.r.arn", unknown("t.r.arn")),
            ("", "t.r.nothing", unknown("t.r.nothing")),
            ("", "t.r", unknown("t.r")),
            ("", "t.other.name", unknown("t.other.name")),
            ("", "t.r.list[1]", "b"),
            ("", "t.r.inner[0].q", unknown("t.r.inner[0].q")),
            ("count = 1", "t.r[0].name", "n"),
            ("count = 2", "t.r[1].i", 1),
            ("count = 2", "t.r[2].name", unknown("t.r[2].name")),
            ("count = 2", "t.r.name", unknown("t.r.name")),
            ("count = 2", "t.r[*].name", unknown("t.r[*].name")),
            ("count = var.unknown", "t.r[0].name", "n"),
            ('for_each = toset(["k", "l"])', 't.r["k"].key', "k"),
            ("for_each = { k = 5 }", 't.r["k"].val', 5),
            ("for_each = { k = 5 }", 't.r["m"].val', unknown('t.r["m"].val')),
        ],
    )
    def test_attributes_of_other_resources(self, meta: str, reference: str, expected: Json) -> None:
        body = 'name = "n"\nnothing = null\nlist = ["a", "b"]\ni = count.index\nkey = each.key\nval = each.value\n'
        more = f'resource "t" "r" {{\n{meta}\n{body}inner {{\n  q = 1\n}}\n}}\n'
        assert value(reference, more) == expected

    def test_data_sources(self) -> None:
        assert value("data.t.r.name", 'data "t" "r" {\n  name = "n"\n}\n') == "n"
        assert value("data.t.r.id", 'data "t" "r" {\n  name = "n"\n}\n') == unknown("data.t.r.id")

    def test_a_resource_that_refers_to_itself(self) -> None:
        assert value("a.b.x") == unknown("a.b.x")


class TestOverrides:
    def test_arguments_and_blocks_are_replaced(self) -> None:
        files = {
            "main.tf": 'resource "a" "b" {\n  x = 1\n  y = 2\n  in {\n    p = 1\n  }\n  in {\n    p = 2\n  }\n}\n',
            "main_override.tf": 'resource "a" "b" {\n  x = 3\n  in {\n    p = 4\n  }\n}\n',
        }
        found = resource(files)
        assert found["values"] == {"x": 3, "y": 2, "in": [{"p": 4}]}
        assert found["at"]["path"] == "main.tf"

    def test_locals_and_variables(self) -> None:
        files = {
            "main.tf": "locals {\n  a = 1\n  b = 2\n}\n"
            + V
            + 'resource "a" "b" {\n  x = [local.a, local.b, var.v]\n}\n',
            "override.tf.json": '{"locals": {"a": 8}, "variable": {"v": {"default": 9}}}',
        }
        assert resource(files)["values"]["x"] == [8, 2, 9]

    def test_what_overrides_nothing_is_still_judged(self) -> None:
        assert resource({"override.tf": 'resource "a" "b" {\n  x = 1\n}\n'})["values"]["x"] == 1
