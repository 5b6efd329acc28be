"""Policies of others, from folders and from archives: what is signed is verified before it is read."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from gatekeeper.errors import SettingsError, VerificationFailure
from gatekeeper.model.settings import PolicySettings
from gatekeeper.policy.distribution import archive, building
from gatekeeper.policy.files import Pack, read_pack
from gatekeeper.roads.publishing import read_archive, verify


@dataclass(frozen=True, slots=True)
class Packs:
    """Policies of others, and what a reader of the decision must know about them."""

    packs: tuple[Pack, ...]
    notes: tuple[str, ...] = ()


def read_policies(paths: Sequence[Path], settings: PolicySettings, clock: datetime.datetime) -> Packs:
    """The policies in folders and archives. Where the settings name keys, only what one of them signed counts.

    Raises:
        SettingsError: there is no such folder or archive, a key cannot be read, or a revision is asked for but no key.
        VerificationFailure: keys are named, and a folder or an archive is not signed by any of them.
        EngineFailure: a file cannot be read.
    """
    if settings.minimum_revision and not settings.keys:
        raise SettingsError(
            "policy.minimum_revision means nothing without policy.keys: who signs nothing can write any revision",
            hint="name the keys that sign your policies",
        )
    packs, notes = [], []
    for path in paths:
        if not path.exists():
            raise SettingsError(f"{path}: no such folder or archive of policies", hint="name a folder of .rego files")
        if path.is_dir():
            if settings.keys:
                raise VerificationFailure(
                    f"{path}: a folder carries no signature, and the settings accept signed policies only",
                    hint="`gatekeeper policy build` and `sign` make an archive of it",
                )
            packs.append(read_pack(path))
        elif settings.keys:
            verified = verify(path, settings, clock)
            packs.append(building.unpack(verified.files, path.name))
            notes.append(f"{path.name}: revision {verified.revision}, signed with {verified.key_id}")
        else:
            packs.append(building.unpack(archive.read(read_archive(path), path.name), path.name))
            notes.append(f"{path.name} was not verified: the settings name no keys")
    return Packs(tuple(packs), tuple(notes))
