"""Every error that gatekeeper raises on purpose.

::

    GatekeeperError                 exit code 4 unless a class says otherwise
    ├── UsageError                  2  the command line asks for something impossible
    ├── SettingsError               2  a settings or waivers file is wrong
    ├── NothingCollected            3  there was nothing to judge
    ├── Undecidable                 4  the gate could not decide; closed, never open
    │   ├── UnreadableInput         4  one inspected file cannot be read (path, line, column)
    │   ├── WorkerFailure           4  a process crashed, hung or outgrew its limits
    │   └── EngineFailure           4  a policy engine refused or aborted
    ├── Rejected                    1  policies reject what was verified
    └── VerificationFailure         5  a signature, a statement or a provenance claim does not hold

Each error says what is wrong (``message``) and what to do about it (``hint``).
"""

from __future__ import annotations

from typing import ClassVar


class GatekeeperError(Exception):
    """Base of all errors: a message, a hint for the reader and the exit code of the command."""

    exit_code: ClassVar[int] = 4

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(GatekeeperError):
    """The command line asks for something impossible."""

    exit_code = 2


class SettingsError(GatekeeperError):
    """A settings or waivers file is wrong."""

    exit_code = 2


class NothingCollected(GatekeeperError):
    """No evidence was found at all."""

    exit_code = 3


class Undecidable(GatekeeperError):
    """The gate could not decide."""


class UnreadableInput(Undecidable):
    """One inspected file cannot be read.

    ``path`` is relative to the inspected tree ("" where the raiser was only handed bytes), ``line`` and ``column``
    count from 1 and are 0 where unknown.
    """

    def __init__(self, message: str, *, path: str = "", line: int = 0, column: int = 0, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.path = path
        self.line = line
        self.column = column


class WorkerFailure(Undecidable):
    """A process crashed, hung or outgrew its limits."""


class EngineFailure(Undecidable):
    """A policy engine refused a bundle or aborted an evaluation.

    ``path`` is the policy file concerned ("" where none is), ``line`` and ``column`` count from 1, 0 where unknown;
    ``message`` does not repeat them.
    """

    def __init__(self, message: str, *, path: str = "", line: int = 0, column: int = 0, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.path = path
        self.line = line
        self.column = column


class Rejected(GatekeeperError):
    """Policies reject what was verified."""

    exit_code = 1


class VerificationFailure(GatekeeperError):
    """A signature, a statement or a provenance claim does not hold.

    ``step`` names the first check that failed ("certificate", "log entry", ...), "" where there are no steps.
    """

    exit_code = 5

    def __init__(self, message: str, *, expected: str = "", found: str = "", hint: str = "", step: str = "") -> None:
        super().__init__(message, hint=hint)
        self.expected = expected
        self.found = found
        self.step = step


def in_short(error: Exception) -> str:
    """An error of others for a message: one line of at most 300 characters, or its kind where it says nothing."""
    return " ".join(str(error).split())[:300] or type(error).__name__
