"""Which settings, waivers and baseline count for a run."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from gatekeeper.model.decision import SettingOrigin
from gatekeeper.model.finding import KnownFinding, Waiver
from gatekeeper.model.json import Json
from gatekeeper.model.settings import Settings
from gatekeeper.report.printable import counted
from gatekeeper.settings import baseline as baseline_files
from gatekeeper.settings import waivers as waiver_files
from gatekeeper.settings.files import organisation_layer, repository_layer
from gatekeeper.settings.layers import FLAG, REPOSITORY, Layer, combine


@dataclass(frozen=True, slots=True)
class Configuration:
    """The effective settings, waivers and baseline, and where they come from."""

    settings: Settings
    origins: tuple[SettingOrigin, ...]
    waivers: tuple[Waiver, ...]
    notes: tuple[str, ...]
    baseline: tuple[KnownFinding, ...] = ()


def configure(
    folder: Path,
    *,
    organisation: Path | None,
    waivers: Path | None,
    flags: Mapping[str, Json],
    baseline: Path | None = None,
) -> Configuration:
    """Combine the organisation's file, the flags (values by dotted key) and the repository's own files.

    The repository's waivers and baseline count unless others are given or the organisation locks ``waivers`` or
    ``baseline``; that they, or its settings, counted, is noted.

    Raises:
        SettingsError: a file is malformed.
    """
    root = folder if folder.is_dir() else folder.parent
    layers = [Layer(FLAG, "the command line", flags)]
    if organisation is not None:
        layers.append(organisation_layer(organisation))
    if (own := repository_layer(root)) is not None:
        layers.append(own)
    layered = combine(layers)
    notes = list(layered.notes)
    own_waivers = root / waiver_files.FILE_NAME
    chosen: tuple[Waiver, ...] = ()
    if waivers is not None:
        chosen = waiver_files.read_waivers(waivers, FLAG)
    elif own_waivers.is_symlink() or own_waivers.exists():
        if layered.locked("waivers"):
            notes.append(f"{waiver_files.FILE_NAME} of the repository is ignored: the organisation locks waivers")
        else:
            chosen = waiver_files.read_waivers(own_waivers, REPOSITORY)
    known: tuple[KnownFinding, ...] = ()
    if baseline is not None:
        known = baseline_files.read_baseline(baseline)
    elif os.path.lexists(root / baseline_files.FILE_NAME):
        if layered.locked("baseline"):
            notes.append(f"{baseline_files.FILE_NAME} of the repository is ignored: the organisation locks baseline")
        else:
            known = baseline_files.read_baseline(root / baseline_files.FILE_NAME, baseline_files.FILE_NAME)
            notes.append(
                "the inspected repository itself brings a baseline of "
                + counted(sum(one.count for one in known), "finding")
            )
    inspected = [origin.key for origin in layered.origins if REPOSITORY in origin.origin]
    if inspected:
        notes.append(f"the inspected repository itself set {', '.join(inspected)}")
    if chosen and chosen[0].origin.startswith(REPOSITORY):
        notes.append(f"the inspected repository itself brings {counted(len(chosen), 'waiver')}")
    return Configuration(layered.settings, layered.origins, chosen, tuple(notes), known)
