"""Short ways: the bill of materials of a folder, the rules of a policy bundle."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from gatekeeper.collect.readers import READERS
from gatekeeper.errors import UnreadableInput
from gatekeeper.formats import jsonable
from gatekeeper.model.coverage import CoveredFile, Status
from gatekeeper.model.decision import Artifact
from gatekeeper.model.finding import Rule
from gatekeeper.model.json import Json
from gatekeeper.model.packages import Packages
from gatekeeper.model.settings import PolicySettings
from gatekeeper.policy import catalog
from gatekeeper.policy.files import Pack
from gatekeeper.policy.loading import load as load_bundle
from gatekeeper.roads.gathering import Gathered, gather_folder
from gatekeeper.roads.policies import read_policies
from gatekeeper.roads.requests import Progress, Scanning
from gatekeeper.sbom.cyclonedx import build
from gatekeeper.workers import Pool

PACKAGE_FORMATS = {reader.name for reader in READERS if reader.kind in ("_lockfile", "_manifest", "_go_sum")}


def bill_of_materials(gathered: Gathered, artifacts: Sequence[Artifact], timestamp: str | None) -> bytes:
    """The SBOM of what was gathered, as CycloneDX JSON; it says where it is incomplete."""
    packages = jsonable.decode(Packages, gathered.evidence["packages"])
    unread = any(_unread_packages(gathered)) or any(gap.analyzer == "packages" for gap in gathered.coverage.gaps)
    return build(packages, artifacts=artifacts, source=gathered.source, timestamp=timestamp, complete=not unread)


def bill_of_folder(path: Path, organisation: Path | None, flags: Mapping[str, Json], progress: Progress) -> bytes:
    """The SBOM of a folder, without a timestamp: the same tree gives the same bytes.

    Raises:
        UnreadableInput: a lockfile or manifest could not be read; an SBOM that leaves it out would be a lie.
    """
    gathered = gather_folder(path, organisation, flags, Scanning(), progress, only="packages")
    for file in _unread_packages(gathered):
        raise UnreadableInput(f"{file.path}: {file.reason}", path=file.path, line=file.line, hint="mend or exclude it")
    return bill_of_materials(gathered, [], None)


def _unread_packages(gathered: Gathered) -> Iterator[CoveredFile]:
    for file in gathered.coverage.files:
        if file.status is Status.FAILED and file.kind in PACKAGE_FORMATS:
            yield file


def rules(policies: Sequence[Path]) -> Sequence[Rule]:
    """All rules of the shipped library and of the folders, by id."""
    with Pool(size=1) as pool:
        return load_bundle(pool, _packs(policies)).rules


def find_rule(name: str, policies: Sequence[Path]) -> Rule:
    """The rule of that id.

    Raises:
        UsageError: there is none; the message names the nearest.
    """
    with Pool(size=1) as pool:
        return catalog.find(load_bundle(pool, _packs(policies)), name)


def _packs(policies: Sequence[Path]) -> Sequence[Pack]:
    """Read to be shown, not to judge: no signature is asked for."""
    return read_policies(policies, PolicySettings(), datetime.datetime.now(datetime.UTC)).packs
