"""One rule on one folder or one document of evidence: what it gives, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from gatekeeper.errors import UsageError
from gatekeeper.formats import jsonable
from gatekeeper.model.evidence import Evidence
from gatekeeper.model.explanation import Explanation
from gatekeeper.model.json import Json
from gatekeeper.model.settings import Settings
from gatekeeper.policy import catalog
from gatekeeper.policy.bundle import load as load_bundle
from gatekeeper.policy.engines.base import Engine
from gatekeeper.policy.engines.embedded import EmbeddedEngine
from gatekeeper.policy.explaining.explaining import explain
from gatekeeper.roads.configuring import configure
from gatekeeper.roads.gathering import gather, open_tree
from gatekeeper.roads.requests import Progress, Scanning
from gatekeeper.workers import Pool

MAX_EVIDENCE_BYTES = 256 << 20


def explain_on_folder(
    name: str, policies: Sequence[Path], folder: Path, organisation: Path | None, steps: bool, progress: Progress
) -> Explanation:
    """What the rule ``name`` gives on a folder.

    Raises:
        UsageError: there is no such rule or folder.
    """
    settings = configure(folder, organisation=organisation, waivers=None, flags={}).settings
    with Pool() as pool:
        gathered = gather(open_tree(folder, settings), settings, Scanning(), pool, progress)
        return _explain(pool, name, policies, gathered.evidence, settings, steps)


def explain_on_evidence(
    name: str, policies: Sequence[Path], file: Path, organisation: Path | None, steps: bool
) -> Explanation:
    """What the rule ``name`` gives on a document as ``gatekeeper collect`` prints it.

    Raises:
        UsageError: there is no such rule, or the file is no evidence.
    """
    evidence = read_evidence(file)
    settings = configure(Path(), organisation=organisation, waivers=None, flags={}).settings
    with Pool() as pool:
        return _explain(pool, name, policies, evidence, settings, steps)


def read_evidence(file: Path) -> Mapping[str, Json]:
    """Evidence by kind, from a file; kinds that it does not name are empty.

    Raises:
        UsageError: the file cannot be read, or is no object of kinds of evidence.
    """
    try:
        if file.stat().st_size > MAX_EVIDENCE_BYTES:
            raise UsageError(f"{file}: larger than {MAX_EVIDENCE_BYTES} bytes")
        value = jsonable.loads(file.read_bytes())
    except OSError as error:
        raise UsageError(f"{file}: {error.strerror}", hint="`gatekeeper collect DIR > FILE` writes one") from None
    except ValueError as error:
        raise UsageError(f"{file}: no JSON: {error}", hint="`gatekeeper collect DIR > FILE` writes it") from None
    empty = jsonable.plain(Evidence())
    if not isinstance(value, dict) or value.keys() - empty.keys():
        raise UsageError(f"{file}: not evidence", hint=f"an object with some of {', '.join(empty)}")
    return {kind: item for kind, item in {**empty, **value}.items() if kind != "version"}


def _explain(
    pool: Pool,
    name: str,
    policies: Sequence[Path],
    evidence: Mapping[str, Json],
    settings: Settings,
    steps: bool,
) -> Explanation:
    bundle = load_bundle(pool, policies)
    rule = catalog.find(bundle, name)
    engine: Engine = EmbeddedEngine(pool)
    return explain(pool, bundle, engine, rule, evidence, jsonable.plain(settings), steps=steps)
