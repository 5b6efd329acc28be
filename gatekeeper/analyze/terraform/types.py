"""Type constraints of variables: conversion of values as Terraform does it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from gatekeeper.analyze.terraform.values import (
    Invalid,
    Unknown,
    Unsure,
    Value,
    make_set,
    to_bool,
    to_number,
    to_string,
    unify,
)
from gatekeeper.model.json import JsonObject

Evaluate: TypeAlias = Callable[[JsonObject], Value]

_PRIMITIVES: dict[str, Callable[[Value], Value]] = {"string": to_string, "number": to_number, "bool": to_bool}


def convert(value: Value, constraint: JsonObject, evaluate: Evaluate) -> Value:
    """``value`` as the type that the expression ``constraint`` describes; ``evaluate`` is for defaults of attributes.

    Raises:
        Invalid: Terraform would refuse it.
        Unsure: the type is not understood.
    """
    if value is None or isinstance(value, Unknown):
        return value
    name = _name(constraint)
    if name in {"any", "list", "map"}:  # the last two are the form of old
        return value
    if name in _PRIMITIVES:
        return _PRIMITIVES[name](value)
    if constraint["node"] != "call" or len(constraint["arguments"]) != 1:
        raise Unsure
    argument: JsonObject = constraint["arguments"][0]
    kind = constraint["name"]
    if kind in {"list", "set", "tuple"} and not isinstance(value, list):
        raise Invalid
    if kind in {"map", "object"} and not isinstance(value, dict):
        raise Invalid
    return _collection(kind, value, argument, evaluate)


def _collection(kind: str, value: Value, argument: JsonObject, evaluate: Evaluate) -> Value:
    match kind:
        case "list":
            return unify([convert(item, argument, evaluate) for item in value])
        case "set":
            return make_set([convert(item, argument, evaluate) for item in value])
        case "map":
            return dict(zip(value, unify([convert(item, argument, evaluate) for item in value.values()]), strict=True))
        case "object":
            return _object(value, argument, evaluate)
        case "tuple":
            types = argument.get("items", [])
            if len(types) != len(value):
                raise Invalid
            return [convert(item, each, evaluate) for item, each in zip(value, types, strict=True)]
        case _:
            raise Unsure


def _name(constraint: JsonObject) -> str:
    if constraint["node"] == "traversal" and not constraint["steps"]:
        return str(constraint.get("root", ""))
    return str(constraint["value"]) if constraint["node"] == "literal" else ""


def _object(value: dict[str, Value], attributes: JsonObject, evaluate: Evaluate) -> Value:
    if attributes["node"] != "object":
        raise Unsure
    result: dict[str, Value] = {}
    for key, constraint in zip(attributes["keys"], attributes["values"], strict=True):
        name = str(key.get("value"))
        if constraint["node"] == "call" and constraint["name"] == "optional":
            inner, *default = constraint["arguments"]
            given = value.get(name)
            result[name] = convert(evaluate(default[0]) if given is None and default else given, inner, evaluate)
        elif name in value:
            result[name] = convert(value[name], constraint, evaluate)
        else:
            raise Invalid
    return result
