"""What conftest asks an engine: every rule of a namespace, for every document, each by itself."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from gatekeeper.model.json import Json

_FAILURE = re.compile(r"(deny|violation)(_[a-zA-Z0-9]+)*")
_WARNING = re.compile(r"warn(_[a-zA-Z0-9]+)*")
_PREFIXES = ("violation_", "deny_", "warn_")


@dataclass(frozen=True, slots=True)
class Document:
    """One input: its value ready for ``orjson``, its first line (0: unknown), and what policies see of its path."""

    path: str
    value: Json
    line: int
    name: str
    folder: str

    @property
    def file(self) -> dict[str, str]:
        """``data.conftest.file``."""
        return {"name": self.name, "dir": self.folder}


@dataclass(frozen=True, slots=True)
class Head:
    """The head of one rule: OPA's name of it ("" for ``deny.a.b``), the first part of its reference, its value."""

    name: str
    first: str = ""
    true: bool = False


@dataclass(frozen=True, slots=True)
class Module:
    """A module of the policies as far as conftest looks into it. ``package`` is without ``data``."""

    path: str
    text: str
    package: tuple[str, ...] = ()
    heads: tuple[Head, ...] = ()

    @property
    def namespace(self) -> str:
        """The package as it is written in references: ``a.b``, ``a["b-c"]``."""
        first, *rest = self.package
        return first + "".join(
            f".{key}" if re.fullmatch(r"[A-Za-z_]\w*", key, re.ASCII) else f"[{json.dumps(key, ensure_ascii=False)}]"
            for key in rest
        )


@dataclass(frozen=True, slots=True)
class Query:
    """One rule of a namespace."""

    namespace: str
    rule: str

    @property
    def text(self) -> str:
        """The reference to its value."""
        return f"data.{self.namespace}.{self.rule}"

    @property
    def exception(self) -> str:
        """The query that names each exception from it."""
        name = self.rule
        if name in ("violation", "deny", "warn"):
            name = ""
        for prefix in _PREFIXES:
            name = name.removeprefix(prefix)
        return f'data.{self.namespace}.exception[_][_] == "{name}"'


@dataclass(frozen=True, slots=True)
class Answer:
    """What a query gave: its value unless it is undefined, and the number of exceptions."""

    defined: bool
    value: Json
    exceptions: int


@dataclass(frozen=True, slots=True)
class Answers:
    """Answers by document and query, and what ``print`` said, as ``file:line: text``."""

    values: Sequence[Sequence[Answer]]
    prints: Sequence[str] = field(default=())


class Evaluator(Protocol):
    """An engine with the policies in it."""

    @property
    def modules(self) -> Sequence[Module]:
        """The modules, parsed."""
        ...

    def evaluate(self, queries: Sequence[Query], documents: Sequence[Document]) -> Answers:
        """Answer all queries for all documents.

        Raises:
            EngineFailure: the policies do not compile, or an evaluation fails: one spoils all.
        """
        ...

    def trace(self, query: str, document: Document) -> Sequence[str]:
        """The lines of OPA's trace of one query.

        Raises:
            EngineFailure: the engine has no traces.
        """
        ...


def is_failure(rule: str) -> bool:
    """Whether what the rule says is a failure."""
    return _FAILURE.fullmatch(rule) is not None


def is_judged(rule: str) -> bool:
    """Whether conftest evaluates the rule: its results are failures or warnings."""
    return is_failure(rule) or _WARNING.fullmatch(rule) is not None


def ambiguous(modules: Sequence[Module]) -> str:
    """The path of a module with a rule such as ``deny[message] if``: a map of ``true``, so no message; "" for none."""
    for module in modules:
        if any(not head.name and head.true and is_judged(head.first) for head in module.heads):
            return module.path
    return ""
