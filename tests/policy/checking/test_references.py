"""Fields of the evidence, followed from the input."""
# ruff: noqa: E501 - a table: one policy and what is found in it a line

from __future__ import annotations

import pytest

from tests.policy.checking.inspecting import IMPORTS, alarms, inspect


def misspelt(text: str, **modules: str) -> list[str]:
    return [alarm for alarm in alarms(text, **modules) if " reference: " in alarm]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a if input.terrafrom", "1:12 reference: input has no field terrafrom"),
        ('a if input["terrafrom"]', "1:12 reference: input has no field terrafrom"),
        ("a if input.kubernetes[0].kidn", "1:26 reference: input.kubernetes[0] has no field kidn"),
        ("a if input.kubernetes[_].at.paht", "1:29 reference: input.kubernetes[_].at has no field paht"),
        ("a if input.kubernetes.kind", "1:23 reference: input.kubernetes is a list, which has no field kind"),
        ("a if { x := input.kubernetes[_]; x.kidn }", "1:36 reference: x has no field kidn"),
        ("a if { x = input.kubernetes[_]; x.kidn }", "1:35 reference: x has no field kidn"),
        ("a if { input.kubernetes[_] = x; x.kidn }", "1:35 reference: x has no field kidn"),
        ("a if { x.kidn; x := input.kubernetes[_] }", "1:10 reference: x has no field kidn"),
        ("a if { some x in input.kubernetes; x.kidn }", "1:38 reference: x has no field kidn"),
        ("a if { some i, x in input.kubernetes; i.kidn }", "1:41 reference: i is a number, which has no field kidn"),
        ("a if { some i; input.kubernetes[i].kidn }", "1:36 reference: input.kubernetes[i] has no field kidn"),
        ("a if { every x in input.kubernetes { x.kidn } }", "1:40 reference: x has no field kidn"),
        ("a := [x.kidn | some x in input.kubernetes]", "1:9 reference: x has no field kidn"),
        ("a := {x.kidn: 1 | some x in input.kubernetes}", "1:9 reference: x has no field kidn"),
        ("a if { some x in [y | some y in input.kubernetes]; x.kidn }", "1:54 reference: x has no field kidn"),
        ("a if { some x in {y | some y in input.kubernetes}; x.kidn }", "1:54 reference: x has no field kidn"),
        ("f(x) := x.kidn\na := f(input.kubernetes[_])", "1:11 reference: x has no field kidn"),
        ("f([x, _]) := x.kidn\na := f([input.kubernetes[_], input.kubernetes[_]])", "1:16 reference: x has no field kidn"),
        ("f(x) := x\na := f(input.kubernetes[_]).kidn", "2:29 reference: f(input.kubernetes[_]) has no field kidn"),
        ("p contains x if some x in input.kubernetes\na if { some x in p; x.kidn }", "2:23 reference: x has no field kidn"),
        ("p[x.kind] contains x if some x in input.kubernetes\na if { p[_][x].kidn }", "2:16 reference: p[_][x] has no field kidn"),
        ("p[x.kind] := x if some x in input.kubernetes\na if p.Pod.kidn", "2:12 reference: p.Pod has no field kidn"),
        ("p := {x.kind: x | some x in input.kubernetes}\na if p.Pod.kidn", "2:12 reference: p.Pod has no field kidn"),
        ("p[x] := 1 if some x in input.kubernetes\na if { some x, _ in p; x.kidn }", "2:26 reference: x has no field kidn"),
        ("p.q.r := input.kubernetes[_]\na if p.q.r.kidn", "2:12 reference: p.q.r has no field kidn"),
        ('a := object.get(input.kubernetes[0], "kidn", "")', '1:38 reference: input.kubernetes[0] has no field kidn'),
        ('a := object.get(input.kubernetes[0], ["at", "paht"], "")', "1:45 reference: input.kubernetes[0].at has no field paht"),
        ('a := object.get(input, ["kubernetes", 0, "kidn"], "")', "1:42 reference: input.kubernetes._ has no field kidn"),
        ("a if { x := {\"k\": input.kubernetes[_]}; x.k.kidn }", "1:45 reference: x.k has no field kidn"),
        ("a if { some x in array.concat(input.kubernetes, []); x.kidn }", "1:56 reference: x has no field kidn"),
        ('a if { x := object.union(input.kubernetes[_], {"b": 1}); x.kidn }', "1:60 reference: x has no field kidn"),
        ("a if { some x in input.openapi; some s in x.security_schemes; s.tpye }", "1:65 reference: s has no field tpye"),
        ("a if not input.kubernetes[0].kidn", "1:30 reference: input.kubernetes[0] has no field kidn"),
        ("default p := null\np := input.kubernetes[_]\na if p.kidn", "3:8 reference: p has no field kidn"),
        ("p := x if { x := input.kubernetes[_] } else := y if { y := input.helm[_] }\na if p.kidn", "2:8 reference: p has no field kidn"),
        ("a := {k: x.kidn | some k; x := input.kubernetes[k]}", "1:12 reference: x has no field kidn"),
        ("a if data.gatekeeper.settings.api.public_pahts", "1:35 reference: data.gatekeeper.settings.api has no field public_pahts"),
    ],
)  # fmt: skip
def test_a_misspelt_field_is_found(text: str, found: str) -> None:
    assert misspelt(text)[:1] == [found]


@pytest.mark.parametrize(
    "text",
    [
        "a if input.kubernetes[0].manifest.anything.goes",
        'a if input.terraform.resources[_].values["$unknown"]',
        "a if { some x in input.terraform.resources; x.values.ingress[_].from_port }",
        "a if { some x in input.workflows; x.permissions.contents }",
        "a if { some x in array.concat(input.helm, input.kubernetes); x.kind }",
        "name(x) := x.title\nname(x) := x.name\na if { name(input.openapi[_]); name(input.kubernetes[_]) }",
        "name(x) := x.title if is_object(x)\nname(x) := x if is_string(x)\na if name(input.kubernetes[_].kind)",
        'kinds contains x.kind if some x in input.kubernetes\na if kinds["Pod"]',
        'a if { some x in input.openapi; some name in ["title", "paht"]; x[name] }',
        "a if { x := input.dockerfile[_].stages[_]; x.from_stage == 1 }",
        'a if { some input in [{"b": 1}]; input.b }',
        "a if input.anything with input as {}",
        'a if b.c with input as {"z": 1}\nb := input.kubernetes[_].manifest',
        "a if { x := [][_]; x.kidn }",
        "p contains x if some x in input.kubernetes\np contains x if some x in input.helm\na if { some x in p; x.kind }",
        'f(x) := object.get(x, "kind", "")\na if { f(input.kubernetes[_]); f(json.unmarshal("{}")) }',
    ],
)
def test_what_is_there_or_may_be_there_is_not(text: str) -> None:
    assert misspelt(text) == []


def test_a_function_of_another_module_is_followed() -> None:
    library = "package acme.lib\n\nimport rego.v1\n\nfirst(items) := items[0]\n"
    text = "import data.acme.lib\n\na if lib.first(input.kubernetes).kidn"
    assert misspelt(text, lib=library) == ["3:34 reference: lib.first(input.kubernetes) has no field kidn"]


def test_an_import_of_the_input_is_followed() -> None:
    assert misspelt("import input.kubernetes as objects\n\na if objects[_].kidn") == [
        "3:17 reference: objects[_] has no field kidn"
    ]
    assert misspelt("import input.kubernets\n\na := 1") == ["1:14 reference: input has no field kubernets"]


def test_hints_name_the_nearest_or_all() -> None:
    def hint(text: str) -> str:
        (problem,) = inspect({"a.rego": IMPORTS + text}).problems
        return problem.hint

    assert hint("a if input.kubernetes[_].kidn") == "did you mean kind?"
    assert hint("a if input.kubernetes[_].zzz") == "it has api_version, at, kind, manifest, name, namespace"
    assert hint("a if input.kubernetes.kind") == "iterate over it: `some item in ...`"
    assert hint("a if input.kubernetes[_].kind.x") == "correct the reference"


def test_what_cannot_be_followed_is_listed() -> None:
    text = 'a if { walk(input, [path, value]); value.kidn }\nb := json.unmarshal("{}").c\nunused(x) := x.kidn'
    found = inspect({"a.rego": IMPORTS + text}).unfollowed
    assert [(item.line - 4, item.reference) for item in found] == [
        (1, "value.kidn"), (2, 'json.unmarshal("{}").c'), (3, "x.kidn"),
    ]  # fmt: skip


def test_functions_that_call_one_another_end() -> None:
    text = "f(x) := g(x).a\ng(x) := f(x).b\na if f(input.kubernetes[_]).kidn"
    assert misspelt(text) == []


def test_a_chain_of_functions_takes_linear_time() -> None:
    functions = "\n".join(f"f{n}(x) := [f{n + 1}([x]), f{n + 1}({{x}})]" for n in range(40))
    assert misspelt(f"{functions}\nf40(x) := x\na := f0(input.kubernetes)") == []
