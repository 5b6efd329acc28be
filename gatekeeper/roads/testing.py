"""Tests of policies: Rego tests, and snippets that are collected, analyzed and judged by one rule each."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from gatekeeper.analyze.analyzers import ANALYZERS
from gatekeeper.analyze.base import Analyzer
from gatekeeper.errors import EngineFailure, GatekeeperError, UnreadableInput
from gatekeeper.formats import jsonable
from gatekeeper.model.coverage import Status as FileStatus
from gatekeeper.model.evidence import Evidence
from gatekeeper.model.finding import Rule
from gatekeeper.model.json import Json
from gatekeeper.model.place import Place
from gatekeeper.model.settings import EngineChoice, PolicySettings, Settings
from gatekeeper.model.testing import Kind, Result, Run, Status
from gatekeeper.policy.bundle import Bundle
from gatekeeper.policy.choosing import Choice, choose
from gatekeeper.policy.files import SNIPPET_FOLDERS
from gatekeeper.policy.judging import judge
from gatekeeper.policy.loading import load as load_bundle
from gatekeeper.policy.testing.running import Runner, Selection
from gatekeeper.policy.testing.snippets import (
    MAX_BYTES,
    SETTINGS,
    Snippet,
    compare,
    expected_lines,
    find_orphans,
    find_snippets,
    shown_from,
    unread,
)
from gatekeeper.policy.testing.sources import Sources, read_sources
from gatekeeper.roads.configuring import configure
from gatekeeper.roads.gathering import Gathered, gather, open_tree
from gatekeeper.roads.publishing import organisation_settings
from gatekeeper.roads.requests import Progress, Scanning
from gatekeeper.workers import Pool
from gatekeeper.workspace.locating import locate
from gatekeeper.workspace.shipped import shipped_policies


@dataclass(frozen=True, slots=True)
class TestRequest:
    """What to test: the folder, names that a regular expression finds (empty: all), in which engine.

    ``organisation`` is the organisation's settings; of them the OPA that they name counts.
    """

    __test__ = False  # pytest: this is no test class

    folder: Path
    run: str = ""
    engine: EngineChoice = EngineChoice.AUTO
    coverage: bool = False
    minimum: float = 0.0
    organisation: Path | None = None


def run_tests(request: TestRequest, progress: Progress = lambda stage, done, total: None) -> Run:
    """Run all tests of a folder.

    Raises:
        UsageError: the expression is none.
        SettingsError: there is no such folder.
        EngineFailure: policies cannot be read or loaded, or there is no OPA where one is needed.
        WorkerFailure: an engine was lost.
    """
    sources = read_sources(request.folder)
    with Pool() as pool:
        selection = Selection(pool, request.run)
        progress("testing", 0, 0)
        opa = organisation_settings(request.organisation).policy.opa
        run = Runner(pool, sources, selection, coverage=request.coverage, opa=opa).run(request.engine)
        policy = PolicySettings(engine=request.engine, opa=opa)
        snippets = _Snippets(pool, request, policy, sources, progress).results(selection)
    coverage = dataclasses.replace(run.coverage, minimum=request.minimum) if run.coverage else None
    return Run((*run.results, *snippets), run.engines, coverage)


class _Snippets:
    def __init__(
        self, pool: Pool, request: TestRequest, policy: PolicySettings, sources: Sources, progress: Progress
    ) -> None:
        self._pool, self._policy, self._sources, self._progress = pool, policy, sources, progress
        self._folder = request.folder
        self._empty: Mapping[str, Json] = jsonable.plain(Evidence())

    def results(self, selection: Selection) -> Iterator[Result]:
        if not any(path.is_dir() for kind in SNIPPET_FOLDERS for path in self._root().rglob(kind)):
            return
        foreign = not self._sources.shipped
        choice = choose(self._pool, self._policy, foreign=foreign, outside=self._folder if foreign else None)
        folders = [self._folder.resolve()] if foreign else []
        bundle = load_bundle(self._pool, folders, opa=choice.parser, policy=self._policy)
        rules = list(self._rules(bundle.rules))
        snippets = find_snippets(rules, self._folder)
        meant = selection.of([f"{snippet.rule.id} {snippet.shown}" for snippet in snippets])
        wanted = [snippet for snippet, chosen in zip(snippets, meant, strict=True) if chosen]
        for done, snippet in enumerate(wanted):
            self._progress("judging snippets", done, len(wanted))
            yield self._result(snippet, bundle, choice)
        orphans = list(find_orphans([file for _, file in rules], self._root()))
        shown = [shown_from(place, self._folder).as_posix() for place in orphans]
        for path in (path for path, chosen in zip(shown, selection.of(shown), strict=True) if chosen):
            message = "snippets, and no rule of this folder is there to judge them"
            hint = "put them beside the file with the rule and its METADATA"
            yield Result(Kind.SNIPPET, "", path.rpartition("/")[2], path, 0, Status.ERROR, message, hint=hint)

    def _root(self) -> Path:
        """Where rules may lie: a folder that holds the library may hold much else."""
        library, place = (shipped_policies() / "rego").resolve(), self._folder.resolve()
        return library if self._sources.shipped and library.is_relative_to(place) else place

    def _rules(self, rules: Iterable[Rule]) -> Iterator[tuple[Rule, Path]]:
        place = self._root()
        for rule in rules:
            if rule.foreign:
                yield rule, place / rule.path.removeprefix(f"{place.name}/")
            elif self._sources.shipped:
                file = (shipped_policies() / "rego").resolve() / rule.path
                if file.is_relative_to(place):
                    yield rule, file

    def _result(self, snippet: Snippet, bundle: Bundle, choice: Choice) -> Result:
        try:
            status, message, engine = self._judge(snippet, bundle, choice)
        except GatekeeperError as error:
            status, message, engine = Status.ERROR, error.message, ""
        return Result(Kind.SNIPPET, snippet.rule.id, snippet.name, snippet.shown, 0, status, message, engine=engine)

    def _judge(self, snippet: Snippet, bundle: Bundle, choice: Choice) -> tuple[Status, str, str]:
        settings = Settings()
        if (snippet.path / SETTINGS).exists():
            settings = configure(snippet.path, organisation=None, waivers=None, flags={}).settings
        tree = open_tree(snippet.path, settings)
        gathered = gather(tree, settings, Scanning(), self._pool, _quiet, _needed(snippet.rule))
        if gathered.failures:
            return Status.ERROR, gathered.failures[0].message, ""
        if why := unread(snippet.rule, gathered.coverage, gathered.evidence, self._empty):
            return Status.ERROR, why, ""
        alone = dataclasses.replace(bundle, rules=(snippet.rule,))
        judgement = judge(alone, choice.engine, gathered.evidence, settings, snippet.rule.stages[0], choice.others)
        if judgement.failures:
            failure = judgement.failures[0]
            raise EngineFailure(f"{failure.path}:{failure.line}: {failure.message}", hint=failure.hint)
        engine = next((used.name for used in judgement.engines if snippet.rule.id in used.rules), "")
        places = [finding.at for finding in judgement.findings]
        lines = _lines(gathered, places, self._pool)
        messages = [finding.message for finding in judgement.findings]
        message = compare(snippet, lines, messages, expected_lines(_texts(gathered)))
        return (Status.FAILED if message else Status.PASSED), message, engine


def _quiet(stage: str, done: int, total: int) -> None:
    """One snippet's progress is of no interest."""


def _needed(rule: Rule) -> Sequence[Analyzer]:
    """The analyzers without which the evidence that the rule reads would be empty, in their order."""
    kinds = set(rule.needs)
    for analyzer in reversed(ANALYZERS):
        if analyzer.kind in kinds:
            kinds.update(analyzer.needs)
    return [analyzer for analyzer in ANALYZERS if analyzer.kind in kinds]


def _lines(gathered: Gathered, places: Sequence[Place], pool: Pool) -> list[tuple[str, int]]:
    return [(location.path, location.line) for location in locate(gathered.tree, places, [], pool)]


def _texts(gathered: Gathered) -> dict[str, bytes]:
    texts: dict[str, bytes] = {}
    for file in gathered.coverage.files:
        if file.status is not FileStatus.EXCLUDED:
            with suppress(UnreadableInput):
                texts[file.path] = gathered.tree.read(file.path, MAX_BYTES)
    return texts
