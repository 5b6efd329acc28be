"""What a policy engine is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from gatekeeper.model.finding import Failure, Rule
from gatekeeper.model.json import Json
from gatekeeper.policy.bundle import Bundle


@dataclass(frozen=True, slots=True)
class RuleResult:
    """What a rule gave: raw findings, or the failure that kept it from giving any."""

    rule: Rule
    findings: tuple[Json, ...] = ()
    failure: Failure | None = None


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
