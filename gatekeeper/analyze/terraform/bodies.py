"""The values of a block: its attributes and the blocks inside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from gatekeeper.analyze.terraform.expressions import Evaluator, elements
from gatekeeper.analyze.terraform.values import Invalid, Unknown, Unsure, Value
from gatekeeper.model.json import JsonObject

# Their expressions are names of other things, not values.
_REFERENCES = frozenset({"provider", "providers", "depends_on", "ignore_changes", "replace_triggered_by"})


def evaluate_body(body: JsonObject, evaluator: Evaluator, *, top: bool = True, doubt: str = "") -> dict[str, Value]:
    """Attributes by name, and blocks as lists of objects under their type; blocks with labels below those.

    Generated blocks stand behind the plain ones of their type, as in ``Place``. ``doubt`` is the expression on which
    it depends whether there is such a block at all: then each of its values is unknown.

    Raises:
        Exhausted: it takes too much.
    """
    values: dict[str, Value] = {}
    for name, expression in body["attributes"].items():
        if doubt:
            values[name] = Unknown(doubt)
        elif name in _REFERENCES and (top or name not in {"provider", "providers"}):
            values[name] = _reference(expression)
        else:
            values[name] = evaluator.value(expression)
    for block in body["blocks"]:
        if block["type"] != "dynamic":
            inner = evaluate_body(block, evaluator, top=False, doubt=doubt)
            _add(values, block["type"], block["labels"], [inner])
    for block in body["blocks"]:
        if block["type"] == "dynamic" and block["labels"]:
            generated = list(_generate(block, evaluator, doubt))
            if generated:
                _add(values, block["labels"][0], [], generated)
    return values


def type_of(block: JsonObject) -> str:
    """The type of a block, for a dynamic block that of the blocks it makes."""
    return str(block["labels"][0] if block["type"] == "dynamic" and block["labels"] else block["type"])


def _add(values: dict[str, Value], type_: str, labels: Iterable[str], blocks: list[Value]) -> None:
    names = [type_, *labels]
    for name in names[:-1]:
        below = values.setdefault(name, {})
        if not isinstance(below, dict):
            return  # an attribute of the same name: Terraform refuses it
        values = below
    before = values.setdefault(names[-1], [])
    if isinstance(before, list):
        before += blocks


def _generate(block: JsonObject, evaluator: Evaluator, doubt: str) -> Iterator[dict[str, Value]]:
    """The blocks that a dynamic block makes; one with unknown values where it is unknown how many."""
    content = next((inner for inner in block["blocks"] if inner["type"] == "content"), None)
    if content is None:
        return
    name = block["labels"][0]
    iterator = block["attributes"].get("iterator")
    if iterator is not None:
        name = str(iterator.get("root") or iterator.get("value"))
    expression = block["attributes"].get("for_each", {"node": "invalid", "source": f"{name}.for_each"})
    try:
        pairs = [(None, Unknown(doubt, many=True))] if doubt else elements(evaluator.value(expression))
    except (Invalid, Unsure):
        pairs = [(None, Unknown(expression.get("source", "null"), many=True))]
    for key, item in pairs:
        evaluator.budget.spend()
        maybe = item.text if isinstance(item, Unknown) and item.many else ""
        yield evaluate_body(content, evaluator.within({name: {"key": key, "value": item}}), top=False, doubt=maybe)


def _reference(expression: JsonObject) -> Value:
    match expression["node"]:
        case "literal":
            return expression["value"]
        case "tuple":
            return [_reference(item) for item in expression["items"]]
        case "object":
            keys = (key.get("value", key.get("source")) for key in expression["keys"])
            return dict(zip(map(str, keys), map(_reference, expression["values"]), strict=True))
        case _:
            return expression["source"]
