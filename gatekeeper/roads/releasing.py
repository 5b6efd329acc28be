"""What was verified, judged by policies of the stage ``release``."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from gatekeeper.model.decision import Verdict
from gatekeeper.model.finding import Failure, JudgedFinding
from gatekeeper.model.provenance import Provenance
from gatekeeper.model.settings import ReleaseSettings, Settings
from gatekeeper.verification.evidence import evidence_of
from gatekeeper.verification.judging import Judgement
from gatekeeper.verification.trust.loading import TrustFile


@dataclass(frozen=True, slots=True)
class Release:
    """What policies say about what was verified.

    ``rules`` are the ids of those that ran, none where nothing is asked; ``policies`` is ``sha256:hex`` over their
    texts then, else "". ``verdict`` gives the exit code.
    """

    evidence: Provenance
    verdict: Verdict = Verdict.PASS
    findings: tuple[JudgedFinding, ...] = ()
    failures: tuple[Failure, ...] = ()
    notes: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    policies: str = ""


def judge_release(
    judgements: Sequence[Judgement],
    trust: TrustFile,
    settings: Settings,
    clock: datetime.datetime,
    policies: Sequence[Path] = (),
) -> Release:
    """Judge what a trust file accepted of some subjects, by the shipped rules about it and by added policies.

    Where the settings ask nothing of a release, and there are no added policies, nothing runs.

    Raises:
        SettingsError: there is no such folder or archive of policies, or a setting does not fit.
        EngineFailure: policies cannot be read, or there is no engine for them.
        VerificationFailure: added policies are not signed as the settings demand.
    """
    evidence = evidence_of(judgements, trust.document.builder)
    if settings.release == ReleaseSettings() and not policies:
        return Release(evidence)
    from gatekeeper.roads.release_policies import judged  # noqa: PLC0415 - engines load slowly, and most need none

    return judged(evidence, settings, clock, policies)
