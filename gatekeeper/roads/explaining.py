"""One rule on one folder or one document of evidence: what it gives, and why."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from gatekeeper.errors import EngineFailure
from gatekeeper.formats import jsonable
from gatekeeper.model.evidence import Evidence
from gatekeeper.model.explanation import Explanation
from gatekeeper.model.json import Json
from gatekeeper.model.settings import EngineChoice, Settings
from gatekeeper.policy import catalog
from gatekeeper.policy.choosing import choose
from gatekeeper.policy.closure import alone
from gatekeeper.policy.explaining.explaining import explain
from gatekeeper.policy.loading import load as load_bundle
from gatekeeper.roads.configuring import configure
from gatekeeper.roads.gathering import gather, open_tree
from gatekeeper.roads.policies import read_policies
from gatekeeper.roads.publishing import organisation_settings
from gatekeeper.roads.replaying import read_evidence
from gatekeeper.roads.requests import Progress, Scanning
from gatekeeper.workers import Pool


@dataclass(frozen=True, slots=True)
class Question:
    """Which rule (its id), of which policies, in which engine, under the organisation's settings; how closely.

    Signatures of policies are judged at ``clock``.
    """

    rule: str
    clock: datetime.datetime
    policies: tuple[Path, ...] = ()
    engine: EngineChoice | None = None
    organisation: Path | None = None
    steps: bool = False


def explain_on_folder(question: Question, folder: Path, progress: Progress) -> Explanation:
    """What the rule gives on a folder.

    Raises:
        UsageError: there is no such rule or folder.
        EngineFailure: the policies cannot be read, or there is no such engine.
    """
    settings = configure(folder, organisation=question.organisation, waivers=None, flags={}).settings
    with Pool() as pool:
        gathered = gather(open_tree(folder, settings), settings, Scanning(), pool, progress)
        return _explain(pool, question, gathered.evidence, settings, folder)


def explain_on_evidence(question: Question, file: Path) -> Explanation:
    """What the rule gives on a document as ``gatekeeper collect`` prints it; kinds that it lacks are empty.

    Raises:
        UsageError: there is no such rule or file.
        UnreadableInput: the file is no evidence.
        EngineFailure: the policies cannot be read, or there is no such engine.
    """
    evidence = {**jsonable.plain(Evidence()), **read_evidence(file)}
    with Pool() as pool:
        return _explain(pool, question, evidence, organisation_settings(question.organisation), None)


def _explain(
    pool: Pool, question: Question, evidence: Mapping[str, Json], settings: Settings, inspected: Path | None
) -> Explanation:
    policy = settings.policy
    if question.engine is not None:
        policy = dataclasses.replace(policy, engine=question.engine)
    packs = read_policies(question.policies, policy, question.clock).packs
    choice = choose(pool, policy, foreign=bool(packs), outside=inspected)
    bundle = load_bundle(pool, packs, opa=choice.parser, policy=policy)
    rule = catalog.find(bundle, question.rule)
    engine = choice.others if rule.foreign and choice.others else choice.engine
    bundle = alone(bundle if rule.foreign else bundle.library(), rule)
    # Nobody wants an explanation of what an engine may misread, nor would the gate let it judge.
    for refusal in (*bundle.misreadings, *engine.check(bundle)):
        raise EngineFailure(refusal.message, path=refusal.path, line=refusal.line, hint=refusal.hint)
    return explain(pool, bundle, engine, rule, evidence, jsonable.plain(settings), steps=question.steps)
