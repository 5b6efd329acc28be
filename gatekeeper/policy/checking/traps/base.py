"""What a trap is: something that Rego accepts, and that changes a gate's verdict without a word."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from gatekeeper.model.json import Json
from gatekeeper.policy.checking import shapes
from gatekeeper.policy.checking.program import Module, Program, Rule
from gatekeeper.policy.checking.shapes import Shape
from gatekeeper.policy.rego import syntax
from gatekeeper.policy.rego.syntax import Path


@dataclass(frozen=True, slots=True)
class Alarm:
    """A trap that somebody stepped into, and the node where."""

    node: Json
    message: str
    hint: str


@dataclass(frozen=True, eq=False, slots=True)
class Scene:
    """One rule, and what is known about its expressions.

    ``checked`` are texts of expressions about whose type, or whether they are known at all, the rule asks somewhere;
    ``needed`` those of references without which it has no result anyway.
    """

    program: Program
    rule: Rule
    seen: Mapping[int, Shape]
    checked: frozenset[str]
    needed: frozenset[str]

    @property
    def module(self) -> Module:
        """The module of the rule."""
        return self.rule.module

    def shape(self, node: Json) -> Shape:
        """What an expression may be; NOTHING where it is never evaluated."""
        return self.seen.get(id(node), shapes.NOTHING)

    def text(self, node: Json) -> str:
        """An expression as it is written."""
        span = syntax.first_span(node)
        return " ".join(self.module.source.cut(span).split()) if span else ""

    def builtin(self, function: Json) -> str:
        """Name of the builtin function that a call means, "" where it is a function of the policies."""
        root, keys, _, _ = syntax.flatten(function)
        name = syntax.name_of(root)
        return "" if self.path(function) else ".".join((name, *keys))

    def path(self, reference: Json) -> Path | None:
        """From data or input on, for a reference that starts at no variable."""
        root, keys, _, _ = syntax.flatten(reference)
        name = syntax.name_of(root)
        start = None if not name or name in self.rule.declared else self.program.resolve(name, self.module)
        return None if start is None else (*start, *keys)

    def rules(self, reference: Json) -> list[Rule]:
        """The definitions of exactly what a reference names; none where one of its keys is computed."""
        whole = syntax.is_reference(reference) and syntax.flatten(reference)[2]
        return self.program.rules.get(self.path(reference) or (), []) if whole else []


class Trap(Protocol):
    """One trap: its page in the documentation has its name."""

    @property
    def name(self) -> str:
        """As people see it, e.g. ``never-applies``."""
        ...

    @property
    def kinds(self) -> frozenset[str]:
        """Types of the nodes that it wants to see: those of the syntax tree, and ``Rule`` for a whole definition."""
        ...

    def look(self, kind: str, parts: Json, node: Json, scene: Scene) -> Iterator[Alarm]:
        """What is wrong with one node (``kind`` and ``parts`` are the node taken apart)."""
        ...
