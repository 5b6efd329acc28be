"""What each expression of a program may be, followed from the input through variables, rules and functions.

Abstract interpretation: bodies are read in their order, once more where a variable is used above its binding. A rule is
evaluated once; a function once for each combination of what its callers hand it. Each expression is remembered with
the union of all that it was.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gatekeeper.errors import EngineFailure
from gatekeeper.model.json import Json
from gatekeeper.policy.checking import conditions, results, shapes
from gatekeeper.policy.checking.environment import Environment
from gatekeeper.policy.checking.program import Module, Program, Rule, chain, constant_key, key_node, text_of
from gatekeeper.policy.checking.shapes import Shape
from gatekeeper.policy.rego import syntax
from gatekeeper.policy.rego.syntax import Path

MAX_STEPS = 4_000_000
MAX_CONTEXTS = 64  # of a function; callers beyond that are not followed into it

_LITERALS = {
    "Number": shapes.NUMBER,
    "Bool": shapes.BOOLEAN,
    "True": shapes.BOOLEAN,
    "False": shapes.BOOLEAN,
    "Null": shapes.NULL,
}


def infer(program: Program, document: Shape, data: Shape) -> Mapping[int, Shape]:
    """What each expression of the checked modules may be, by the ``id`` of its node.

    ``document`` is the input, ``data`` what stands below ``data`` besides rules.

    Raises:
        EngineFailure: the modules are too entangled to be followed.
    """
    inference = Inference(program, document, data)
    inference.run()
    return inference.seen


class Inference:
    """One run over a program."""

    def __init__(self, program: Program, document: Shape, data: Shape) -> None:
        self.seen: dict[int, Shape] = {}
        self._program, self._document, self._data = program, document, data
        self._values: dict[Path, Shape] = {}
        self._calls: dict[Path, dict[tuple[Shape, ...], Shape]] = {}
        self._steps = 0

    def run(self) -> None:
        """Everything that the checked modules say; tests last, for what they call is not theirs to define."""
        modules = sorted((module for module in self._program.modules if module.checked), key=lambda m: m.is_test)
        for module in modules:
            for rule in module.rules:
                if rule.kind != "function":
                    self._rule_value(rule.path)
        for module in modules:
            for rule in module.rules:
                if rule.kind == "function" and rule.path not in self._calls:
                    self._apply(rule.path, [shapes.UNTRACKED] * len(rule.parameters))
            for reference in module.imports.values():
                if module.rules:
                    self._reference(reference, Environment(module.rules[0], self._document))

    # Rules

    def _rule_value(self, path: Path) -> Shape:
        if path not in self._values:
            self._values[path] = shapes.UNTRACKED  # for a rule that refers to itself, which OPA refuses
            rules = self._program.rules[path]
            if any(rule.kind == "function" for rule in rules):
                return shapes.UNTRACKED
            self._values[path] = shapes.union_of(*(self._evaluate(rule, ()) for rule in rules))
        return self._values[path]

    def _apply(self, path: Path, arguments: Sequence[Shape]) -> Shape:
        known = self._calls.setdefault(path, {})
        key = tuple(arguments)
        if key not in known:
            if len(known) >= MAX_CONTEXTS:
                key = tuple(shapes.UNTRACKED for _ in arguments)
                if key in known:
                    return known[key]
            known[key] = shapes.UNTRACKED
            known[key] = shapes.union_of(*(self._evaluate(rule, key) for rule in self._program.rules[path]))
        return known[key]

    def _evaluate(self, rule: Rule, arguments: Sequence[Shape]) -> Shape:
        result = shapes.NOTHING
        for body in rule.bodies:
            environment = Environment(rule, self._document)
            for pattern, shape in zip(rule.parameters, arguments, strict=False):
                self.unify(pattern, shape, environment, new=True)
            self._body(body.statements, environment)
            value = shapes.BOOLEAN if body.value is None else self.evaluate(body.value, environment)
            value = shapes.set_of(value) if rule.kind == "set" else value
            for key in reversed(rule.keys):
                keys, name = self.evaluate(key, environment), text_of(key)
                value = shapes.record({}, value, rest_keys=keys) if name is None else shapes.record({name: value})
            result = shapes.union(result, value)
        return result

    # Bodies

    def _body(self, statements: Sequence[Json], environment: Environment) -> None:
        environment.tentative = True
        for statement in statements:
            self._statement(statement, environment)
        environment.tentative = False
        missed = environment.missed
        if missed and (not environment.tentative or any(environment.lookup(name) is not None for name in missed)):
            for statement in statements:
                self._statement(statement, environment)

    def _statement(self, statement: Json, environment: Environment) -> None:
        document = environment.document
        for replacement in statement.get("with_mods") or ():
            self.evaluate(replacement["as"], environment)
            if syntax.name_of(syntax.flatten(replacement["refr"])[0]) == "input":
                environment.document = shapes.UNTRACKED  # no evidence, but what the policy makes up
        self._literal(statement["literal"], environment)
        environment.document = document

    def _literal(self, literal: Json, environment: Environment) -> None:
        kind, parts = syntax.only(literal)
        if kind == "SomeVars":
            for span in parts["vars"]:
                environment.declare(environment.module.source.cut(span))
        elif kind == "SomeIn":
            collection = self.evaluate(parts["collection"], environment)
            if parts["key"] is not None:
                self.unify(parts["key"], shapes.keys(collection), environment, new=True)
            self.unify(parts["value"], shapes.elements(collection), environment, new=True)
        elif kind == "Every":
            domain = self.evaluate(parts["domain"], environment)
            inner = environment.inner()
            for span, shape in ((parts["key"], shapes.keys(domain)), (parts["value"], shapes.elements(domain))):
                if span:
                    inner.bind(environment.module.source.cut(span), shape)
            self._body(parts["query"]["stmts"], inner)
        elif kind == "NotExpr":
            conditions.denied(self, parts["expr"], environment)
        else:
            conditions.asserted(self, parts["expr"], environment)

    def unify(self, pattern: Json, shape: Shape, environment: Environment, *, new: bool = False) -> None:
        """Match a pattern with a value; with ``new``, its variables are those of this body."""
        kind, parts = syntax.only(pattern)
        if kind == "Var":
            name = str(parts["value"])
            if name != "_" and new:
                environment.bind(name, shape)
            elif name != "_":
                environment.unify(name, shape)
            self._record(pattern, shape)
        elif kind == "Array":
            inside = shapes.elements(shape)
            for item in parts["items"]:
                self.unify(item, inside, environment, new=new)
        elif kind == "Object":
            for _, key, value in parts["fields"]:
                field = text_of(key)
                inside = shapes.elements(shape) if field is None else shapes.step(shape, field)
                self.unify(value, inside, environment, new=new)
        else:
            self.evaluate(pattern, environment)

    def is_free(self, node: Json, environment: Environment) -> bool:
        """Whether a pattern has a variable without a value."""
        kind, parts = syntax.only(node)
        if kind == "Var":
            name = str(parts["value"])
            if name == "_":
                return True
            bound = environment.lookup(name) is not None
            return not bound and (environment.has(name) or self._program.resolve(name, environment.module) is None)
        if kind == "Array":
            return any(self.is_free(item, environment) for item in parts["items"])
        if kind == "Object":
            return any(self.is_free(value, environment) for _, _, value in parts["fields"])
        return False

    # Expressions

    def evaluate(self, node: Json, environment: Environment) -> Shape:
        """What an expression may be."""
        self._steps += 1
        if self._steps > MAX_STEPS:
            raise EngineFailure(
                "the policies are too large to be followed", hint="check the folders of the policies one by one"
            )
        shape = self._expression(node, environment)
        self._record(node, shape)
        return shape

    def _expression(self, node: Json, environment: Environment) -> Shape:
        kind, parts = syntax.only(node)
        if kind in ("Var", "RefDot", "RefBrack"):
            return self._reference(node, environment)
        if kind in _LITERALS:
            return _LITERALS[kind]
        if kind in ("String", "RawString"):
            return shapes.constants(frozenset({str(parts["value"])}))
        if kind in ("Array", "Set"):
            inside = shapes.union_of(*(self.evaluate(item, environment) for item in parts["items"]))
            return shapes.array(inside) if kind == "Array" else shapes.set_of(inside)
        if kind == "Object":
            return self._object(parts["fields"], environment)
        if kind in ("ArrayCompr", "SetCompr", "ObjectCompr"):
            return self._comprehension(kind, parts, environment)
        if kind == "Call":
            return self._call(parts, environment)
        return self._operation(kind, parts, environment)

    def _operation(self, kind: str, parts: Json, environment: Environment) -> Shape:
        operands = [
            self.evaluate(parts[side], environment)
            for side in ("key", "lhs", "rhs", "value", "collection", "expr")
            if parts.get(side) is not None
        ]
        if kind == "BinExpr":
            return shapes.union_of(*operands) if parts["op"] == "Union" else operands[0]
        if kind == "ArithExpr":
            is_set = any(operand.members is not None for operand in operands)
            return operands[0] if is_set else shapes.NUMBER
        return shapes.NUMBER if kind == "UnaryExpr" else shapes.BOOLEAN

    def _object(self, members: Sequence[Json], environment: Environment) -> Shape:
        fields: dict[str, Shape] = {}
        rest, rest_keys = None, shapes.NOTHING
        for _, key, value in members:
            name, shape = text_of(key), self.evaluate(value, environment)
            keys = self.evaluate(key, environment)
            if name is not None:
                fields[name] = shape
            else:
                rest = shape if rest is None else shapes.union(rest, shape)
                rest_keys = shapes.union(rest_keys, keys)
        return shapes.record(fields, rest, rest_keys=rest_keys)

    def _comprehension(self, kind: str, parts: Json, environment: Environment) -> Shape:
        inner = environment.inner()
        self._body(parts["query"]["stmts"], inner)
        if kind == "ObjectCompr":
            keys = self.evaluate(parts["key"], inner)
            return shapes.record({}, self.evaluate(parts["value"], inner), rest_keys=keys)
        term = self.evaluate(parts["term"], inner)
        return shapes.array(term) if kind == "ArrayCompr" else shapes.set_of(term)

    # References

    def _reference(self, node: Json, environment: Environment) -> Shape:
        steps = chain(node)
        shape, path = self._root(steps[0], environment)
        shape = self._record_step(steps[0], shape, environment)
        for step in steps[1:]:
            key = constant_key(step)
            if shape is not None:
                shape = self._step(step, key, shape, environment)
            elif key is None:
                self.evaluate(key_node(step), environment)
                shape = shapes.UNTRACKED
            else:
                path = (*path, key)
                shape = self._at(path, environment)
            shape = self._record_step(step, shape, environment)
        return shapes.UNTRACKED if shape is None else shape

    def _root(self, root: Json, environment: Environment) -> tuple[Shape | None, Path]:
        name = syntax.name_of(root)
        if not name:
            return self.evaluate(root, environment), ()
        if name == "_":
            return shapes.UNTRACKED, ()
        if (shape := environment.lookup(name)) is not None:
            return shape, ()
        path = None if environment.has(name) else self._program.resolve(name, environment.module)
        if path is None:
            environment.miss(name)
            return shapes.NOTHING if environment.tentative else shapes.UNTRACKED, ()
        return self._at(path, environment), path

    def _at(self, path: Path, environment: Environment) -> Shape | None:
        """What stands at a path; None for a package, whose rules are further down."""
        if path[0] == "input":
            shape = environment.document
            for key in path[1:]:
                shape = shapes.step(shape, key)
            return shape
        if path in self._program.rules:
            return self._rule_value(path)
        if self._program.leads_somewhere(path):
            return None
        found = shapes.at_path(self._data, path[1:])
        return shapes.UNTRACKED if found is shapes.NOTHING else found

    def _step(self, step: Json, key: str | None, shape: Shape, environment: Environment) -> Shape:
        if key is not None:
            return shapes.step(shape, key)
        index = key_node(step)
        if self.is_free(index, environment):
            self.unify(index, shapes.keys(shape), environment)
            return shapes.elements(shape)
        keys = self.evaluate(index, environment)
        if keys.strings and keys == shapes.constants(keys.strings):
            return shapes.union_of(*(shapes.step(shape, name) for name in sorted(keys.strings)))
        return shapes.elements(shape)

    def _record_step(self, node: Json, shape: Shape | None, environment: Environment) -> Shape | None:
        if shape is None:
            return None
        learned = environment.known(self.text(node, environment.module))
        shape = shape if learned is None else learned
        self._record(node, shape)
        return shape

    def text(self, node: Json, module: Module) -> str:
        """An expression as it is written."""
        span = syntax.first_span(node)
        return module.source.cut(span) if span else ""

    # Calls

    def _call(self, parts: Json, environment: Environment) -> Shape:
        name, path = self.callee(parts["fcn"], environment)
        parameters = parts["params"]
        functions = [rule for rule in self._program.rules.get(path, ()) if rule.kind == "function"]
        if functions:
            arity = len(functions[0].parameters)
            arguments = [self.evaluate(parameter, environment) for parameter in parameters[:arity]]
            if len(arguments) < arity:
                return shapes.UNTRACKED
            own = environment.module.is_test and not functions[0].module.is_test
            result = shapes.UNTRACKED if own else self._apply(path, arguments)
        else:
            arity = len(parameters) - (1 if parameters and self.is_free(parameters[-1], environment) else 0)
            arguments = [self.evaluate(parameter, environment) for parameter in parameters[:arity]]
            if name == "object.get" and len(parameters) == 3:
                result = shapes.union(shapes.at_path(arguments[0], literal_path(parameters[1])), arguments[2])
            else:
                result = results.result(name, arguments)
        for output in parameters[arity:]:
            self.unify(output, result, environment)
        return result

    def callee(self, function: Json, environment: Environment) -> tuple[str, Path]:
        """Name of a called function as it is written, and its path where the name resolves to one."""
        root, keys, _, _ = syntax.flatten(function)
        name = syntax.name_of(root)
        path = None if environment.lookup(name) is not None else self._program.resolve(name, environment.module)
        return ".".join((name, *keys)), (*path, *keys) if path else ()

    def _record(self, node: Json, shape: Shape) -> None:
        self.seen[id(node)] = shapes.union(self.seen.get(id(node), shapes.NOTHING), shape)


def literal_path(node: Json) -> tuple[str | None, ...] | None:
    """The path that ``object.get`` is given, None in it for a computed key; None where it is computed as a whole."""
    kind, parts = syntax.only(node)
    if kind == "Array":
        return tuple(text_of(item) for item in parts["items"])
    text = text_of(node)
    return None if text is None else (text,)
