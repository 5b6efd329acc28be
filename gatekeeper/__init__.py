"""gatekeeper: a policy-as-code gate and supply-chain verifier.

The public API is loaded when it is first used::

    import gatekeeper

    result = gatekeeper.gate(gatekeeper.GateRequest(path, clock))
    result.decision.decision.verdict
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gatekeeper.model.verification import Verification
    from gatekeeper.roads.gating import GateRequest, GateResult, gate
    from gatekeeper.roads.verifying import VerifyRequest, verify

__version__ = "0.1.0"
__all__ = ["GateRequest", "GateResult", "Verification", "VerifyRequest", "gate", "verify"]

_HOMES = {
    "GateRequest": "gatekeeper.roads.gating",
    "GateResult": "gatekeeper.roads.gating",
    "VerifyRequest": "gatekeeper.roads.verifying",
    "Verification": "gatekeeper.model.verification",
    "gate": "gatekeeper.roads.gating",
    "verify": "gatekeeper.roads.verifying",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
