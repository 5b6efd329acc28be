"""The statements of a rule's bodies, in an order in which each prefix can be evaluated. Runs in worker processes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gatekeeper.errors import EngineFailure
from gatekeeper.formats import jsonable
from gatekeeper.model.json import Json
from gatekeeper.policy.rego import syntax
from gatekeeper.policy.rego.syntax import Source


@dataclass(frozen=True, slots=True)
class Statement:
    """One expression of a body; ``binds`` are the variables that later ones may use."""

    line: int
    text: str
    binds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Body:
    """One body of a rule; ``line`` is that of its head."""

    line: int
    statements: tuple[Statement, ...]


def bodies(arguments: Json, payload: bytes) -> list[Body]:
    """The bodies of the rule {"path": file, "name": rule, "v0": whether in Rego v0} in the module ``payload``.

    Raises:
        EngineFailure: it does not parse.
    """
    from gatekeeper.policy.engines import regorus_engine  # noqa: PLC0415 - never loaded outside of a worker

    text = payload.decode()
    engine = regorus_engine.new_engine([(arguments["path"], text)], v0=arguments["v0"])
    tree = jsonable.loads(regorus_engine.guarded(engine.get_ast_as_json, arguments["path"]))[0]["ast"]
    source = Source(text)
    found = [body for rule in tree["rules"] for body in _bodies(rule, arguments["name"], source)]
    if not found:
        raise EngineFailure(f"no body of {arguments['name']}", path=arguments["path"], hint="give the rule a body")
    return found


def _bodies(rule: Json, name: str, source: Source) -> Iterator[Body]:
    kind, parts = syntax.only(rule)
    if kind != "Spec":
        return
    _, head = syntax.only(parts["head"])
    root, _, _, _ = syntax.flatten(head["refr"])
    if syntax.name_of(root) != name:
        return
    for body in parts["bodies"]:
        statements = [_Reading(statement, source) for statement in body["query"]["stmts"]]
        yield Body(source.position(head["refr"])[0], tuple(_ordered(statements)))


class _Reading:
    """A statement with the names in it."""

    def __init__(self, node: Json, source: Source) -> None:
        kind, parts = syntax.only(node["literal"])
        self.line = source.position(node)[0]
        self.text = source.cut(_whole(node))
        self.names = set(syntax.variables(node))
        self.declares = {source.cut(span) for span in parts["vars"]} if kind == "SomeVars" else set()
        self.binds: set[str] = set()
        self.can_bind = _indexes(node)
        if kind == "SomeIn":
            self.binds = {*syntax.variables(parts["key"]), *syntax.variables(parts["value"])}
        elif kind == "Expr":
            inner, assignment = syntax.only(parts["expr"])
            if inner == "AssignExpr" and assignment["op"] == "ColEq":
                self.binds = set(syntax.variables(assignment["lhs"]))
            elif inner == "AssignExpr":
                self.can_bind |= self.names


def _whole(node: Json) -> Json:
    """The span of a statement. That of a string omits its quotes, and so does that of what begins or ends with one."""
    start, end = node["span"]["start"], node["span"]["end"]
    pending: list[Json] = [node]
    first, last = False, False
    while pending:
        item = pending.pop()
        kind, parts = syntax.only(item)
        if kind in ("String", "RawString"):
            first, last = first or parts["span"]["start"] == start, last or parts["span"]["end"] == end
        pending.extend(item.values() if isinstance(item, dict) else item if isinstance(item, list) else ())
    return {"start": start - first, "end": end + last}


def _indexes(node: Json) -> set[str]:
    """Variables that stand alone in brackets: a reference binds them."""
    found: set[str] = set()
    pending: list[Json] = [node]
    while pending:
        item = pending.pop()
        kind, parts = syntax.only(item)
        if kind == "RefBrack" and (name := syntax.name_of(parts["index"])):
            found.add(name)
        pending.extend(item.values() if isinstance(item, dict) else item if isinstance(item, list) else ())
    return found


def _ordered(statements: list[_Reading]) -> Iterator[Statement]:
    """Statements behind those that bind what they use: Rego lets people write them in any order.

    What a bare ``some x`` declares is bound by the first reference that has it in brackets, or an equation.
    """
    declared = set().union(*(statement.declares for statement in statements))
    bindable = declared.union(*(statement.binds for statement in statements))
    bound: set[str] = set()
    waiting, opening = list(statements), ""
    while waiting:
        ready = (s for s in waiting if not (s.names & bindable) - bound - s.binds - (s.can_bind & declared))
        statement = next(ready, waiting[0])
        waiting.remove(statement)
        if statement.declares and waiting:
            # It belongs to the statement behind it: alone it leaves nothing over.
            opening += f"{statement.text}\n"
            continue
        bound |= statement.binds | (statement.names & declared)
        binds = tuple(name for name in sorted(bound) if not name.startswith("_"))
        yield Statement(statement.line, opening + statement.text, binds)
        opening = ""
