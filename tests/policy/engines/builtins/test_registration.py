"""The list of builtin functions, and what the embedded engine makes of them."""

from __future__ import annotations

from importlib import import_module

import pytest

from gatekeeper.errors import EngineFailure
from gatekeeper.policy.engines import builtins
from gatekeeper.policy.engines.regorus_engine import guarded, new_engine
from tests.policy.engines.builtins.asking import REFUSED, call, embedded, reason


def test_every_family_has_the_functions_that_are_listed() -> None:
    for family, functions in builtins.FAMILIES.items():
        module = import_module(f"gatekeeper.policy.engines.builtins.{family}")
        assert module.FUNCTIONS.keys() == functions.keys()
    assert {"crypto.sha256", "io.jwt.verify_eddsa", "net.cidr_merge"} <= builtins.names()


def test_a_refusal_names_the_function_the_reason_and_the_place() -> None:
    text = 'package a\n\nx := crypto.sha256("a")\ny if {\n\tcrypto.sha256(input)\n}\n'
    engine = new_engine([("a.rego", text)])
    engine.set_input_json("[1]")
    assert "ca978112ca1bbdca" in engine.eval_rule_as_json("data.a.x")
    with pytest.raises(EngineFailure) as caught:
        guarded(lambda: engine.eval_rule_as_json("data.a.y"), "", {"a.rego": text})
    assert caught.value.message == "crypto.sha256: operand 1 must be string but got array"
    assert (caught.value.path, caught.value.line, caught.value.column) == ("a.rego", 5, 15)


def test_functions_of_policies_go_before() -> None:
    net = "package net\ncidr_contains(a, b) := 8\n"
    text = "package a\nimport data.net\nany(x) := 7\nx := any([true])\ny := net.cidr_contains(1, 2)\n"
    engine = new_engine([("net.rego", net), ("a.rego", text)])
    assert [engine.eval_rule_as_json(f"data.a.{name}") for name in "xy"] == ["7", "8"]


def test_operands_that_no_function_can_be_given() -> None:
    composite = {"$set": [["10.0.0.0/8", 1]]}
    assert "takes no sets of arrays" in reason(call("net.cidr_contains_matches", composite, "10.0.0.1"))
    assert "takes no integers beyond 64 bits" in reason(call("crypto.md5", 2**70))


def test_undefined_operands_leave_the_result_undefined() -> None:
    engine = new_engine([("a.rego", "package a\nx := crypto.md5(input.missing)\n")])
    assert engine.eval_rule("data.a.x") is None


def test_a_mock_of_a_function_that_the_engine_lacks_is_no_silent_one() -> None:
    engine = new_engine([("a.rego", 'package a\nx if crypto.md5("a") == 5 with crypto.md5 as 5\n')])
    with pytest.raises(EngineFailure, match="undefined rule"):
        guarded(lambda: engine.eval_rule_as_json("data.a.x"))


def test_results_are_sets_where_opas_are() -> None:
    engine = new_engine([("a.rego", 'package a\nx if is_set(net.cidr_expand("10.0.0.0/31"))\n')])
    assert engine.eval_rule("data.a.x") is True
    assert embedded([call("net.cidr_expand", "10.0.0.0/15")]) == [REFUSED]
