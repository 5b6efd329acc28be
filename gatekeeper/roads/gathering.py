"""From a tree to evidence: what ``gate``, ``collect`` and ``sbom`` have in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from gatekeeper.analyze.analyzers import ANALYZERS
from gatekeeper.analyze.base import Analysis, Analyzer, Context, PerFile
from gatekeeper.collect.collecting import Collected, collect
from gatekeeper.errors import NothingCollected
from gatekeeper.formats import jsonable
from gatekeeper.model.coverage import Coverage, Status
from gatekeeper.model.decision import Source
from gatekeeper.model.evidence import SCHEMA_VERSION, Evidence
from gatekeeper.model.finding import Failure
from gatekeeper.model.json import Json
from gatekeeper.model.settings import Settings
from gatekeeper.roads.configuring import configure
from gatekeeper.roads.requests import Progress, Scanning
from gatekeeper.workers import Pool
from gatekeeper.workspace.base_tree import Selection
from gatekeeper.workspace.directory import DirectoryTree
from gatekeeper.workspace.ignore import DEFAULTS, Exclusion, IgnoreRules
from gatekeeper.workspace.shipped import shipped_policies
from gatekeeper.workspace.source import describe_source
from gatekeeper.workspace.tree import Tree


@dataclass(frozen=True, slots=True)
class Gathered:
    """The tree and all evidence from it, as plain JSON by kind; ``coverage`` is a kind like any other."""

    tree: Tree
    evidence: Mapping[str, Json]
    coverage: Coverage
    source: Source
    failures: tuple[Failure, ...]
    collected: Collected
    analyses: Mapping[str, Analysis]

    def document(self) -> Json:
        """Exactly what policies see as ``input``."""
        return {**self.evidence, "version": SCHEMA_VERSION}


@dataclass(frozen=True, slots=True)
class Earlier:
    """What was gathered from another version of the tree, and the paths of files that are the same in both."""

    gathered: Gathered
    unchanged: frozenset[str]

    def others(self, tree: Tree) -> frozenset[str]:
        """The files of ``tree`` that are not unchanged."""
        return frozenset(entry.path for entry in tree.entries) - self.unchanged


def open_tree(path: Path, settings: Settings) -> DirectoryTree:
    """The folder as a tree, with the settings' exclusions behind the default ones.

    Raises:
        UsageError: there is no such folder.
    """
    return DirectoryTree(path, ignore_rules(settings))


def ignore_rules(settings: Settings) -> IgnoreRules:
    """The settings' exclusions behind the default ones."""
    own = tuple(Exclusion(exclusion.glob, exclusion.reason, exclusion.by) for exclusion in settings.paths.exclude)
    return IgnoreRules(DEFAULTS + own, settings.paths.include)


def gather(
    tree: Tree,
    settings: Settings,
    scanning: Scanning,
    pool: Pool,
    progress: Progress,
    analyzers: Sequence[Analyzer] = ANALYZERS,
    earlier: Earlier | None = None,
) -> Gathered:
    """Collect and analyze everything; the scanners that are programs of their own run beside the workers.

    What was gathered ``earlier`` from unchanged files is taken over where one file decides.
    """
    known = {path: earlier.gathered.collected.read[path] for path in earlier.unchanged} if earlier else {}
    with ThreadPoolExecutor(len(analyzers) + 2, thread_name_prefix="gatekeeper") as threads:
        source = threads.submit(describe_source, tree)
        collected = threads.submit(collect, tree, pool, lambda done, total: progress("reading", done, total), known)
        futures: dict[str, Future[Analysis]] = {}

        def analyze(analyzer: Analyzer, before: Mapping[str, Future[Analysis]]) -> Analysis:
            facts: dict[str, Json] = {}
            for kind in analyzer.needs:
                facts[kind] = (
                    jsonable.plain(before[kind].result().value) if kind in before else collected.result().facts[kind]
                )
            progress(f"analyzing {analyzer.kind}", 0, 0)
            context = Context(
                tree=Selection(tree, earlier.others(tree)) if earlier and isinstance(analyzer, PerFile) else tree,
                facts=facts,
                pool=pool,
                semgrep_rules=shipped_policies() / "semgrep",
                advisories=scanning.advisories,
                online=scanning.online,
                osv_url=scanning.osv_url,
                entropy=settings.secrets.entropy,
            )
            analysis = analyzer.analyze(context)
            if earlier and isinstance(analyzer, PerFile):
                return analyzer.merge(earlier.gathered.analyses[analyzer.kind], earlier.unchanged, analysis)
            return analysis

        for analyzer in analyzers:
            futures[analyzer.kind] = threads.submit(analyze, analyzer, dict(futures))
        analyses = {kind: future.result() for kind, future in futures.items()}
        return _gathered(tree, collected.result(), analyses, source.result())


def gather_folder(
    path: Path,
    organisation: Path | None,
    flags: Mapping[str, Json],
    scanning: Scanning,
    progress: Progress,
    only: str | None = None,
) -> Gathered:
    """Configure and gather in one go; ``only`` names the one analyzer that is needed.

    Raises:
        UsageError: there is no such folder.
        SettingsError: a settings file is malformed.
    """
    settings = configure(path, organisation=organisation, waivers=None, flags=flags).settings
    analyzers = [analyzer for analyzer in ANALYZERS if only in (None, analyzer.kind)]
    with Pool() as pool:
        return gather(open_tree(path, settings), settings, scanning, pool, progress, analyzers)


def refuse_nothing(gathered: Gathered) -> None:
    """Judging nothing would be a pass.

    Raises:
        NothingCollected: no file was claimed by a reader, and no source code scanned.
    """
    claimed = (Status.READ, Status.UNSUPPORTED, Status.FAILED)
    if not any(file.status in claimed for file in gathered.coverage.files) and not gathered.evidence["sast"]["scanned"]:
        count = len(gathered.tree.entries)
        raise NothingCollected(
            f"nothing to judge: {count} files, none of a known format",
            hint="inspect another folder, or take excluded ones back with --include (`gate` has --allow-empty)",
        )


def _gathered(tree: Tree, collected: Collected, analyses: Mapping[str, Analysis], source: Source) -> Gathered:
    gaps = tuple(gap for analysis in analyses.values() for gap in analysis.gaps)
    coverage = Coverage(collected.files, gaps)
    evidence: dict[str, Json] = jsonable.plain(Evidence())
    del evidence["version"]
    # Kinds with an underscore are raw facts, which analyzers have turned into evidence.
    evidence |= {kind: facts for kind, facts in collected.facts.items() if not kind.startswith("_")}
    evidence |= {kind: jsonable.plain(analysis.value) for kind, analysis in analyses.items()}
    evidence["coverage"] = jsonable.plain(coverage)
    failures = tuple(failure for analysis in analyses.values() for failure in analysis.failures)
    return Gathered(tree, evidence, coverage, source, failures, collected, analyses)
