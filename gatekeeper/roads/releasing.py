"""What was verified, judged by policies of the stage ``release``."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from pathlib import Path

from gatekeeper.model.decision import Verdict
from gatekeeper.model.release import ReleaseVerdict
from gatekeeper.model.settings import ReleaseSettings, Settings
from gatekeeper.verification.evidence import evidence_of
from gatekeeper.verification.judging import Judgement
from gatekeeper.verification.trust.loading import TrustFile

_NOTHING_ASKED = "the settings ask nothing of a release, so no policy judged it: add [release]"


def judge_release(
    judgements: Sequence[Judgement],
    trust: TrustFile,
    settings: Settings,
    clock: datetime.datetime,
    policies: Sequence[Path] = (),
) -> ReleaseVerdict:
    """Judge what a trust file accepted of some subjects, by the shipped rules about it and by added policies.

    Where the settings ask nothing of a release, and there are no added policies, nothing runs.

    Raises:
        SettingsError: there is no such folder or archive of policies, or a setting does not fit.
        EngineFailure: policies cannot be read, or there is no engine for them.
        VerificationFailure: added policies are not signed as the settings demand.
    """
    if settings.release == ReleaseSettings() and not policies:
        return ReleaseVerdict(Verdict.PASS, Verdict.PASS.exit_code, notes=(_NOTHING_ASKED,))
    from gatekeeper.roads.release_policies import judged  # noqa: PLC0415 - engines load slowly, and most need none

    return judged(evidence_of(judgements, trust.document.builder), settings, clock, policies)
