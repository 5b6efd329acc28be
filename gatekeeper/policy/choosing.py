"""Which engine evaluates which policies."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from gatekeeper.errors import EngineFailure, SettingsError
from gatekeeper.model.settings import EngineChoice, PolicySettings
from gatekeeper.policy.engines.base import Engine
from gatekeeper.policy.engines.embedded import EmbeddedEngine
from gatekeeper.policy.engines.opa.engine import OpaEngine
from gatekeeper.policy.engines.opa.organisation import OrganisationEngine
from gatekeeper.policy.engines.opa.program import OpaProgram, find_program
from gatekeeper.workers import Pool


@dataclass(frozen=True, slots=True)
class Choice:
    """Engines for the shipped library and for policies of ``others`` (None: the same).

    ``parser`` is an OPA that reads modules which the embedded parser cannot; ``notes`` are for the decision.
    """

    engine: Engine
    others: Engine | None = None
    parser: Path | None = None
    notes: tuple[str, ...] = ()


def choose(pool: Pool, policy: PolicySettings, *, foreign: bool, outside: Path | None = None) -> Choice:
    """The engines that the settings ask for; ``foreign`` says whether there are policies of others.

    ``auto``: the shipped library runs embedded; policies of others on the organisation's server or in the OPA that the
    settings name, in the one on PATH, or else embedded, where that engine's ``check`` decides whether it may. An OPA
    inside ``outside``, the inspected tree, does not count.

    Raises:
        SettingsError: the settings contradict themselves.
        EngineFailure: there is no OPA, or none that is new enough, and nothing else will do.
    """
    if policy.server.url and not foreign:
        raise EngineFailure(
            "the settings name an OPA server of the organisation, but nothing says which of its policies judge",
            hint="name a folder that holds the same policies with --policies",
        )
    embedded = EmbeddedEngine(pool)
    if policy.engine is EngineChoice.EMBEDDED:
        if policy.server.url or (foreign and not policy.builtin_errors):
            reason = "policy.server is OPA" if policy.server.url else "policy.builtin_errors = false needs OPA"
            raise SettingsError(f"{reason}, but policy.engine is embedded", hint='policy.engine = "opa" or "auto"')
        return Choice(embedded)
    if policy.engine is EngineChoice.OPA:
        program = find_program(policy.opa, outside=outside)
        opa = _opa(program, policy)
        return Choice(opa, _server(policy), Path(program.path))
    if not foreign:
        return Choice(embedded)
    if policy.server.url:
        return Choice(embedded, _server(policy), find_parser(policy, outside=outside))
    try:
        program = find_program(policy.opa, outside=outside)
    except EngineFailure as lack:
        if policy.opa or not policy.builtin_errors:
            raise
        note = f"policies of others are left to the embedded engine: {lack.message}"
        return Choice(embedded, notes=(note,))
    return Choice(embedded, _opa(program, policy), Path(program.path))


def _opa(program: OpaProgram, policy: PolicySettings) -> Engine:
    return OpaEngine(program, strict_foreign=policy.builtin_errors)


def _server(policy: PolicySettings) -> Engine | None:
    """The organisation's server, where the settings name one."""
    return OrganisationEngine(policy.server, strict_foreign=policy.builtin_errors) if policy.server.url else None


def find_parser(policy: PolicySettings, *, outside: Path | None) -> Path | None:
    """The OPA that reads modules which the embedded parser cannot; None where there is none, for most need none."""
    try:
        return Path(find_program(policy.opa, outside=outside).path)
    except EngineFailure:
        return None
