"""What the loss of a worker process most likely means for the policy that it evaluated."""

from __future__ import annotations

import re
import signal

from gatekeeper.errors import EngineFailure, GatekeeperError
from gatekeeper.policy.rego.getting import DOCTOR

_SIGNAL = re.compile(r"killed by signal ([0-9]+)")
_MEND = (
    "look for functions that call one another without end, for comprehensions over all pairs of something, and for "
    f"very large evidence; or have OPA evaluate it: {DOCTOR}"
)
_LATE = f"look for loops within loops over the same evidence; or have OPA evaluate it: {DOCTOR}"


def explained(error: GatekeeperError, what: str, memory: int | None) -> EngineFailure:
    """The error as one of the engine, with likely causes and advice where a process was lost.

    ``what`` names what was evaluated; ``memory`` is what the process might take, in bytes.
    """
    if isinstance(error, EngineFailure):
        return error
    limit = f"more than its {memory / (1 << 30):g} GiB of memory" if memory else "more memory than there is"
    found = _SIGNAL.search(error.message)
    if found is None:
        hint = error.hint or (_LATE if "did not end" in error.message else _MEND)
        return EngineFailure(f"{what}: {error.message}", hint=hint)
    number = int(found[1])
    name = signal.Signals(number).name if number in set(signal.Signals) else "unknown"
    causes = f"it asked for {limit}, or functions call one another without end"
    if number == signal.SIGKILL:
        causes = "the system had no memory left, or somebody killed it"
    return EngineFailure(f"{what}: {error.message} ({name}); most likely {causes}", hint=_MEND)
