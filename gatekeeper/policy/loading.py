"""Policies as the roads load them: put together, and looked over for what would never find anything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from gatekeeper.model.settings import PolicySettings
from gatekeeper.policy.bundle import Bundle, assemble
from gatekeeper.policy.files import Pack
from gatekeeper.policy.misreading import misreadings
from gatekeeper.workers import Pool


def load(
    pool: Pool,
    folders: Sequence[Path | Pack] = (),
    *,
    shipped: Path | None = None,
    opa: Path | None = None,
    policy: PolicySettings | None = None,
) -> Bundle:
    """What ``bundle.assemble`` gives, with the ``misreadings`` of the policies of others.

    Raises:
        SettingsError: a folder does not exist, or none of them holds a rule.
        EngineFailure: a file cannot be read or parsed, METADATA is missing or malformed, names collide, or the
            policies are too large to be followed.
    """
    bundle = assemble(pool, folders, shipped=shipped, opa=opa, policy=policy)
    return replace(bundle, misreadings=misreadings(pool, bundle))
