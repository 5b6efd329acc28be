"""The workbench's check: policies are looked at without being evaluated."""

from __future__ import annotations

from pathlib import Path

from gatekeeper.model.checking import CheckResult
from gatekeeper.model.settings import PolicySettings
from gatekeeper.policy.checking.checking import check
from gatekeeper.policy.choosing import find_parser
from gatekeeper.workers import Pool


def check_policies(folder: Path) -> CheckResult:
    """All problems of the policies below ``folder``. An OPA on PATH reads what the embedded parser cannot.

    Raises:
        SettingsError: there is no such folder, or there are no policies in it.
        EngineFailure: a file cannot be read, or the policies are too large to be followed.
        WorkerFailure: the process that looked at them was lost.
    """
    opa = find_parser(PolicySettings(), outside=folder)
    with Pool() as pool:
        return check(pool, folder, opa=opa)
