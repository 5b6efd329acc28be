"""Evaluate modules that belong together; runs in a worker."""

from __future__ import annotations

import contextlib

from gatekeeper.analyze.terraform.bodies import evaluate_body, type_of
from gatekeeper.analyze.terraform.expressions import Evaluator
from gatekeeper.analyze.terraform.grouping import local_source
from gatekeeper.analyze.terraform.modules import Configuration, Definition, Module, NoNames
from gatekeeper.analyze.terraform.values import Budget, Exhausted, Unknown, measure, to_json
from gatekeeper.formats import jsonable
from gatekeeper.model.json import Json, JsonObject
from gatekeeper.workspace.masking import mask_json

_BASE_STEPS = 20_000
_LAST_STEPS = 2_000  # for an attribute whose evaluation took too much
_BYTES_A_STEP = 2  # of the facts: a file gets some forty times the steps that it needs to be read once
_KINDS = {"resource": "resources", "data": "data", "provider": "providers", "module": "modules"}


def evaluate(arguments: Json, payload: bytes) -> Json:
    """Fields of ``model.infrastructure.Terraform`` as plain JSON, and ``gaps`` as pairs of a path and a reason.

    Secrets are masked here, where values have their names again: the facts hold them inside expressions.

    ``payload`` is one element of ``grouping.group``.
    """
    modules = [Module(**module) for module in jsonable.loads(payload)]
    return mask_json(_Evaluation(modules, len(payload)).run())


class _Evaluation:
    def __init__(self, modules: list[Module], weight: int) -> None:
        self._modules = modules
        self._configuration = Configuration(modules, Budget(_BASE_STEPS + weight // _BYTES_A_STEP))
        self._found: dict[str, list[Json]] = {name: [] for name in (*_KINDS.values(), "backends")}
        self._gaps: dict[tuple[str, str], None] = {}

    def run(self) -> Json:
        for module in self._modules:
            for path, body in module.files.items():
                for block in body["blocks"]:
                    keys = _keys(block)
                    if block["type"] in _KINDS:
                        self._add(module, path, block, keys)
                    elif block["type"] == "terraform":
                        self._add_backends(module, path, block, keys)
        return {**self._found, "gaps": [list(gap) for gap in self._gaps]}

    def _add(self, module: Module, path: str, block: JsonObject, keys: list[Json]) -> None:
        definition = Definition(path, block)
        try:
            count, names = self._configuration.instances(module, definition)
        except (Exhausted, RecursionError) as error:
            self._give_up(path, error)
            count, names = Unknown("count"), {}
        values = self._values(block, self._configuration.evaluator(module, path, names), path)
        labels: list[str] = block["labels"]
        address, name = ".".join(labels if block["type"] == "resource" else (block["type"], *labels)), labels[-1]
        type_ = "module" if block["type"] == "module" else labels[0]
        if block["type"] == "provider":
            alias = values.get("alias")
            name = alias if isinstance(alias, str) else ""
            address = f"{address}.{name}" if name else address
        elif block["type"] == "module":
            self._check_source(module, path, block)
        found = self._found[_KINDS[block["type"]]]
        found.append(_item(module, path, keys, type_, name, address, values, to_json(count)))

    def _add_backends(self, module: Module, path: str, block: JsonObject, keys: list[Json]) -> None:
        for inner in block["blocks"]:
            if inner["type"] == "backend" and inner["labels"]:
                type_ = inner["labels"][0]
                values = self._values(inner, self._configuration.evaluator(module, path), path)
                below = inner["keys"] if "keys" in inner else [*keys, *_keys(inner)]
                item = _item(module, path, below, type_, "", f"terraform.backend.{type_}", values, 1)
                self._found["backends"].append(item)

    def _values(self, block: JsonObject, evaluator: Evaluator, path: str) -> JsonObject:
        """The values as plain JSON; if they take too much, each attribute and block by itself as far as it can be."""
        try:
            return self._json(block, evaluator)
        except (Exhausted, RecursionError) as error:
            self._give_up(path, error)
        values: JsonObject = {}
        for name, expression in block["attributes"].items():
            values |= self._one(name, {"attributes": {name: expression}, "blocks": []}, evaluator)
        for name in dict.fromkeys(type_of(inner) for inner in block["blocks"]):
            inner = [each for each in block["blocks"] if type_of(each) == name]
            values |= self._one(name, {"attributes": {}, "blocks": inner}, evaluator)
        return values

    def _json(self, body: JsonObject, evaluator: Evaluator) -> JsonObject:
        values = evaluate_body(body, evaluator)
        measure(values)
        return {name: to_json(value) for name, value in values.items()}

    def _one(self, name: str, body: JsonObject, evaluator: Evaluator) -> JsonObject:
        # Nobody hides an open port behind a bomb elsewhere: what refers to nothing is evaluated all the same.
        for each in (evaluator, Evaluator(NoNames(), Budget(_LAST_STEPS), evaluator.local)):
            with contextlib.suppress(Exhausted, RecursionError):
                return self._json(body, each)
        return {name: to_json(Unknown(body["attributes"].get(name, {}).get("source", name)))}

    def _give_up(self, path: str, error: Exception) -> None:
        reason = str(error) if isinstance(error, Exhausted) else "expressions nest too deeply"
        self._gaps[path, f"some values are unknown: {reason}"] = None

    def _check_source(self, module: Module, path: str, block: JsonObject) -> None:
        source = block["attributes"].get("source", {}).get("value")
        called = local_source(module.folder, block)
        if called is None:
            shown = source if isinstance(source, str) else "a source that is no plain string"
            self._gaps[path, f"module.{block['labels'][0]} was not looked into: it comes from {shown}"] = None
        elif called not in self._configuration.modules:
            self._gaps[path, f"module.{block['labels'][0]} was not looked into: no configuration in {source}"] = None


def _item(
    module: Module, path: str, keys: list[Json], type_: str, name: str, address: str, values: JsonObject, count: Json
) -> JsonObject:
    at = {"path": path, "document": 0, "keys": keys, "span": None}
    names = {"type": type_, "name": name, "address": address}
    return {"at": at, "module": module.folder, **names, "values": values, "count": count}


def _keys(block: JsonObject) -> list[Json]:
    if "keys" in block:
        return list(block["keys"])
    return [block["type"], *block["labels"], *([block["ordinal"]] if block["ordinal"] else [])]
