"""A change and its base. What the repository says to the gate is read from the base."""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from gatekeeper.decide.known import known_findings
from gatekeeper.errors import SettingsError, UnreadableInput
from gatekeeper.model.change import Change, ChangedControl, ChangedFile, ChangeKind
from gatekeeper.model.finding import Failure, KnownFinding, Stage
from gatekeeper.model.json import Json
from gatekeeper.model.place import Place
from gatekeeper.model.settings import Settings
from gatekeeper.policy.bundle import Bundle
from gatekeeper.policy.choosing import Choice
from gatekeeper.policy.judging import judge
from gatekeeper.roads.configuring import Configuration
from gatekeeper.roads.gathering import Earlier, Gathered, gather
from gatekeeper.roads.requests import Scanning
from gatekeeper.settings import baseline, files, waivers
from gatekeeper.settings.layers import REPOSITORY
from gatekeeper.workers import Pool
from gatekeeper.workspace.base_tree import Base, BaseTree, base_file
from gatekeeper.workspace.names import printable
from gatekeeper.workspace.tree import Tree

_SETTINGS_FILES = (files.FILE_NAME, "pyproject.toml")
_LIMITS = {
    files.FILE_NAME: files.MAX_BYTES,
    "pyproject.toml": files.MAX_BYTES,
    waivers.FILE_NAME: files.MAX_BYTES,
    baseline.FILE_NAME: baseline.MAX_BYTES,
}
_MEND_BASE = "judge the change that mends it without --base"


@contextmanager
def controls_of(base: Base) -> Iterator[Path]:
    """A folder that holds what the base of a change says to the gate: settings, waivers and baseline.

    Raises:
        SettingsError: one of the files is a link or too large, or the reader of the folder found it malformed.
        Undecidable: the base is not all here.
    """
    with tempfile.TemporaryDirectory(prefix="gatekeeper-base-") as folder:
        for name, limit in _LIMITS.items():
            try:
                data = base_file(base, name, limit)
            except UnreadableInput as error:
                raise SettingsError(f"{name} of the base: {error.message}", hint=_MEND_BASE) from None
            if data is not None:
                Path(folder, name).write_bytes(data)
        try:
            yield Path(folder)
        except SettingsError as error:
            raise SettingsError(f"in the base {base.commit[:12]}: {error.message}", hint=_MEND_BASE) from None


def change_of(base: Base, tree: BaseTree, head: Tree, controls: tuple[ChangedControl, ...]) -> Change:
    """What differs between the two trees, for the policies to see."""
    before, after = ({entry.path for entry in side.entries} for side in (tree, head))
    changed = tuple(ChangedFile(path, _kind(path, before, after)) for path in sorted(tree.changed))
    return Change(base.commit, changed, controls)


def differences(base: Configuration, head: Configuration, root: Path) -> tuple[ChangedControl, ...]:
    """How what the repository says to the gate differs between the base and the inspected folder ``root``."""
    found = []
    if keys := _changed(_repository_settings(base), _repository_settings(head)):
        name = next((name for name in _SETTINGS_FILES if os.path.lexists(root / name)), files.FILE_NAME)
        found.append(ChangedControl(Place(name), "settings", ", ".join(keys)))
    for file, control, count in ((waivers.FILE_NAME, "waivers", _own), (baseline.FILE_NAME, "baseline", _baseline)):
        before, after = count(base), count(head)
        more, less = (after - before).total(), (before - after).total()
        if more or less:
            what = [f"{number} {word}" for number, word in ((more, "more"), (less, "less")) if number]
            found.append(ChangedControl(Place(file), control, ", ".join(what)))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Before:
    """The findings that stand in the base already, and what kept the gate from seeing them."""

    known: tuple[KnownFinding, ...]
    failures: tuple[Failure, ...]


def before_change(
    tree: BaseTree,
    head: Gathered,
    bundle: Bundle,
    choice: Choice,
    settings: Settings,
    scanning: Scanning,
    pool: Pool,
) -> Before:
    """Judge the base by the same policies and settings; what was gathered from unchanged files is taken over."""
    unchanged = frozenset(entry.path for entry in tree.entries) - tree.changed
    gathered = gather(tree, settings, scanning, pool, lambda stage, done, total: None, earlier=Earlier(head, unchanged))
    judgement = judge(bundle, choice.engine, gathered.evidence, settings, Stage.CHANGE, choice.others)
    known = known_findings(judgement.findings, {rule.id: rule for rule in bundle.rules})
    return Before(known, (*gathered.failures, *judgement.failures))


def changed_policies(tree: BaseTree, root: Path, policies: Sequence[Path]) -> tuple[ChangedControl, ...]:
    """Which of the added policies lie in the inspected folder and are edited by the change: these do count."""
    found = []
    top = root.resolve()
    for path in policies:
        place = path.resolve()
        if not place.is_relative_to(top):
            continue
        name = printable(place.relative_to(top).as_posix())
        if count := sum(name in (".", file) or file.startswith(f"{name}/") for file in tree.changed):
            what = f"{count} file{'' if count == 1 else 's'} of {name}, which judge this change already"
            found.append(ChangedControl(Place(name), "policies", what))
    return tuple(found)


def _kind(path: str, before: set[str], after: set[str]) -> ChangeKind:
    if path not in before:
        return ChangeKind.ADDED
    return ChangeKind.MODIFIED if path in after else ChangeKind.REMOVED


def _repository_settings(configuration: Configuration) -> dict[str, Json]:
    return {origin.key: origin.value for origin in configuration.origins if REPOSITORY in origin.origin}


def _changed(before: Mapping[str, Json], after: Mapping[str, Json]) -> list[str]:
    return [
        key for key in sorted({*before, *after}) if (key in before, before.get(key)) != (key in after, after.get(key))
    ]


def _own(configuration: Configuration) -> Counter[Hashable]:
    return Counter(waiver for waiver in configuration.waivers if waiver.origin.startswith(REPOSITORY))


def _baseline(configuration: Configuration) -> Counter[Hashable]:
    counts: Counter[Hashable] = Counter()
    for entry in configuration.baseline:
        counts[entry.rule, entry.path, entry.fingerprint] += entry.count
    return counts
