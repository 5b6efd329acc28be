"""gatekeeper: a policy-as-code gate and supply-chain verifier.

The public API is loaded when it is first used::

    import datetime, pathlib
    import gatekeeper

    clock = datetime.datetime.now(datetime.UTC)
    result = gatekeeper.gate(gatekeeper.GateRequest(pathlib.Path("."), clock))
    result.decision.decision.verdict
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gatekeeper.attest.signers import load_signer
    from gatekeeper.errors import GatekeeperError
    from gatekeeper.model.decision import Decision, Verdict
    from gatekeeper.model.finding import Severity, Stage
    from gatekeeper.model.verification import Verification
    from gatekeeper.roads.gating import GateRequest, GateResult, gate
    from gatekeeper.roads.requests import Scanning
    from gatekeeper.roads.verifying import Expectations, VerifyRequest, examine, verify

__version__ = "0.1.0"
__all__ = [
    "Decision",
    "Expectations",
    "GateRequest",
    "GateResult",
    "GatekeeperError",
    "Scanning",
    "Severity",
    "Stage",
    "Verdict",
    "Verification",
    "VerifyRequest",
    "examine",
    "gate",
    "load_signer",
    "verify",
]

_HOMES = {
    "Decision": "gatekeeper.model.decision",
    "Expectations": "gatekeeper.roads.verifying",
    "GateRequest": "gatekeeper.roads.gating",
    "GateResult": "gatekeeper.roads.gating",
    "GatekeeperError": "gatekeeper.errors",
    "Scanning": "gatekeeper.roads.requests",
    "Severity": "gatekeeper.model.finding",
    "Stage": "gatekeeper.model.finding",
    "Verdict": "gatekeeper.model.decision",
    "Verification": "gatekeeper.model.verification",
    "VerifyRequest": "gatekeeper.roads.verifying",
    "examine": "gatekeeper.roads.verifying",
    "gate": "gatekeeper.roads.gating",
    "load_signer": "gatekeeper.attest.signers",
    "verify": "gatekeeper.roads.verifying",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
