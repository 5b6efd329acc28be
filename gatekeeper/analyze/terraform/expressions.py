"""Evaluate the expressions that ``syntax.hcl.expressions`` describes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from gatekeeper.analyze.terraform import operators
from gatekeeper.analyze.terraform.functions import call
from gatekeeper.analyze.terraform.values import (
    Budget,
    Exhausted,
    Invalid,
    SetValue,
    Unknown,
    Unsure,
    Value,
    as_rest,
    has_rest,
    measure,
    normal,
    to_bool,
    to_key,
    to_string,
)
from gatekeeper.model.json import Json, JsonObject

MAX_DEPTH = 150  # nested expressions, and locals and variables that refer to one another


class Names(Protocol):
    """What names refer to."""

    def resolve(self, root: str, steps: Sequence[Json], evaluate: Evaluator) -> tuple[Value, int]:
        """The value behind ``root`` and the first steps, and how many steps those are.

        Raises:
            Unsure: it cannot be known.
            Invalid: there is no such thing.
        """
        ...


class Evaluator:
    """Evaluates within one file of a module, perhaps with the names of a for expression or a dynamic block."""

    def __init__(self, names: Names, budget: Budget, local: Mapping[str, Value] | None = None, depth: int = 0) -> None:
        self.names = names
        self.budget = budget
        self.local = local or {}
        self.depth = depth

    def within(self, local: Mapping[str, Value]) -> Evaluator:
        """The same with more names."""
        return Evaluator(self.names, self.budget, {**self.local, **local}, self.depth)

    def value(self, node: JsonObject) -> Value:
        """The value; unknown where Terraform would refuse it.

        Raises:
            Exhausted: it takes too much.
        """
        try:
            return self.strict(node)
        except Invalid:
            return Unknown(node.get("source", ""))

    def strict(self, node: JsonObject) -> Value:
        """The value.

        Raises:
            Invalid: Terraform would refuse it.
            Exhausted: it takes too much.
        """
        form = node["node"]
        if form == "literal":
            return node["value"]
        self.budget.spend()
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self.depth -= 1
            raise Exhausted(f"expressions refer to one another more than {MAX_DEPTH} levels deep")
        try:
            value = self._value_of(form, node)
        except Unsure:
            return Unknown(node["source"])
        finally:
            self.depth -= 1
        if isinstance(value, Unknown) and not value.many:
            return Unknown(node["source"])
        return value

    def _value_of(self, form: str, node: JsonObject) -> Value:
        match form:
            case "traversal":
                return self._traversal(node)
            case "tuple":
                self.budget.spend(len(node["items"]))
                return [self.strict(item) for item in node["items"]]
            case "object":
                return self._object(node)
            case "template":
                return normal(self._parts(node["parts"]))
            case "call":
                return self._call(node)
            case "conditional":
                return self._conditional(node)
            case "binary":
                return self._binary(node)
            case "unary":
                return operators.unary(node["operator"], self.strict(node["of"]))
            case "for":
                return self._for(node)
            case _:
                raise Unsure

    def _traversal(self, node: JsonObject) -> Value:
        steps: Sequence[Json] = node["steps"]
        if "of" in node:
            value = self.strict(node["of"])
        elif node["root"] in self.local:
            value = self.local[node["root"]]
        else:
            value, used = self.names.resolve(node["root"], steps, self)
            steps = steps[used:]
        value = self._steps(value, steps)
        measure(value, self.budget)  # what is referred to often is counted often
        return value

    def _steps(self, value: Value, steps: Sequence[Json]) -> Value:
        position = 0
        while position < len(steps):
            step = steps[position]
            position += 1
            if isinstance(step, str):
                value = operators.attribute(value, step)
            elif "splat" in step:
                inner = steps[position : position + step["splat"]]
                position += step["splat"]
                value = self._splat(value, inner)
            else:
                value = operators.index(value, self.strict(step))
        return value

    def _splat(self, value: Value, steps: Sequence[Json]) -> Value:
        if isinstance(value, Unknown):
            raise Unsure
        if value is None:
            return []
        items = value if isinstance(value, list) else [value]
        self.budget.spend(1 + len(items))
        return [as_rest(item) if has_rest([item]) else self._known_steps(item, steps) for item in items]

    def _known_steps(self, item: Value, steps: Sequence[Json]) -> Value:
        try:
            return self._steps(item, steps)
        except Unsure:
            return Unknown(item.text if isinstance(item, Unknown) else "[*]")

    def _object(self, node: JsonObject) -> Value:
        self.budget.spend(len(node["keys"]))
        result: dict[str, Value] = {}
        for key, item in zip(node["keys"], node["values"], strict=True):
            name = to_key(self.strict(key))
            result[name] = self.strict(item)
        return result

    def _parts(self, parts: Sequence[Json]) -> str:
        texts: list[str] = []
        for part in parts:
            if isinstance(part, str):
                texts.append(part)
            elif part["node"] == "if":
                texts.append(self._parts(part["then" if to_bool(self.strict(part["condition"])) else "else"]))
            elif part["node"] == "each":
                collection = self.strict(part["in"])
                if isinstance(collection, list) and has_rest(collection):
                    raise Unsure
                texts += [inner._parts(part["parts"]) for inner in self._iterate(part, collection)]
            else:
                texts.append(to_string(self.strict(part)))
        self.budget.spend(1 + sum(map(len, texts)) // 32)
        return "".join(texts)

    def _call(self, node: JsonObject) -> Value:
        name = node["name"].removeprefix("core::")
        if name in {"try", "can"}:
            return self._try(node) if name == "try" else self._can(node)
        arguments = [self.strict(argument) for argument in node["arguments"]]
        if node["expand"]:
            last = arguments.pop() if arguments else None
            if isinstance(last, Unknown) or (isinstance(last, list) and has_rest(last)):
                raise Unsure
            if not isinstance(last, list):
                raise Invalid
            arguments += last
        value = call(name, arguments)
        measure(value, self.budget)
        return value

    def _try(self, node: JsonObject) -> Value:
        for argument in node["arguments"]:
            try:
                value = self.strict(argument)
            except Invalid:
                continue
            return value
        raise Invalid

    def _can(self, node: JsonObject) -> Value:
        if len(node["arguments"]) != 1:
            raise Invalid
        try:
            if isinstance(self.strict(node["arguments"][0]), Unknown):
                raise Unsure
        except Invalid:
            return False
        return True

    def _conditional(self, node: JsonObject) -> Value:
        condition = self.strict(node["condition"])
        if isinstance(condition, Unknown):
            return operators.choose(condition, self.value(node["then"]), self.value(node["else"]))
        # The other result only matters for its type; whatever is wrong with it, Terraform may not notice.
        chosen, other = ("then", "else") if to_bool(condition) else ("else", "then")
        value, alternative = self.strict(node[chosen]), self.value(node[other])
        then, otherwise = (value, alternative) if chosen == "then" else (alternative, value)
        return operators.choose(condition, then, otherwise)

    def _binary(self, node: JsonObject) -> Value:
        value = self.strict(node["operands"][0])
        for operator, operand in zip(node["operators"], node["operands"][1:], strict=True):
            try:
                value = operators.binary(operator, value, self.strict(operand))
            except Unsure:
                value = Unknown(node["source"])
        return value

    def _iterate(self, node: JsonObject, collection: Value) -> Iterator[Evaluator]:
        """An evaluator for each element."""
        for key, item in elements(collection):
            self.budget.spend()
            names = {node["value_name"]: item}
            if node["key_name"] is not None:
                names[node["key_name"]] = key
            yield self.within(names)

    def _for(self, node: JsonObject) -> Value:
        collection = self.strict(node["in"])
        if node["result_key"] is not None:
            return self._for_object(node, collection)
        result: list[Value] = []
        rests = [has_rest([item]) for _, item in elements(collection)]
        for inner, rest in zip(self._iterate(node, collection), rests, strict=True):
            wanted = True if node["if"] is None else inner.strict(node["if"])
            if isinstance(wanted, Unknown) or to_bool(wanted):
                value = inner.strict(node["result"])
                doubtful = rest or isinstance(wanted, Unknown)
                result.append(Unknown(node["source"], many=True) if doubtful else value)
        return result

    def _for_object(self, node: JsonObject, collection: Value) -> Value:
        result: dict[str, Value] = {}
        if isinstance(collection, list) and has_rest(collection):
            raise Unsure
        for inner in self._iterate(node, collection):
            if node["if"] is not None and not to_bool(inner.strict(node["if"])):
                continue
            key, value = to_key(inner.strict(node["result_key"])), inner.strict(node["result"])
            if node["group"]:
                result.setdefault(key, []).append(value)
            elif key in result:
                raise Invalid
            else:
                result[key] = value
        return result


def elements(collection: Value) -> list[tuple[Value, Value]]:
    """Keys and elements in Terraform's order: indexes of a list, keys of a map, elements of a set for both.

    Raises:
        Unsure: the collection is unknown.
        Invalid: it is none.
    """
    if isinstance(collection, Unknown):
        raise Unsure
    if isinstance(collection, dict):
        return sorted(collection.items(), key=lambda entry: entry[0])
    if isinstance(collection, SetValue):
        return [(item, item) for item in collection]
    if isinstance(collection, list):
        return list(enumerate(collection))
    raise Invalid
