"""What a module defines, from OPA's syntax tree (``opa parse --format json --json-include locations``).

For modules that the embedded parser cannot read. Of what they refer to only fields of the input are told apart; beyond
that each rule counts as one that reads everything.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile

from gatekeeper.model.json import Json, JsonObject
from gatekeeper.policy.rego.facts import Definition, ModuleFacts, Reference, Use
from gatekeeper.policy.rego.syntax import Path


def facts_of(tree: JsonObject) -> ModuleFacts:
    """The facts of the tree of one module.

    Raises:
        KeyError, TypeError: the tree has another form.
    """
    package = tuple(str(part["value"]) for part in tree["package"]["path"][1:])
    return ModuleFacts(package, (), tuple(_definition(rule) for rule in tree.get("rules", [])))


def _definition(rule: JsonObject) -> Definition:
    head = rule["head"]
    place = head.get("location") or rule["location"]
    line, column = place["row"], place["col"]
    reference = head.get("ref") or [{"type": "var", "value": head["name"]}]
    constant = [str(part["value"]) for part in takewhile(lambda part: part["type"] == "string", reference[1:])]
    if "args" in head:
        kind = "function"
    elif rule.get("default"):
        kind = "default"
    elif "key" in head and "value" not in head:
        kind = "set"
    else:
        kind = "value" if len(constant) == len(reference) - 1 else "map"
    everything = Reference(("input",), Use.READ, line, column, True, True, False)
    name = (str(reference[0]["value"]), *constant)
    return Definition(name, kind, line, (everything, *_inputs(rule)), len(head.get("args", [])))


def _inputs(rule: JsonObject) -> Iterator[Reference]:
    """References to fields of the input."""
    seen: set[Path] = set()
    pending: list[Json] = [rule]
    while pending:
        node = pending.pop()
        if isinstance(node, list):
            pending.extend(node)
        elif isinstance(node, dict):
            pending.extend(node.values())
            parts: Json = node["value"] if node.get("type") == "ref" else []
            if len(parts) < 2 or parts[0].get("value") != "input" or parts[1]["type"] != "string":
                continue
            path = ("input", str(parts[1]["value"]))
            if path not in seen:
                seen.add(path)
                place = parts[0]["location"]
                yield Reference(path, Use.READ, place["row"], place["col"], True, len(parts) == 2, False)
