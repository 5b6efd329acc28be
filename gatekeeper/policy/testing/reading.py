"""What a module holds for the runner: its tests, its mocks and its bodies, with their places as byte offsets.

``read`` runs in a worker: the parser is native. What counts as a test is OPA's: a rule one of whose constant names
starts with ``test_`` or ``todo_test_``, wherever it stands.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Annotated

from gatekeeper.formats import jsonable
from gatekeeper.model.json import Json
from gatekeeper.policy.rego import facts, syntax
from gatekeeper.policy.rego.facts import ModuleFacts
from gatekeeper.policy.rego.syntax import Path, Source

TEST = "test_"
TODO = "todo_test_"
_QUOTES = (b'"', b"`")


@dataclass(frozen=True, slots=True)
class Mock:
    """One ``with``."""

    definition: Annotated[int, "Ordinal of the definition that it stands in"]
    target: Annotated[tuple[str, ...], "Path of what is replaced, from input or data on"]
    shown: Annotated[str, "The target as it is written"]
    absolute: Annotated[bool, "Whether the target starts at input, data or an import"]
    extension: Annotated[bool, "Whether an extension of the engine has that name"]
    replacement: Annotated[tuple[str, ...], "Path of the replacement where that is a reference, else empty"]
    rooted: Annotated[bool, "Whether the replacement starts at input, data or an import"]
    alias: Annotated[bool, "Whether it starts at an import"]
    line: Annotated[int, "Line"]
    column: Annotated[int, "Column"]


@dataclass(frozen=True, slots=True)
class Body:
    """What stands behind ``if`` or ``else``."""

    definition: Annotated[int, "Ordinal of the definition that it belongs to"]
    rule: Annotated[str, "Name of that"]
    line: Annotated[int, "Line at which it starts"]
    start: Annotated[int, "Offset of its query"]
    end: Annotated[int, "Offset behind its last statement"]
    braces: Annotated[bool, "Whether it stands in braces"]


@dataclass(frozen=True, slots=True)
class Test:
    """One test rule; ``names`` lead from the package to the name that makes it a test."""

    __test__ = False  # pytest: this is no test class

    definition: Annotated[int, "Ordinal of its definition"]
    names: Annotated[tuple[str, ...], "Path below the package"]
    form: Annotated[str, "value, cases (a partial object), set, object or function"]
    line: Annotated[int, "Line"]
    start: Annotated[int, "Offset of the rule"]
    end: Annotated[int, "Offset behind it"]
    name_end: Annotated[int, "Offset behind its name"]
    bodies: Annotated[int, "How many bodies it has that are no else"]
    keys_start: Annotated[int, "Offset at which its keys start, for cases"] = 0
    head_end: Annotated[int, "Offset behind its head, for cases"] = 0
    keys: Annotated[str, "The keys of a case as an array of Rego, for cases"] = ""
    value: Annotated[str, "The value of a case as Rego, for cases"] = ""
    told_at: Annotated[
        int, "Offset at which the keys of a case are known, for cases; -1: behind the last statement"
    ] = 0


@dataclass(frozen=True, slots=True)
class Reading:
    """One module."""

    facts: Annotated[ModuleFacts, "What it defines and refers to"]
    tests: Annotated[tuple[Test, ...], "Tests"]
    mocks: Annotated[tuple[Mock, ...], "Uses of with"]
    bodies: Annotated[tuple[Body, ...], "Bodies"]


def read(arguments: Json, payload: bytes) -> Reading:
    """Read the module ``payload``, whose path is ``arguments``.

    Raises:
        EngineFailure: it does not parse.
    """
    from gatekeeper.policy.engines import builtins, regorus_engine  # noqa: PLC0415 - never loaded outside of a worker

    known = facts.parse([arguments, False], payload)
    engine = regorus_engine.new_engine([(arguments, payload.decode())])
    tree = jsonable.loads(regorus_engine.guarded(engine.get_ast_as_json, arguments))[0]["ast"]
    return _Reader(tree, payload, known.package, builtins.names()).reading(known)


class _Reader:
    def __init__(self, tree: Json, payload: bytes, package: Path, extensions: frozenset[str]) -> None:
        self._rules = [(ordinal, *syntax.only(rule)) for ordinal, rule in enumerate(tree["rules"])]
        self._payload, self._package, self._extensions = payload, package, extensions
        self._source = Source(payload.decode())
        self._imports: dict[str, Path] = {}
        for item in tree["imports"]:
            root, keys, _, _ = syntax.flatten(item["refr"])
            path = (syntax.name_of(root), *keys)
            self._imports[self._source.cut(item["as"]) if item.get("as") else path[-1]] = path

    def reading(self, known: ModuleFacts) -> Reading:
        tests = tuple(test for rule in self._rules if (test := self._test(*rule)) is not None)
        mocks = tuple(mock for rule in self._rules for mock in self._mocks(*rule))
        return Reading(known, tests, mocks, tuple(body for rule in self._rules for body in self._bodies(*rule)))

    def _cut(self, start: int, end: int) -> str:
        return self._payload[start:end].decode()

    def _range(self, node: Json) -> tuple[int, int]:
        """Where a statement starts and ends: the parser leaves out the quotes of a string there."""
        start, end = node["span"]["start"], node["span"]["end"]
        starts_quoted = self._payload[start - 1 : start] in _QUOTES
        return start - starts_quoted, end + (self._payload[end : end + 1] in _QUOTES)

    def _bodies(self, ordinal: int, kind: str, parts: Json) -> Iterator[Body]:
        if kind != "Spec":
            return
        root, keys, _, _ = syntax.flatten(syntax.only(parts["head"])[1]["refr"])
        name = ".".join((syntax.name_of(root), *keys))
        for body in parts["bodies"]:
            if statements := body["query"]["stmts"]:
                start, _ = self._range(body["query"])
                first, _ = self._range(statements[0])
                _, end = self._range(statements[-1])
                line, _ = self._source.position(body["query"])
                yield Body(ordinal, name, line, start, end, start < first)

    def _test(self, ordinal: int, kind: str, parts: Json) -> Test | None:
        head_kind, head = ("Default", parts) if kind == "Default" else syntax.only(parts["head"])
        steps = _steps(head["refr"])
        constant = next((depth for depth, step in enumerate(steps) if step.name is None), len(steps))
        depth = next((at for at in range(constant) if str(steps[at].name).startswith((TEST, TODO))), None)
        if depth is None:
            return None
        whole, span = constant == len(steps), parts["span"]
        bodies = parts.get("bodies", ())
        test = Test(
            definition=ordinal,
            names=tuple(str(step.name) for step in steps[: depth + 1]),
            form={"Set": "set", "Func": "function"}.get(head_kind, "value" if whole else "cases"),
            line=self._source.position(head["refr"])[0],
            start=span["start"],
            end=span["end"],
            name_end=steps[depth].end,
            bodies=sum(not body["is_else"] for body in bodies),
        )
        if test.form == "value" and depth + 1 < len(steps):
            return replace(test, form="object")
        if test.form != "cases" or not bodies:
            return test
        head_end = bodies[0]["span"]["start"]
        name = re.match(r"""["`]\s*\]|""", behind := self._cut(test.name_end, head_end))  # of a["test_x"]
        keys_start = test.name_end + (name.end() if name else 0)
        assigned = head.get("assign")
        value = self._cut(assigned["span"]["start"], head_end).lstrip(":=").strip() if assigned else "true"
        return replace(
            test,
            keys_start=keys_start,
            head_end=head_end,
            keys=f"[{', '.join(_keys(behind[keys_start - test.name_end :]))}]",
            value=value,
            told_at=self._told_at([step.node for step in steps[depth + 1 :]], bodies[0]["query"]["stmts"]),
        )

    def _told_at(self, keys: Sequence[Json], statements: Sequence[Json]) -> int:
        """Behind the first statements that mention the variables of the keys, as ``opa test`` does it."""
        wanted = {name for key in keys for name in syntax.variables(key)}
        first = {name: at for at, part in reversed(list(enumerate(statements))) for name in self._mentioned(part)}
        behind = max((first[name] + 1 for name in wanted if name in first), default=0)
        return self._range(statements[behind])[0] if behind < len(statements) else -1

    def _mentioned(self, statement: Json) -> set[str]:
        return {*syntax.variables(statement), *syntax.declared(statement, self._source)}

    def _mocks(self, ordinal: int, kind: str, parts: Json) -> Iterator[Mock]:
        declared = syntax.declared({kind: parts}, self._source)
        pending: list[Json] = [parts]
        while pending:
            node = pending.pop()
            if isinstance(node, list):
                pending.extend(node)
            elif isinstance(node, dict):
                for mock in node.get("with_mods") or ():
                    yield self._mock(ordinal, mock, declared)
                pending.extend(node.values())

    def _mock(self, ordinal: int, mock: Json, declared: set[str]) -> Mock:
        target, absolute, _ = self._resolve(mock["refr"])
        replacement, rooted, alias = self._resolve(mock["as"])
        root, _, whole, _ = syntax.flatten(mock["as"])
        if not syntax.is_reference(mock["as"]) or not whole or syntax.name_of(root) in declared | {"input"}:
            replacement = ()
        line, column = self._source.position(mock["refr"])
        shown = ".".join(target if absolute else target[len(self._package) + 1 :])
        extension = not absolute and shown in self._extensions
        return Mock(ordinal, target, shown, absolute, extension, replacement, rooted, alias, line, column)

    def _resolve(self, node: Json) -> tuple[Path, bool, bool]:
        """The path of a reference, whether it starts at input, data or an import, and whether at an import."""
        root, keys, _, _ = syntax.flatten(node)
        name = syntax.name_of(root)
        if name in ("input", "data"):
            return (name, *keys), True, False
        if name in self._imports:
            return (*self._imports[name], *keys), True, True
        return ("data", *self._package, name, *keys) if name else (), False, False


@dataclass(frozen=True, slots=True)
class _Step:
    """One part of a rule's name: constant (``name``) or computed (None); ``end`` is the offset behind it."""

    node: Json
    name: str | None
    end: int


def _steps(reference: Json) -> list[_Step]:
    steps: list[_Step] = []
    kind, parts = syntax.only(reference)
    while kind in ("RefDot", "RefBrack"):
        if kind == "RefDot":
            steps.append(_Step(None, parts["field"][1], parts["field"][0]["end"]))
        else:
            index_kind, index = syntax.only(parts["index"])
            name = str(index["value"]) if index_kind in ("String", "RawString") else None
            steps.append(_Step(parts["index"], name, index["span"]["end"] if name is not None else 0))
        kind, parts = syntax.only(parts["refr"])
    return [_Step(None, syntax.name_of({kind: parts}), parts["span"]["end"]), *steps[::-1]]


_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|`[^`]*`|[\[({]|[\])}]|.', re.DOTALL)
_NAME = re.compile(r"\s*\.\s*(\w+)")


def _keys(text: str) -> list[str]:
    """The keys behind a name, ``[a.b].c["d"] := ...``, each as an expression. Spans of the tree leave brackets out."""
    keys: list[str] = []
    at = 0
    while True:
        if dotted := _NAME.match(text, at):
            keys.append(json.dumps(dotted[1]))
            at = dotted.end()
            continue
        if not text[at:].startswith("["):
            return keys
        depth, start = 0, at + 1
        for token in _TOKEN.finditer(text, at):
            depth += {"[": 1, "(": 1, "{": 1, "]": -1, ")": -1, "}": -1}.get(token[0], 0)
            at = token.end()
            if depth == 0:
                break
        keys.append(text[start : at - 1].strip())
