"""What the tests of this folder share: from the text of files to evaluated blocks."""

from __future__ import annotations

from textwrap import dedent

from gatekeeper.analyze.terraform.evaluating import evaluate
from gatekeeper.analyze.terraform.grouping import group
from gatekeeper.collect.terraform import TerraformReader
from gatekeeper.formats import jsonable
from gatekeeper.model.json import Json, JsonObject

UNKNOWN_LIST = 'variable "unknown" {}\n'


def facts(files: dict[str, str]) -> list[Json]:
    reader = TerraformReader()
    read = [fact for path, text in sorted(files.items()) for fact in reader.read(path, dedent(text).encode())]
    return [jsonable.plain(fact) for fact in read]


def evaluated(files: dict[str, str] | str) -> JsonObject:
    """Blocks by kind, and gaps."""
    result: JsonObject = {}
    for modules in group(facts({"main.tf": files} if isinstance(files, str) else files)):
        for name, items in evaluate(None, jsonable.dumps(modules)).items():
            result.setdefault(name, []).extend(items)
    return result


def resource(files: dict[str, str] | str, address: str = "a.b") -> JsonObject:
    """One resource by its address."""
    (found,) = (block for block in evaluated(files)["resources"] if block["address"] == address)
    assert isinstance(found, dict)
    return found


def value(expression: str, more: str = "") -> Json:
    """The value of an expression; ``var.unknown`` is unknown."""
    return resource(f'resource "a" "b" {{\n  x = {expression}\n}}\n{UNKNOWN_LIST}{dedent(more)}')["values"]["x"]


def unknown(text: str) -> JsonObject:
    return {"$unknown": text}
