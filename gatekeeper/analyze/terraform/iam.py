"""The JSON text of ``aws_iam_policy_document``, as the AWS provider makes it."""

from __future__ import annotations

from gatekeeper.analyze.terraform.string_functions import json_text
from gatekeeper.analyze.terraform.values import Invalid, Unsure, Value, make_set, to_string, wholly_known

_MERGING = ("source_policy_documents", "override_policy_documents", "source_json", "override_json")
_LISTS = (
    ("Action", "actions", False), ("NotAction", "not_actions", False),
    ("Resource", "resources", True), ("NotResource", "not_resources", True),
)  # fmt: skip


def policy_json(values: dict[str, Value], indent: int | None) -> str:
    """The text, out of the values of the data source.

    Raises:
        Unsure: something in it is unknown, or it merges other documents.
        Invalid: the provider would refuse it.
    """
    if not wholly_known(values) or any(values.get(name) for name in _MERGING):
        raise Unsure
    document: dict[str, Value] = {"Version": _text(values.get("version"), "2012-10-17")}
    if identifier := _text(values.get("policy_id"), ""):
        document["Id"] = identifier
    statements = [_statement(statement) for statement in _blocks(values, "statement")]
    named = [statement["Sid"] for statement in statements if "Sid" in statement]
    if len(set(named)) < len(named):
        raise Invalid
    if statements:
        document["Statement"] = statements
    return json_text(document, indent, sort_keys=False)


def _text(value: Value, default: str) -> str:
    return default if value is None else to_string(value)


def _blocks(values: dict[str, Value], name: str) -> list[dict[str, Value]]:
    blocks = values.get(name) or []
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        raise Invalid
    return blocks


def _statement(values: dict[str, Value]) -> dict[str, Value]:
    statement: dict[str, Value] = {}
    if sid := _text(values.get("sid"), ""):
        statement["Sid"] = sid
    statement["Effect"] = _text(values.get("effect"), "Allow")
    for key, name, with_variables in _LISTS:
        if values.get(name):
            statement[key] = _strings(values[name], with_variables)
    for key, name in (("Principal", "principals"), ("NotPrincipal", "not_principals")):
        if blocks := _blocks(values, name):
            statement[key] = _principals(blocks)
    if blocks := _blocks(values, "condition"):
        statement["Condition"] = _conditions(blocks)
    return statement


def _variables(text: str) -> str:
    return text.replace("&{", "${")


def _strings(items: Value, with_variables: bool) -> Value:
    """A set of strings: one by itself, several in descending order."""
    if not isinstance(items, list):
        raise Invalid
    texts = sorted(make_set([to_string(item) for item in items]), reverse=True)
    if with_variables:
        texts = [_variables(text) for text in texts]
    return texts[0] if len(texts) == 1 else texts


def _principals(blocks: list[dict[str, Value]]) -> Value:
    principals: dict[str, Value] = {}
    for block in blocks:
        type_ = to_string(block.get("type"))
        if type_ in principals:
            raise Unsure  # blocks of one type are joined in an order of hashes
        principals[type_] = _strings(block.get("identifiers"), with_variables=True)
    if principals in ({"*": "*"}, {"*": ["*"]}):
        return "*"
    return dict(sorted(principals.items()))


def _conditions(blocks: list[dict[str, Value]]) -> Value:
    conditions: dict[str, dict[str, Value]] = {}
    for block in blocks:
        test, variable, values = to_string(block.get("test")), to_string(block.get("variable")), block.get("values")
        below = conditions.setdefault(test, {})
        if variable in below:
            raise Unsure  # as above
        if not isinstance(values, list):
            raise Invalid
        texts = [_variables(to_string(item)) for item in values]
        below[variable] = texts[0] if len(texts) == 1 else texts
    return {test: dict(sorted(below.items())) for test, below in sorted(conditions.items())}
