"""The engines' part of judging a release: the rules that read what was verified, and no others."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Sequence
from pathlib import Path

from gatekeeper.decide.deciding import decide
from gatekeeper.formats import jsonable
from gatekeeper.model.evidence import Evidence
from gatekeeper.model.finding import Stage
from gatekeeper.model.json import Json
from gatekeeper.model.provenance import Provenance
from gatekeeper.model.release import ReleaseFinding, ReleaseVerdict
from gatekeeper.model.settings import Settings
from gatekeeper.policy.choosing import choose
from gatekeeper.policy.judging import judge
from gatekeeper.policy.loading import load
from gatekeeper.roads.policies import read_policies
from gatekeeper.workers import Pool

_KIND = "provenance"


def judged(
    evidence: Provenance, settings: Settings, clock: datetime.datetime, policies: Sequence[Path]
) -> ReleaseVerdict:
    """What the policies say.

    Raises: as ``judge_release`` does.
    """
    with Pool() as pool:
        added = read_policies(policies, settings.policy, clock)
        choice = choose(pool, settings.policy, foreign=bool(added.packs))
        whole = load(pool, added.packs, opa=choice.parser, policy=settings.policy)
        # All else was judged when the gate saw the source: here there is none.
        rules = tuple(rule for rule in whole.rules if _KIND in rule.needs)
        names = {rule.id for rule in rules}
        own = {name: setting for name, setting in settings.rules.items() if name in names}
        judgement = judge(
            dataclasses.replace(whole, rules=rules),
            choice.engine,
            _document(evidence),
            dataclasses.replace(settings, rules=own),
            Stage.RELEASE,
            choice.others,
        )
    decided = decide(
        judgement.findings,
        judgement.failures,
        rules={rule.id: rule for rule in whole.rules},
        waivers=(),
        settings=settings,
        stage=Stage.RELEASE,
        clock=clock,
    )
    verdict = decided.ruling.verdict
    return ReleaseVerdict(
        verdict=verdict,
        exit_code=verdict.exit_code,
        findings=tuple(
            ReleaseFinding(one.rule, one.severity, one.effect, one.subject, one.message, one.remediation, one.note)
            for one in decided.findings
        ),
        failures=tuple(f"{one.component}: {one.message}" for one in judgement.failures),
        notes=(*added.notes, *choice.notes, *decided.notes),
        rules=judgement.rules,
        policies=whole.digest,
    )


def _document(evidence: Provenance) -> dict[str, Json]:
    document: dict[str, Json] = jsonable.plain(Evidence(provenance=evidence))
    del document["version"]
    return document
