"""Modules: the files of a folder, what their names refer to, and the calls between them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from gatekeeper.analyze.terraform import iam
from gatekeeper.analyze.terraform.bodies import evaluate_body
from gatekeeper.analyze.terraform.expressions import Evaluator, elements
from gatekeeper.analyze.terraform.grouping import local_source
from gatekeeper.analyze.terraform.types import convert
from gatekeeper.analyze.terraform.values import (
    Budget,
    Exhausted,
    Invalid,
    Unknown,
    Unsure,
    Value,
    has_rest,
    measure,
    same,
    to_number,
)
from gatekeeper.model.json import Json, JsonObject

_BUSY = object()
_UNSET = object()


@dataclass(frozen=True, slots=True)
class Definition:
    """A block, or one local value, and the file that it stands in."""

    path: str
    body: JsonObject


@dataclass(slots=True)
class Module:
    """One folder with configurations."""

    folder: str
    files: Mapping[str, JsonObject]  # bodies by path, overrides merged
    automatic: Sequence[JsonObject]  # files of variables that Terraform loads by itself, in that order
    others: Sequence[JsonObject]  # those that a command line may name
    callers: list[tuple[Module, Definition]] = field(default_factory=list)
    definitions: dict[tuple[str, ...], list[Definition]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for path, body in self.files.items():
            for block in body["blocks"]:
                if block["type"] == "locals":
                    for name, expression in block["attributes"].items():
                        self._define(("local", name), path, expression)
                else:
                    self._define((block["type"], *block["labels"]), path, block)

    def _define(self, name: tuple[str, ...], path: str, body: JsonObject) -> None:
        self.definitions.setdefault(name, []).append(Definition(path, body))

    def pick(self, name: tuple[str, ...], path: str) -> Definition:
        """The definition of a name, as a file sees it.

        A folder with several is no module, but perhaps a collection of files that each stand for themselves.

        Raises:
            Unsure: there is none, or it cannot be told which.
        """
        found = self.definitions.get(name, [])
        if len(found) > 1:
            found = [definition for definition in found if definition.path == path]
        if len(found) != 1:
            raise Unsure
        return found[0]


class Configuration:
    """Modules that call one another, evaluated together, each value once."""

    def __init__(self, modules: Iterable[Module], budget: Budget) -> None:
        self.modules = {module.folder: module for module in modules}
        self.budget = budget
        self._known: dict[tuple[object, ...], Value] = {}
        for module in self.modules.values():
            for name, definitions in module.definitions.items():
                if name[0] == "module":
                    for call in definitions:
                        called = self.called(module, call.body)
                        if called is not None and called is not module:
                            called.callers.append((module, call))

    def called(self, module: Module, call: JsonObject) -> Module | None:
        """The local module that a block calls, if it is there."""
        source = local_source(module.folder, call)
        return None if source is None else self.modules.get(source)

    def evaluator(
        self, module: Module, path: str, names: Mapping[str, Value] | None = None, depth: int = 0
    ) -> Evaluator:
        """An evaluator for a file."""
        return Evaluator(FileNames(self, module, path), self.budget, names, depth)

    def once(self, key: tuple[object, ...], text: str, compute: Callable[[], Value]) -> Value:
        """A value that is computed when it is first asked for; unknown where that fails.

        Raises:
            Unsure: it depends on itself.
            Exhausted: it takes too much.
        """
        known = self._known.get(key, _UNSET)
        if known is _BUSY:
            raise Unsure
        if known is not _UNSET:
            return known
        self._known[key] = _BUSY
        value: Value = Unknown(text)
        try:
            value = compute()
            measure(value, self.budget)
        except (Invalid, Unsure):
            value = Unknown(text)
        except Exhausted:
            value = Unknown(text)
            raise
        finally:
            self._known[key] = value
        return value

    def instances(self, module: Module, definition: Definition, depth: int = 0) -> tuple[Value, dict[str, Value]]:
        """The number of instances of a block, and what ``each`` or ``count`` are if there is exactly one."""
        attributes = definition.body["attributes"]
        evaluator = self.evaluator(module, definition.path, depth=depth)
        if "count" in attributes:
            number = self.once(
                (id(definition.body), "count"),
                attributes["count"].get("source", ""),
                lambda: to_number(evaluator.strict(attributes["count"])),
            )
            index = 0 if number == 1 else Unknown("count.index")
            if not isinstance(number, Unknown) and (not isinstance(number, int) or number < 0):
                number = Unknown(attributes["count"].get("source", ""))
            return number, {"count": {"index": index}}
        if "for_each" in attributes:
            collection = self.collection(evaluator, definition)
            if isinstance(collection, list | dict) and not (isinstance(collection, list) and has_rest(collection)):
                if len(collection) == 1:
                    ((key, item),) = _each(collection)
                    return 1, {"each": {"key": key, "value": item}}
                return len(collection), _UNKNOWN_EACH
            return Unknown(attributes["for_each"].get("source", "")), _UNKNOWN_EACH
        return 1, {}

    def collection(self, evaluator: Evaluator, definition: Definition) -> Value:
        """The value of ``for_each``."""
        expression = definition.body["attributes"]["for_each"]
        return self.once(
            (id(definition.body), "for_each"), expression.get("source", ""), lambda: evaluator.strict(expression)
        )


def _each(collection: Value) -> list[tuple[Value, Value]]:
    """Keys and values; a list, which Terraform would refuse here, is taken for the set that was meant."""
    pairs = elements(collection)
    return [(item, item) for _, item in pairs] if isinstance(collection, list) else pairs


_UNKNOWN_EACH: dict[str, Value] = {"each": {"key": Unknown("each.key"), "value": Unknown("each.value")}}


class FileNames:
    """What the names in one file refer to."""

    def __init__(self, configuration: Configuration, module: Module, path: str) -> None:
        self._configuration, self._module, self._path = configuration, module, path

    def resolve(self, root: str, steps: Sequence[Json], evaluate: Evaluator) -> tuple[Value, int]:
        """See ``expressions.Names``."""
        names = [step for step in steps[:2] if isinstance(step, str)]
        if root == "var" and names:
            return self._variable(names[0], evaluate.depth), 1
        if root == "local" and names:
            return self._local(names[0], evaluate.depth), 1
        if root == "module" and names:
            return self._output(names[0], steps, evaluate)
        if root == "data" and len(names) == 2:
            return self._resource(("data", *names), steps, 2, evaluate)
        if root not in {"path", "terraform", "self", "each", "count", "var", "local", "module", "data"} and names:
            return self._resource(("resource", root, names[0]), steps, 1, evaluate)
        raise Unsure

    def _local(self, name: str, depth: int) -> Value:
        definition = self._module.pick(("local", name), self._path)
        evaluator = self._configuration.evaluator(self._module, definition.path, depth=depth)
        return self._configuration.once(
            (id(definition.body),), f"local.{name}", lambda: evaluator.strict(definition.body)
        )

    def _variable(self, name: str, depth: int) -> Value:
        definition = self._module.pick(("variable", name), self._path)
        return self._configuration.once(
            (id(definition.body),), f"var.{name}", lambda: self._variable_value(name, definition, depth)
        )

    def _variable_value(self, name: str, definition: Definition, depth: int) -> Value:
        attributes = definition.body["attributes"]
        own = self._configuration.evaluator(self._module, definition.path, depth=depth)

        def typed(value: Value) -> Value:
            return convert(value, attributes["type"], own.strict) if "type" in attributes else value

        default = typed(own.strict(attributes["default"])) if "default" in attributes else Unknown(f"var.{name}")
        keeps_null = "nullable" not in attributes or attributes["nullable"].get("value") is not False
        candidates: list[Value] = []
        for given in self._given(name, depth):
            if given is _UNSET or (given is None and not keeps_null):
                candidates.append(default)
            else:
                candidates.append(typed(given))
        first = candidates[0]
        if isinstance(first, Unknown) or (
            len(candidates) > 1 and not all(same(first, other) for other in candidates[1:])
        ):
            raise Unsure
        return first

    def _given(self, name: str, depth: int) -> list[Value]:
        """What callers and files of variables set the variable to, each one of them."""
        module, configuration = self._module, self._configuration
        given: list[Value] = []
        for caller, call in module.callers:
            expression = call.body["attributes"].get(name)
            if expression is None:
                given.append(_UNSET)
            else:
                names = configuration.instances(caller, call, depth)[1]
                given.append(configuration.evaluator(caller, call.path, names, depth).strict(expression))
        automatic = [body["attributes"][name] for body in module.automatic if name in body["attributes"]]
        others = [body["attributes"][name] for body in module.others if name in body["attributes"]]
        constant = Evaluator(NoNames(), configuration.budget, depth=depth)
        if automatic:
            given.append(constant.strict(automatic[-1]))
        elif not given:
            given.append(_UNSET)
        return given + [constant.strict(expression) for expression in others]

    def _output(self, name: str, steps: Sequence[Json], evaluate: Evaluator) -> tuple[Value, int]:
        configuration = self._configuration
        call = self._module.pick(("module", name), self._path)
        called = configuration.called(self._module, call.body)
        position = 1 + self._instance(call, steps, 1, evaluate)[0]
        if called is None or position >= len(steps) or not isinstance(steps[position], str):
            raise Unsure
        output = called.pick(("output", steps[position]), "")
        if "value" not in output.body["attributes"]:
            raise Unsure
        evaluator = configuration.evaluator(called, output.path, depth=evaluate.depth)
        value = configuration.once(
            (id(output.body),), f"module.{name}", lambda: evaluator.strict(output.body["attributes"]["value"])
        )
        return value, position + 1

    def _instance(
        self, definition: Definition, steps: Sequence[Json], position: int, evaluate: Evaluator
    ) -> tuple[int, dict[str, Value], Value]:
        """How many steps choose the instance, the names within it, and its key."""
        attributes = definition.body["attributes"]
        if "count" not in attributes and "for_each" not in attributes:
            return 0, {}, None
        if position >= len(steps) or isinstance(steps[position], str) or "splat" in steps[position]:
            raise Unsure
        key = evaluate.strict(steps[position])
        if isinstance(key, Unknown):
            raise Unsure
        if "count" in attributes:
            number = self._configuration.instances(self._module, definition, evaluate.depth)[0]
            if isinstance(number, int) and isinstance(key, int) and key >= number:
                raise Invalid
            return 1, {"count": {"index": key}}, key
        own = self._configuration.evaluator(self._module, definition.path, depth=evaluate.depth)
        for name, item in _each(self._configuration.collection(own, definition)):
            if same(name, key):
                return 1, {"each": {"key": name, "value": item}}, key
        raise Unsure

    def _resource(
        self, name: tuple[str, ...], steps: Sequence[Json], position: int, evaluate: Evaluator
    ) -> tuple[Value, int]:
        configuration, module = self._configuration, self._module
        definition = module.pick(name, self._path)
        used, names, key = self._instance(definition, steps, position, evaluate)
        position += used
        if position >= len(steps) or not isinstance(steps[position], str):
            raise Unsure
        attribute: str = steps[position]
        attributes = definition.body["attributes"]
        evaluator = configuration.evaluator(module, definition.path, names, evaluate.depth)
        where = (id(definition.body), attribute, key)
        text = ".".join((*name[1:], attribute))
        if attribute in attributes:
            value = configuration.once(where, text, lambda: evaluator.strict(attributes[attribute]))
        elif name[:2] == ("data", "aws_iam_policy_document") and attribute in {"json", "minified_json"}:
            indent = 2 if attribute == "json" else None
            value = configuration.once(
                where, text, lambda: iam.policy_json(evaluate_body(definition.body, evaluator), indent)
            )
        else:
            raise Unsure
        if value is None:
            raise Unsure  # the provider may fill it in
        return value, position + 1


class NoNames:
    """What names refer to where there is nothing to refer to: in files of variables."""

    def resolve(self, root: str, steps: Sequence[Json], evaluate: Evaluator) -> tuple[Value, int]:
        """See ``expressions.Names``."""
        raise Unsure
