"""What a policy engine is: it judges a bundle, and it answers questions about any policies loaded into it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from gatekeeper.errors import EngineFailure
from gatekeeper.model.finding import Failure, Rule
from gatekeeper.model.json import Json, JsonObject
from gatekeeper.policy.bundle import Bundle


class RegoVersion(StrEnum):
    """Which Rego a module is written in unless it imports ``rego.v1``."""

    V0 = "v0"
    V1 = "v1"


@dataclass(frozen=True, slots=True)
class RuleResult:
    """What a rule gave: raw findings, or the failure that kept it from giving any."""

    rule: Rule
    findings: tuple[Json, ...] = ()
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class Program:
    """Policies as an engine loads them: modules as (path, text), and the document below ``data``.

    ``older`` are paths of modules in Rego v0 beside those in v1.
    """

    modules: tuple[tuple[str, str], ...]
    data: JsonObject = field(default_factory=dict)
    rego_version: RegoVersion = RegoVersion.V1
    older: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Answer:
    """The value of a rule as JSON (sets are lists), or why there is none. ``defined`` tells null from undefined."""

    value: Json = None
    defined: bool = False
    prints: tuple[str, ...] = ()
    error: EngineFailure | None = None


class Session(Protocol):
    """A program loaded into an engine, ready for questions."""

    def evaluate(self, rules: Sequence[str], document: Json) -> Sequence[Answer]:
        """Values of ``rules`` (``data.package.name``, each defined by some module) with ``document`` as input.

        In their order; one that aborts does not keep the others from being answered.

        Raises:
            EngineFailure: the engine itself was lost.
        """
        ...


class Engine(Protocol):
    """Evaluates rules, each by itself, so that one that aborts does not hide the others."""

    @property
    def name(self) -> str:
        """Name of the engine."""
        ...

    @property
    def version(self) -> str:
        """Version of the engine."""
        ...

    def check(self, bundle: Bundle) -> Sequence[Failure]:
        """What keeps this engine from being given the bundle; nothing where it can evaluate all of it faithfully."""
        ...

    def evaluate(
        self, bundle: Bundle, rules: Sequence[Rule], evidence: Mapping[str, Json], settings: Json
    ) -> Sequence[RuleResult]:
        """Results of ``rules`` (of a bundle that ``check`` let pass), in their order.

        Each rule sees as ``input`` the kinds of ``evidence`` that it needs, and ``settings`` as
        ``data.gatekeeper.settings``. Nothing is raised for what is wrong with a rule: that is its failure.
        """
        ...

    def session(self, program: Program, *, strict: bool = True) -> AbstractContextManager[Session]:
        """The program loaded; with ``strict``, an error of a builtin is an error, else (in OPA alone) undefined.

        Raises:
            EngineFailure: a module does not parse or compile, or the engine cannot be started.
        """
        ...
